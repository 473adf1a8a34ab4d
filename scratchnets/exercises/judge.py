"""The verdict on an answer, in a fixed order of questions.

Is anything there? Does it run? Are the numbers finite, the inputs untouched, the answer the same
when asked twice? Is it right? If not: is it a mistake that we know (`recognition`), or one that a
probe can name (`probes`)? If neither, the verdict says so and shows the numbers.
"""
import contextlib
from functools import partial
from time import process_time

import numpy as np

from scratchnets.exercises.agreement import FLOAT32, FLOAT64, agree, all_agree
from scratchnets.exercises.answers import Unreadable, argument_count_fits, ask, describe_error, is_empty, kind_of
from scratchnets.exercises.consequences import consequence, waits
from scratchnets.exercises.corner import corner
from scratchnets.exercises.exercise import message, paragraphs
from scratchnets.exercises.internal import DIAGNOSIS, EngineError, told
from scratchnets.exercises.probes import probe
from scratchnets.exercises.problems import case_problem, on_numpy, problems
from scratchnets.exercises.recognition import recognise
from scratchnets.exercises.repair.placing import placed
from scratchnets.exercises.repair.telling import place, tell
from scratchnets.exercises.sentences import (
    AS_GIVEN,
    BORROWED,
    FIRST_CALL_ONLY,
    INPUTS_MODIFIED,
    LOW_PRECISION,
    NO_RETURN,
    NOT_REPEATABLE,
    UNKNOWN,
)
from scratchnets.exercises.signature import borrowed, misread, same_code
from scratchnets.exercises.suspect import Finding, Suspect
from scratchnets.exercises.verdict import NOT_ATTEMPTED, PASSED, RAISED, UNJUDGED, WRONG, Verdict

CORNERS = 2             # more tables than two are not read


def judge(exercise, function, seed=0, preliminary=lambda verdict: None):
    """The verdict on `function` as an answer to `exercise`.

    Parameters
    ----------
    exercise : Exercise
    function : callable
        The learner's; it gets NumPy arrays in float64.
    seed : int
        Of the problems.
    preliminary : callable
        Gets the verdict on a wrong answer before its code is searched for a place to mend, which takes a second.

    Returns
    -------
    Verdict
    """
    with on_numpy(), np.errstate(all="ignore"):        # the learner's calls have their own (`ask`)
        judgement = _Judgement(exercise, function, seed, preliminary)
        try:
            return judgement.verdict()
        except Exception as error:
            return judgement.failed(error)


