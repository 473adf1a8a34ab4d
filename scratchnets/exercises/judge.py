"""The verdict on an answer, in a fixed order of questions.

Is anything there? Does it run? Are the numbers finite, the inputs untouched, the answer the same
when asked twice? Is it right? If not: is it a mistake that we know (`recognition`), or one that a
probe can name (`probes`)? If neither, the verdict says so and shows the numbers.
"""
import numpy as np

from scratchnets.exercises.agreement import FLOAT32, FLOAT64, agree, all_agree
from scratchnets.exercises.answers import Unreadable, argument_count_fits, ask, describe_error, is_empty, kind_of
from scratchnets.exercises.corner import corner
from scratchnets.exercises.exercise import message, paragraphs
from scratchnets.exercises.probes import probe
from scratchnets.exercises.problems import case_problem, on_numpy, problems
from scratchnets.exercises.recognition import recognise
from scratchnets.exercises.suspect import Finding, Suspect
from scratchnets.exercises.verdict import NOT_ATTEMPTED, PASSED, RAISED, WRONG, Verdict

CORNERS = 2             # more tables than two are not read

INPUTS_MODIFIED = (
    "Your function writes into {names}. The caller still needs it: a layer keeps its input for other "
    "gradients, and what comes from above belongs to the layer above. An operation such as x -= 1 or "
    "x[...] = 0 works in place; x = x - 1 makes a new array, and so does x.copy(). What is "
    "computed after that, here or by the caller, uses the changed numbers.")

FIRST_CALL_ONLY = (
    "The first call is right; the same inputs later give something else. Something survives between the "
    "calls: a global array, or a default argument that is changed. Make new arrays in the function.")

NO_RETURN = (
    "Your function returned None: is the return missing? What it computes, or prints, is lost when it ends; "
    "its last line is to be return {names}.")

NOT_REPEATABLE = (
    "The same inputs, given twice, give two different answers: the function draws random numbers, or "
    "remembers something from call to call.")

UNKNOWN = (
    "It is wrong, and I do not know why: it is no mistake that I know, and no probe has found a pattern. "
    "Compare the numbers, or begin with a case that you can do by hand.")

FOLLOWS = (
    "{name} is made of the same inner gradients as {others}. Mend {wrong} first: if {name} is still wrong "
    "then, the mistake is one of its own.")

LOW_PRECISION = (
    "One remark: your numbers are float32, good to about seven digits. For training that is enough; a "
    "gradient check needs float64, or rounding hides what it looks for.")


def judge(exercise, function, seed=0):
    """The verdict on `function` as an answer to `exercise`.

    Parameters
    ----------
    exercise : Exercise
    function : callable
        The learner's; it gets NumPy arrays in float64.
    seed : int
        Of the problems.

    Returns
    -------
    Verdict
    """
    with on_numpy():
        return _Judgement(exercise, function, seed).verdict()


