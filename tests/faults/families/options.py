"""Options with values that cannot be, and words that are no commands."""
import argparse

from case import DONE, EITHER, Case, after, copied

from scratchnets.cli import COMMANDS, build_parser
from scratchnets.data import names
from scratchnets.models.recipes import RECIPES

WHOLE = ("", "x", "-1", "0", "1.5", "1e3", "nan", "inf", "1" * 400, "-" + "9" * 30, "9" * 30, "9" * 5000, "0x10",
         "１２", " ",
         "1 000", "True")
REAL = ("", "x", "-1", "nan", "inf", "-inf", "1e400", "-1e400", "9" * 400, "1,5", "0.5.5", "2", "1e300", "-1e-300", " ")
WORD = ("", "x", " ", "a" * 10000, "ä", "None", "0", "../..", "squared_error", "-", "'\"", "\n", "%s%n", "\0", "\udcff")
MODELS = ("autoencoder", "vae", "gan", "dcgan", "classifier", "denoising", "stacked")
NOT_TRIED = ("--help", "--version", "--json", "--quick", "--list", "--give-up", "--batch-norm", "--no-batch-norm",
             "--spectral-norm", "--reconstruct", "--decode")


def cases(ground):
    for command, parser, words, files in commands(ground):
        for option, values in spoilt(parser):
            if command == "reproduce" and option == "--out" or command == "watch":
                continue
            for value in values:
                shown = value[:12] + ("…" if len(value) > 12 else "")
                yield Case("options", f"{command} {option} {shown!r}", [*words, f"{option}={value}"],
                           (option, option.strip("-").replace("-", "_"), option.strip("-"), "already holds a run",
                            option.strip("-").replace("-", " ").title().replace(" ", ""),
                            "options that it was given", "nothing",
                            value[:12] or option),
                           copied(ground, *files), ends=EITHER)
        for option in sorted({name for action in parser._actions for name in action.option_strings if len(name) > 4}):
            for wrong in (option[:-1], option + "x", "--" + option[2:].replace("-", "_"), option.upper()):
                if wrong != option:
                    yield Case("unknown options", f"{command} {wrong}", [*words, wrong], (wrong,),
                               copied(ground, *files))
    yield from wrong_words(ground)


def commands(ground):
    """(name, parser, words that go before, files)"""
    parsers = next(action for action in build_parser()._actions
                   if isinstance(action, argparse._SubParsersAction)).choices
    for model in MODELS:
        words = ["train", model, "--data=tiny.npz", "--epochs=0", "--out=ae"]
        yield f"train {model}", parsers["train"], words, ("tiny.npz", "ae")
    yield "resume", parsers["train"], ["train", "--resume=va"], ("tiny.npz", "va")
    yield "evaluate", parsers["evaluate"], ["evaluate", "ae"], ("ae",)
    yield "sample", parsers["sample"], ["sample", "ae"], ("ae",)
    yield "sample gan", parsers["sample"], ["sample", "gan"], ("gan",)
    yield "data", parsers["data"], ["data", "ring", "--count=5"], ()
    yield "bench", parsers["bench"], ["bench", "nothing"], ()
    yield "gradcheck", parsers["gradcheck"], ["gradcheck", "Identity"], ()
    yield "reproduce", parsers["reproduce"], ["reproduce", "nothing"], ()
    actions = next(action for action in parsers["exercises"]._actions
                   if isinstance(action, argparse._SubParsersAction)).choices
    for action, parser in actions.items():
        words = {"check": ["nothing"], "solution": ["nothing"], "hint": ["nothing"], "start": ["there", "nothing"],
                 "watch": ["nowhere"], "list": []}[action]
        yield f"exercises {action}", parser, ["exercises", action, *words], ()


def spoilt(parser):
    """(option, values) of each option that takes one."""
    for action in parser._actions:
        option = max(action.option_strings, key=len, default="")
        if not option or option in NOT_TRIED or action.nargs == 0:
            continue
        yield option, WHOLE if action.type is int else REAL if action.type is float else WORD


