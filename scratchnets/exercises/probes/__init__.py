"""Probes for the mistakes that no mutant foresaw, from the plainest to the most roundabout.

A probe takes a `Suspect` and returns a `Finding`, or None where it has nothing true to say.
"""
from scratchnets.exercises import recognition
from scratchnets.exercises.probes import behaviour, inputs, outcome, parts, pattern, place, reach, scale, shape

SHAPE_PROBES = (shape.empty, shape.another_value, shape.transposed, shape.extra_axes, shape.axis_left,
                shape.summed_too_far, shape.axes_in_another_order, shape.entries, shape.other_shape)

VALUE_PROBES = (
    # What rebuilds the learner's numbers exactly,
    shape.another_value, pattern.as_given, behaviour.few_digits, pattern.all_zero, scale.factor,
    parts.weighted_parts, scale.elementwise_factor, scale.divided_by_the_slope, pattern.an_argument,
    recognition.alone, place.signs, outcome.integers, pattern.plus_an_argument, pattern.constant_offset,
    inputs.other_input, inputs.other_argument, outcome.function_of_the_right_one,
    scale.mutant_with_a_factor, inputs.other_order,
    # and what says where they are wrong, or how they behave.
    place.places, outcome.factors_on_two_sides, pattern.rearranged, pattern.one_example,
    pattern.same_along_an_axis, place.sums, behaviour.own_random_numbers, behaviour.some_problems_only,
    behaviour.ignores_an_argument, reach.slabs_left_out, behaviour.not_proportional,
    behaviour.derivative_of_a_wrong_value, reach.wrong_reach, reach.wrong_slope)


def probe(suspect):
    """What the first probe that speaks has found, or None."""
    same_shape = all(yours.shape == right.shape for yours, right in zip(suspect.yours, suspect.right))
    for ask in VALUE_PROBES if same_shape else SHAPE_PROBES:
        finding = ask(suspect)
        if finding is not None:
            return finding
    return None
