"""How a change of the learner's code is told: the place at once, what to write there when a hint is asked for."""
import textwrap

from scratchnets.exercises.suspect import Finding

ONE, SEVERAL, TWO = "one-change", "one-change-in-several-places", "two-changes"

SHOWS_IT = "which shows the change"        # said of a hint

LONGEST = 90            # characters of the learner's code that are shown

# What measures something and guesses at the reason: where a change makes the value right, it has no more to say.
GUESSES = {"some-inputs-only", "offset", "reach", "wrong-shares", "not-proportional", "derivative-of-yours"}

EVERYWHERE = "With that alone changed, {it} right on every input that was tried."
BUT_FOR_A_CASE = ("With that alone changed, {it} right on all random inputs. A special case will then still be "
                  "wrong, for a reason of its own.")


def diagnosis(change):
    """The stable name of what is known where nothing but the change is."""
    if len(change.lines) == 1:
        return ONE
    return SEVERAL if change.alike else TWO


def place(change):
    """Where to look: the lines and the learner's own words, and not what to write there."""
    lines = sorted(set(change.lines))
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {_and(map(str, lines))}"
    code = [textwrap.shorten(words, LONGEST, placeholder=" …") for words in dict.fromkeys(change.before)]
    if len(change.lines) == 1:
        thing = f"if one thing in {where} were different"
    elif change.alike:
        thing = f"if the same thing were different in {where}"
    else:
        thing = f"if two things were different, in {where}"
    return f"{_and(change.names)} would be right {thing}: look at {_and(f'`{words}`' for words in code)}."


def remedy(change):
    """What to change: for a hint that was asked for."""
    lines = sorted(set(change.lines))
    where = f"In line {lines[0]}" if len(lines) == 1 else f"In lines {_and(map(str, lines))}"
    right = f"{_and(change.names)} {_is(change.names)} right"
    if change.how:
        what = f"{where}, {change.how}:\n\n    {change.before[0]}"
    else:
        pairs = dict.fromkeys(zip(change.before, change.after))
        what = f"{where}, change\n\n" + "\n\nand\n\n".join(f"    {before}\n\nto\n\n    {after}"
                                                            for before, after in pairs)
    return f"{what}\n\nThen {right}. Before you go on, say why."


def tell(findings, changes, wrong):
    """Findings and changes as a message, and those of either that are in it.

    Where something is to be changed comes first; what is known of the reason follows. That nothing is known is not
    said of a value that a change makes right.

    Parameters
    ----------
    wrong : int
        How many values are wrong: one finding that is about all of them does not name them.
    """
    changes = _consistent(findings, changes)
    findings = _one_reason(findings, changes)
    explained = {name for change in changes for name in change.names}
    findings = [finding for finding in findings if finding.diagnosis or not set(finding.names) <= explained]
    # What says "mend the value first" is told behind what is said of the value.
    findings.sort(key=lambda finding: finding.diagnosis == "derivative-of-yours")
    silent = [finding for finding in findings if _guesses(finding) and set(finding.names) <= explained]
    spoken = [finding for finding in findings if finding not in silent]
    alone = len(findings) == 1 and len(findings[0].names) == wrong
    paragraphs, open_changes = [], list(changes)
    for finding in spoken:
        about = [change for change in open_changes if finding.rank < 2 and set(change.names) & set(finding.names)]
        open_changes = [change for change in open_changes if change not in about]
        places = " ".join(map(place, about))
        if alone and about and all(set(change.names) <= set(finding.names) for change in about):
            paragraphs.append(f"{places} {finding.message}")
        else:
            paragraphs += [places] * bool(about) + [finding.message if alone else _of(finding)]
    text = "\n\n".join([*(f"{place(change)} {_known(change)}" for change in open_changes), *paragraphs])
    reasoned = {name for finding in findings for name in finding.names}
    without_reason = [Finding(diagnosis(change), _known(change), left) for change in changes
                      if (left := tuple(name for name in change.names if name not in reasoned))]
    return text, [*without_reason, *findings], changes


def _consistent(findings, changes):
    """The changes, without those that mend a part of what one known mistake explains: that is not the mistake."""
    for finding in findings:
        touching = [change for change in changes if set(change.names) & set(finding.names)]
        if finding.rank == 0 and not set(finding.names) <= {name for change in touching for name in change.names}:
            changes = [change for change in changes if change not in touching]
    return changes


def _one_reason(findings, changes):
    """The findings, where one change mends several values: it undoes one mistake, and a known one is that of all."""
    for change in changes:
        inside = [finding for finding in findings if set(finding.names) <= set(change.names) and finding.diagnosis]
        known = max((finding for finding in inside if finding.rank == 0), default=None,
                    key=lambda finding: len(finding.names))
        if known is not None and change.alike:
            names = tuple(name for finding in inside for name in finding.names)
            findings = [Finding(known.diagnosis, known.message, names, 0) if finding is known else finding
                        for finding in findings if finding is known or finding not in inside]
    return findings


def _guesses(finding):
    return finding.diagnosis in GUESSES or finding.diagnosis.startswith("ignores-") \
        or finding.message.startswith("Two mistakes at once")


def _known(change):
    text = EVERYWHERE if change.everywhere else BUT_FOR_A_CASE
    return text.format(it=f"{_and(change.names)} {_is(change.names)}")


def _of(finding):
    return f"{', '.join(finding.names)}: {finding.message}"


def _is(names):
    return "is" if len(names) == 1 else "are"


def _and(words):
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