def wrong_words(ground):
    files = copied(ground, "tiny.npz", "ae", "exercises")
    for command in COMMANDS:
        for wrong in (command[:-1], command + "s", command.upper(), "-" + command, command.replace("a", "o") + "x"):
            yield Case("wrong words", f"the command {wrong}", [wrong], (wrong, "COMMAND"), files)
    for wrong in ("", " ", "help", "run", "x" * 10000, "ä", "\n", "0", "None", "\udcff", "../../etc"):
        yield Case("wrong words", f"the command {wrong[:9]!r}", [wrong], ("command", "COMMAND"), files)
    for model in RECIPES:
        for wrong in (model[:-1], model + "s", model.upper()):
            yield Case("wrong words", f"the model {wrong}", ["train", wrong, "--data", "tiny.npz"], (wrong,), files)
    for data in names():
        for wrong in (data[:-1], data + "x", data.upper()):
            for argv in (["data", wrong], ["train", "tied", "--data", wrong]):
                yield Case("wrong words", f"the data {wrong}", argv, (wrong,), files)
    for words in (["train"], ["train", "tied", "vae"], ["evaluate"], ["sample"], ["evaluate", "ae", "ae"],
                  ["sample", "ae", "x"],
                  ["exercises", "start"], ["exercises", "watch"], ["exercises", "solution"], ["exercises", "no"],
                  ["exercises", "check", "a", "b"], ["data", "ring", "moons"], ["gradcheck", "Dens"],
                  ["gradcheck", "x" * 9000],
                  ["bench", "x"], ["reproduce", "x"], ["exercises", "hint", "dens"], ["exercises", "check", "no.py"],
                  ["exercises", "start", "there", "x"], ["sample", "ae", "--decode", "--reconstruct"],
                  ["sample", "ae", "--code", "1", "--decode"], ["train", "--resume", "ae", "--lr", "1"],
                  ["train", "vae", "--resume", "ae"], ["train", "tied", "--patience", "3"],
                  ["train", "gan", "--validation", "0.1"],
                  ["train", "tied", "--r1", "1"], ["train", "tied", "--d-lr", "1"], ["train", "vae", "--pretrain", "2"],
                  ["train", "tied", "--optimizer", "sgd", "--beta1", "0.5"], ["train", "gan", "--data", "grammar"],
                  ["train", "gan", "--data", "text"], ["train", "vae", "--data", "ring"],
                  ["train", "dcgan", "--data", "moons"],
                  ["train", "classifier", "--data", "swiss-roll"], ["data", "grammar", "--out", "x.png"],
                  ["data", "ring", "--from", "x"], ["sample", "cl"]):
        yield Case("wrong words", " ".join(words)[:60], words,
                   (words[-1][:40], words[-2] if len(words) > 1 else words[-1], "MODEL", "RUN", "DIR", "NAME", "gan",
                    "cl"),
                   after(files, copied(ground, "cl")))
    for code in ("1", "1,2,3", "a,b", "1,,2", "nan,1", "inf,1", "1;2", "1e400,0", ",", "1,2,", "１,２",
                 "0," * 5000 + "0", "1 2",
                 "1,x" + "y" * 9000):
        yield Case("wrong words", f"the code {code[:12]}", ["sample", "ae", "--code", code], ("--code",), files,
                   ends=EITHER if code in ("１,２",) else "refused")
    for count in ("100000", "1000000000"):
        for words in (["sample", "ae"], ["sample", "ae", "--decode"], ["sample", "gan"], ["sample", "vae"]):
            yield Case("wrong words", f"{' '.join(words)} of {count}", [*words, "--count", count], ("--count",),
                       copied(ground, words[1], "tiny.npz"), ends=EITHER)
    for argv in (["--help"], ["--version"], ["exercises"], ["data"], ["reproduce", "--list"]):
        yield Case("wrong words", " ".join(argv), argv, ("",), ends=DONE)
