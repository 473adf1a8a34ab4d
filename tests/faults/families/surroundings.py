"""The environment: variables, and output in an encoding that lacks half of the book's signs."""
from case import DONE, Case, copied

QUICK = {"data": ["data"], "help": ["--help"], "list": ["exercises", "list"], "gradcheck": ["gradcheck", "Identity"],
         "evaluate": ["evaluate", "ae"], "sample": ["sample", "ae", "--count", "2"],
         "reproduce": ["reproduce", "--list"],
         "solution": ["exercises", "solution", "adam_update", "--give-up"], "train": ["train", "--help"],
         "grammar": ["data", "grammar"]}


def cases(ground):
    files = copied(ground, "ae", "tiny.npz")
    for value in ("nump", "NUMPY", "cupyx", "cupy", " ", "torch", "x" * 9000, "numpy,cupy", "ä"):
        for name in ("data", "evaluate", "gradcheck"):
            yield Case("SCRATCHNETS_BACKEND", f"{value[:9]!r}, {name}", QUICK[name], ("SCRATCHNETS_BACKEND",), files,
                       environment={"SCRATCHNETS_BACKEND": value}, fresh=True)
    for value in ("x", "-1", "0", "nan", "inf", "1,5", "2GB", " ", "9" * 400, "0x2"):
        for argv in (["train", "tied", "--data", "tiny.npz"], ["evaluate", "ae"]):
            yield Case("SCRATCHNETS_MEMORY", f"{value[:9]!r}, {argv[0]}", argv, ("SCRATCHNETS_MEMORY",), files,
                       environment={"SCRATCHNETS_MEMORY": value})
    for value in ("1e-6", "0.001"):
        for argv in (["train", "autoencoder", "--data", "mnist5k"], ["data", "mnist5k"]):
            yield Case("SCRATCHNETS_MEMORY", f"{value}, {argv[0]}", argv, ("SCRATCHNETS_MEMORY",), files,
                       environment={"SCRATCHNETS_MEMORY": value})
    for encoding in ("cp1252", "ascii", "latin-1", "cp437", "utf-16"):
        for name, argv in QUICK.items():
            yield Case("encodings", f"{encoding}, {name}", argv, (), files, ends=DONE,
                       environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}, fresh=True)
    for encoding in ("cp1252", "ascii"):
        for argv in (["evaluate", "nö"], ["train", "vaé"], ["data", "ä.npz"]):
            yield Case("encodings", f"{encoding}, {' '.join(argv)}", argv, (argv[-1].strip("äöé"),), files,
                       environment={"PYTHONIOENCODING": encoding}, fresh=True)