class _Judgement:
    """One answer on its way through the questions; each method gives a verdict, or None to go on."""

    def __init__(self, exercise, function, seed, preliminary):
        self.exercise, self.function, self.seed = exercise, function, seed
        self.began, self.preliminary = process_time(), lambda verdict: preliminary(self.with_signature(verdict))
        self.names = tuple(exercise.returns)

    def verdict(self):
        if not callable(self.function):
            return self.say(RAISED, "not-a-function", f"check needs your function itself, got "
                            f"a {type(self.function).__name__}: write check({self.exercise.name!r}, "
                            f"{self.exercise.name}), without parentheses behind the function.")
        self.problems = problems(self.exercise, self.seed)
        wrong_signature = argument_count_fits(self.function, self.exercise.takes)
        if wrong_signature:
            return self.say(RAISED, "signature", wrong_signature)
        verdict = (self.unusable() or self.not_attempted() or self.doubtful() or self.wrong()
                   or self.special() or self.right())
        return self.with_signature(verdict)

    def with_signature(self, verdict):
        """The same, led by what the function itself says: arguments in another order, parts of the library."""
        verdict.borrowed = borrowed(self.function)
        order = misread(self.function, list(self.exercise.takes))
        if order and verdict.status in (WRONG, RAISED):
            verdict.diagnosis, verdict.message, verdict.diagnoses, verdict.changes = "argument-order", order, {}, []
        elif verdict.passed and verdict.borrowed and not self.exercise.library:
            verdict.message += "\n\n" + BORROWED.format(names=" and ".join(verdict.borrowed))
        return verdict

    # ---- does it run ----------------------------------------------------------------------------

    def unusable(self):
        """Raised, unreadable; as a by-product, the answers to all problems."""
        self.answers = []
        for number, problem in enumerate((*self.problems, self.problems[0])):
            failed = self.ask(problem, quiet=number > 0)
            if failed:
                return failed
        *self.answers, self.repeated = self.answers
        return None

    def ask(self, problem, quiet):
        try:
            self.answers.append(self.answer(problem, quiet))
        except Unreadable as error:
            return self.say(WRONG, error.diagnosis, str(error))
        except NotImplementedError:
            return self.say(NOT_ATTEMPTED, "", self.not_attempted_text())
        except SystemExit:
            return self.say(RAISED, "exit", "Your function ends the program (exit, quit or sys.exit). It is "
                                            "to return.")
        except (EngineError, KeyboardInterrupt):
            raise
        except BaseException as error:      # whatever a learner's code may raise; interrupts go through
            text = describe_error(error, self.function, problem.arguments)
            return self.say(RAISED, kind_of(error), text)
        return None

    def answer(self, problem, quiet=True):
        answer = ask(self.function, problem.arguments, self.names, quiet)
        for name, right in problem.right.items():
            yours = answer.values[name]
            if yours is not None and right.ndim == 0 and yours.size == 1:
                answer.values[name] = yours.reshape(())         # a single number, in whatever brackets
        return answer

    def not_attempted(self):
        """Nothing there yet, or not all."""
        seen = {name: [answer.values[name] is None for answer in self.answers] for name in self.names}
        if all(all(empty) for empty in seen.values()):
            if self.answers[0].nothing and not is_empty(self.function):
                return self.say(WRONG, "no-return", NO_RETURN.format(names=", ".join(self.names)))
            return self.say(NOT_ATTEMPTED, "", self.not_attempted_text())
        sometimes = [name for name, empty in seen.items() if any(empty) and not all(empty)]
        if sometimes:
            return self.say(WRONG, "none-sometimes", f"{' and '.join(sometimes)} is None for some inputs: "
                                                     "a branch without a return, or one that sets nothing.")
        if self.exercise.given and self.is_as_given():
            if same_code(self.function, self.exercise.given):
                return self.say(NOT_ATTEMPTED, "", "This is the code as it was given. "
                                                   f"{self.not_attempted_text()}")
            return self.judged(WRONG, "as-given", AS_GIVEN.format(name=self.exercise.name))
        return None

    def is_as_given(self):
        arguments = [problem.fresh() for problem in self.problems]
        given = [ask(self.exercise.given, values, self.names).values for values in arguments]
        return all(answer.values[name] is not None and agree(answer.values[name], values[name])
                   for answer, values in zip(self.answers, given) for name in self.names)

    def not_attempted_text(self):
        if self.exercise.given:
            return f"Find the mistake in {self.exercise.name} and mend it."
        return f"{self.exercise.name} is empty so far. Write it, and return {', '.join(self.names)}."

    # ---- may its numbers be trusted -----------------------------------------------------------------

    def doubtful(self):
        """Not finite, inputs modified, another answer the second time."""
        for answer in self.answers:
            broken = [name for name, array in answer.values.items()
                      if array is not None and not np.isfinite(array).all()]
            if broken and not recognise(self.suspects(broken)):
                return self.not_finite(broken, answer)
        changed = list(dict.fromkeys(name for answer in self.answers for name in answer.changed))
        if changed:
            text = INPUTS_MODIFIED.format(names=" and ".join(changed), it="it" if len(changed) == 1 else "them")
            return self.changed(text)
        first, again = self.answers[0].values, self.repeated.values
        if not all(_same(first[name], again[name]) for name in self.names):
            only_first = all(_same(first[name], self.problems[0].right[name], FLOAT64) for name in self.names)
            if only_first:
                return self.say(WRONG, "first-call-only", FIRST_CALL_ONLY)
            return self.say(WRONG, "not-repeatable", NOT_REPEATABLE)
        return None

    def changed(self, text):
        """What is known of the values that are wrong besides."""
        state = self.state()
        findings = self.explained([name for name, right in state.items() if right is False])
        known = [finding for finding in findings if finding.diagnosis]
        return self.say(WRONG, "inputs-modified", "\n\n".join([text, *map(self.of, known)]), gradients=state,
                        diagnoses=_diagnoses(known))

    def not_finite(self, broken, answer):
        """Where it is, and what is known of the values beside it: the mistake is often the same."""
        state = self.state()
        beside = [name for name, right in state.items() if right is False and name not in broken]
        findings = recognise(self.suspects(beside))
        text = "\n\n".join([self.not_finite_text(broken, answer), *map(self.of, findings)])
        return placed(self, state, lambda changes: self.say(
            WRONG, "not-finite", "\n\n".join([*map(place, changes), text]), gradients=state,
            diagnoses=_diagnoses(findings), changes=changes))

    def not_finite_text(self, broken, answer):
        name = broken[0]
        bad = ~np.isfinite(answer.values[name])
        place = [int(index) for index in np.argwhere(bad)[0]]
        text = (f"{name} holds NaN or infinity in {int(bad.sum())} of {bad.size} places"
                + (f", first at {place}." if place else "."))
        if answer.warned:
            text += f" NumPy warned: {answer.warned[0]}"
        return text

    # ---- is it right --------------------------------------------------------------------------------

    @property
    def tolerance(self):
        return FLOAT32 if any(answer.low_precision for answer in self.answers) else FLOAT64

    def state(self):
        """{name: True, False, or None where nothing stands yet}."""
        return {name: None if self.answers[0].values[name] is None
                else all_agree(((answer.values[name], problem.right[name])
                                for answer, problem in zip(self.answers, self.problems)), self.tolerance)
                for name in self.names}

    def wrong(self):
        """Explain each wrong value by a mutant or a probe, or admit that none fits."""
        state = self.state()
        wrong = [name for name, right in state.items() if right is False]
        missing = [name for name, right in state.items() if right is None]
        if not wrong and missing:
            done = [name for name, right in state.items() if right]
            return self.say(NOT_ATTEMPTED, "incomplete", f"{' and '.join(done)} {_is(done)} right. "
                            f"{' and '.join(missing)} {_is(missing)} still to be written.", gradients=state)
        if not wrong:
            return None
        corners = self.corners(self.suspects(wrong))
        return placed(self, state, partial(self.because, state, self.explained(wrong), corners=corners))

    def because(self, state, findings, changes, corners=()):
        """The verdict that says what was found, and of each change where it is to be made."""
        wrong = sum(right is False for right in state.values())
        text, said, changes = tell(findings, changes, wrong)
        return self.say(WRONG, self.in_order(said)[0].diagnosis, text, gradients=state, diagnoses=_diagnoses(said),
                        corners=corners, changes=changes)

    def explained(self, wrong):
        """Findings for the wrong values: mutants, then probes, then what nobody knows."""
        suspects = self.suspects(wrong)
        findings = recognise(suspects)
        findings += self.probed(suspects, known=_diagnoses(findings))
        return self.in_order(findings)

    def in_order(self, findings):
        return sorted(findings, key=lambda finding: (finding.rank, self.names.index(finding.names[0])))

    def probed(self, suspects, known):
        """What the probes find in the rest; the same thing said of several values becomes one finding."""
        together, known = {}, dict(known)
        for name, suspect in suspects.items():
            if name in known:
                continue
            found = self.asked(suspect) or waits(suspect, known) or Finding("", UNKNOWN, rank=2)
            known |= {name: found.diagnosis} if found.diagnosis else {}
            together.setdefault((found.diagnosis, found.message, found.rank), []).append(name)
        return [Finding(diagnosis, text, tuple(names), rank)
                for (diagnosis, text, rank), names in together.items()]

    def asked(self, suspect):
        """What the probes say; where one of them fails, that it is not the learner who did."""
        try:
            return consequence(suspect) or probe(suspect)
        except Exception as error:
            return Finding(DIAGNOSIS, told(error, "while it looked for the reason", self.exercise.name,
                                           "That the value is wrong is certain."), rank=2)

    def failed(self, error):
        """The verdict where the engine itself has failed: whatever is known, and no blame."""
        state, certain, corners = None, [], []
        with contextlib.suppress(Exception):                # as far as it still goes
            state = self.state()
            certain = [name for name, right in state.items() if right is False]
            corners = self.corners(self.suspects(certain))
        left = f"That {' and '.join(certain)} {_is(certain)} wrong is certain." if certain else ""
        text = told(error, "while it judged your answer", self.exercise.name,
                    left or "Whether your answer is right it does not say.")
        return self.say(WRONG if certain else UNJUDGED, DIAGNOSIS, text, gradients=state, corners=corners)

    @staticmethod
    def corners(suspects):
        return [found for suspect in suspects.values() if (found := corner(suspect))][:CORNERS]

    def suspects(self, names):
        yours = {name: [answer.values[name] for answer in self.answers] for name in self.names}
        right = {name: [problem.right[name] for problem in self.problems] for name in self.names}
        whole = {name for answer in self.answers for name in answer.whole}
        return {name: Suspect(self.exercise, name, self.problems, yours[name], right[name], self.again,
                              self.tolerance, yours, name in whole)
                for name in names}

    def again(self, arguments):
        """The learner's values for other arguments, or None where they cannot be had."""
        try:
            return ask(self.function, arguments, self.names).values
        except KeyboardInterrupt:
            raise
        except BaseException:
            return None

    def of(self, finding):
        return f"{', '.join(finding.names)}: {finding.message}"

    # ---- the special cases, and success ---------------------------------------------------------------

    def special(self):
        """Right everywhere else: also in the special cases?"""
        for diagnosis, case in self.exercise.cases.items():
            problem = case_problem(self.exercise, diagnosis, self.seed)
            try:
                answer = self.answer(problem)
            except (EngineError, KeyboardInterrupt):
                raise
            except BaseException as error:
                said = describe_error(error, self.function, problem.arguments)
                return self.judged(RAISED, diagnosis, f"{message(case)}\n\nThere your function raises {said}")
            values = answer.values
            state = {name: values[name] is not None and agree(values[name], right, self.tolerance)
                     for name, right in problem.right.items()}
            if not all(state.values()):
                seen = f" NumPy warned: {answer.warned[0]}" if answer.warned else ""
                finding = Finding(diagnosis, message(case) + seen,
                                  tuple(name for name, right in state.items() if not right))
                return placed(self, state, partial(self.because, state, [finding]), in_a_case=True)
        return None

    def right(self):
        parts = [self.tried(), paragraphs(self.exercise.lesson)]
        if any(answer.low_precision for answer in self.answers):
            parts.append(LOW_PRECISION)
        text = "\n\n".join(part for part in parts if part)
        return self.say(PASSED, "", text, gradients=dict.fromkeys(self.names, True))

    def tried(self):
        """What the answer was tried on."""
        if not self.exercise.takes:
            return "Right."
        shapes = "; ".join(", ".join(f"{letter} = {size}" for letter, size in problem.extents.items())
                           for problem in self.problems)
        cases = len(self.exercise.cases)
        return (f"Right for {len(self.problems)} random inputs of different shapes ({shapes})"
                + (f", and in {cases} special case{'s' * (cases > 1)}." if cases else "."))

    # ---- how it is said ----------------------------------------------------------------------------------

    def judged(self, status, diagnosis, text):
        return self.say(status, diagnosis, text, gradients=self.state())

    def say(self, status, diagnosis, text, gradients=None, diagnoses=None, corners=(), changes=()):
        return Verdict(self.exercise.name, status, diagnosis, text,
                       gradients or dict.fromkeys(self.names), diagnoses or {}, list(corners),
                       list(self.exercise.read), changes=list(changes))


def _same(a, b, tolerance=1e-12):
    return (a is None) == (b is None) and (a is None or agree(a, b, tolerance))


def _diagnoses(findings):
    return {name: finding.diagnosis for finding in findings for name in finding.names}


def _is(names):
    return "is" if len(names) == 1 else "are"