class _Judgement:
    """One answer on its way through the questions; each method gives a verdict, or None to go on."""

    def __init__(self, exercise, function, seed):
        self.exercise, self.function, self.seed = exercise, function, seed
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
        return (self.unusable() or self.not_attempted() or self.doubtful() or self.wrong()
                or self.special() or self.right())

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
        except KeyboardInterrupt:
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
            return self.say(NOT_ATTEMPTED, "", "This is the code as it was given. "
                                               f"{self.not_attempted_text()}")
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
            text = INPUTS_MODIFIED.format(names=" and ".join(changed))
            return self.judged(WRONG, "inputs-modified", text)
        first, again = self.answers[0].values, self.repeated.values
        if not all(_same(first[name], again[name]) for name in self.names):
            only_first = all(_same(first[name], self.problems[0].right[name], FLOAT64) for name in self.names)
            if only_first:
                return self.say(WRONG, "first-call-only", FIRST_CALL_ONLY)
            return self.say(WRONG, "not-repeatable", NOT_REPEATABLE)
        return None

    def not_finite(self, broken, answer):
        """Where it is, and what is known of the values beside it: the mistake is often the same."""
        state = self.state()
        beside = [name for name, right in state.items() if right is False and name not in broken]
        findings = recognise(self.suspects(beside))
        text = "\n\n".join([self.not_finite_text(broken, answer), *map(self.of, findings)])
        return self.say(WRONG, "not-finite", text, gradients=state, diagnoses=_diagnoses(findings))

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
        suspects = self.suspects(wrong)
        findings = recognise(suspects)
        findings += self.probed(suspects, known=_diagnoses(findings))
        findings.sort(key=lambda finding: (finding.rank, self.names.index(finding.names[0])))
        # What says "mend the value first" is told behind what is said of the value.
        told = sorted(findings, key=lambda finding: finding.diagnosis == "derivative-of-yours")
        return self.say(WRONG, findings[0].diagnosis, self.together(told, len(wrong)), gradients=state,
                        diagnoses=_diagnoses(findings),
                        corners=[found for name in wrong if (found := corner(suspects[name]))][:CORNERS])

    def probed(self, suspects, known):
        """What the probes find in the rest; the same thing said of several values becomes one finding."""
        together, known = {}, dict(known)
        for name, suspect in suspects.items():
            if name in known:
                continue
            found = probe(suspect) or self.follows(name, known) or Finding("", UNKNOWN, rank=2)
            known |= {name: found.diagnosis} if found.diagnosis else {}
            together.setdefault((found.diagnosis, found.message, found.rank), []).append(name)
        return [Finding(diagnosis, text, tuple(names), rank)
                for (diagnosis, text, rank), names in together.items()]

    def follows(self, name, known):
        """That there is nothing to find here before another value is mended; None where that is not so."""
        others = self.exercise.follows.get(name, ())
        wrong = " and ".join(other for other in others if other in known)
        text = FOLLOWS.format(name=name, others=" and ".join(others), wrong=wrong)
        return Finding("follows", text, rank=2) if wrong else None

    def suspects(self, names):
        yours = {name: [answer.values[name] for answer in self.answers] for name in self.names}
        right = {name: [problem.right[name] for problem in self.problems] for name in self.names}
        return {name: Suspect(self.exercise, name, self.problems, yours[name], right[name], self.again,
                              self.tolerance)
                for name in names}

    def again(self, arguments):
        """The learner's values for other arguments, or None where they cannot be had."""
        try:
            return ask(self.function, arguments, self.names).values
        except KeyboardInterrupt:
            raise
        except BaseException:
            return None

    def together(self, findings, wrong):
        alone = len(findings) == 1 and len(findings[0].names) == wrong
        return "\n\n".join(finding.message if alone else self.of(finding) for finding in findings)

    def of(self, finding):
        return f"{', '.join(finding.names)}: {finding.message}"

    # ---- the special cases, and success ---------------------------------------------------------------

    def special(self):
        """Right everywhere else: also in the special cases?"""
        for diagnosis, case in self.exercise.cases.items():
            problem = case_problem(self.exercise, diagnosis, self.seed)
            try:
                answer = self.answer(problem)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                said = describe_error(error, self.function, problem.arguments)
                return self.judged(RAISED, diagnosis, f"{message(case)}\n\nThere your function raises {said}")
            values = answer.values
            state = {name: values[name] is not None and agree(values[name], right, self.tolerance)
                     for name, right in problem.right.items()}
            if not all(state.values()):
                seen = f" NumPy warned: {answer.warned[0]}" if answer.warned else ""
                return self.say(WRONG, diagnosis, message(case) + seen, gradients=state,
                                diagnoses={name: diagnosis for name, right in state.items() if not right})
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

    def say(self, status, diagnosis, text, gradients=None, diagnoses=None, corners=()):
        return Verdict(self.exercise.name, status, diagnosis, text,
                       gradients or dict.fromkeys(self.names), diagnoses or {}, list(corners),
                       list(self.exercise.read))


def _same(a, b, tolerance=1e-12):
    return (a is None) == (b is None) and (a is None or agree(a, b, tolerance))


def _diagnoses(findings):
    return {name: finding.diagnosis for finding in findings for name in finding.names}


def _is(names):
    return "is" if len(names) == 1 else "are"
