"""scratchnets data [NAME]: list the datasets, or look into one."""
import argparse
from pathlib import Path

from scratchnets.arguments import integer, positive_integer
from scratchnets.commands.words import expect_picture
from scratchnets.data import load
from scratchnets.data.registry import ENTRIES, options
from scratchnets.files import atomic_write

MOST = 10_000           # images of a sheet


def add_parser(subparsers):
    """Add the command to the parser of all commands; returns its own parser."""
    parser = subparsers.add_parser(
        "data", help="list the datasets, or look into one", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Without NAME: list all datasets, their shapes, sizes and licences.\n"
                    "With NAME: draw some of its examples, or print them where they are text.",
        epilog="examples:\n"
               "  scratchnets data\n"
               "  scratchnets data ring --count 5000 --seed 1 --out ring.png\n"
               "  scratchnets data mnist --from ~/mnist\n"
               "  scratchnets data photos.npz\n"
               "  scratchnets data grammar")
    parser.add_argument("name", nargs="?", metavar="NAME",
                        help=f"one of: {', '.join(ENTRIES)}; or FILE.npz with images of your own")
    parser.add_argument("--from", dest="origin", metavar="PATH",
                        help="the folder with the IDX files of mnist or fashion, or the file of text")
    parser.add_argument("--count", type=int, metavar="N",
                        help="how many to show (default: 100 images, 2000 points, 10 sentences)")
    parser.add_argument("--seed", type=int, default=0,
                        help="draws the data where they are drawn, and chooses what is shown (default: 0)")
    parser.add_argument("--out", metavar="FILE.png", help="the picture (default: NAME.png)")
    return parser


def run(arguments):
    """Run the command; returns the exit status."""
    if arguments.name is None:
        print(listing())
        return 0
    count = None if arguments.count is None else positive_integer("--count", arguments.count)
    data = load(arguments.name, **load_options(arguments))
    print(f"{data!r}\n{data.description}\nlicence: {data.licence}\nsource: {data.source}")
    if data.vocabulary is not None:
        if arguments.out is not None:
            raise ValueError(f"--out: {data.name} is text, which is printed, not drawn; leave it out")
        print(entropies(data.distribution) if data.name == "grammar" else "", end="")
        print("\n" + "\n".join(sentences(data, count or 10)))
        return 0
    print(f"wrote {picture(data, count, arguments.seed, arguments.out)}")
    return 0


def listing():
    """All datasets, one a line, in columns."""
    table = [("name", "one example", "train + test", "licence", "what it is")]
    table += [(name, entry.shape, entry.size, entry.licence, entry.summary)
              for name, entry in ENTRIES.items()]
    widths = [max(map(len, column)) for column in zip(*table)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in table]
    return "\n".join(lines) + ("\n\nLook into one: scratchnets data NAME. "
                               "Images of your own: scratchnets data FILE.npz")


def load_options(arguments):
    """What the dataset's loader takes, of what the command line gave."""
    known, chosen = options(arguments.name), {}
    if "seed" in known:
        chosen["seed"] = integer("--seed", arguments.seed)
    if arguments.origin is not None:
        target = next((name for name in ("folder", "file") if name in known), None)
        if target is None:
            raise ValueError(f"--from: {arguments.name} is not read from a folder or a file; "
                             f"{', '.join(n for n in ENTRIES if {'folder', 'file'} & set(options(n)))} are; "
                             "leave it out")
        chosen[target] = Path(arguments.origin).expanduser()
    return chosen


def picture(data, count, seed, out):
    """Draw the data into a file; returns its path."""
    # matplotlib takes half a second to import; listing does without.
    from scratchnets.pictures.contact_sheet import draw
    path = Path(out or f"{data.name}.png")
    expect_picture(path)
    figure, shown = draw(data, count if count is None else min(count, MOST), seed=integer("--seed", seed))
    with atomic_write(path) as file:
        figure.savefig(file, format=path.suffix[1:].lower(), dpi=120)
    return f"{path}: {shown:,} of {len(data.x_train):,} training examples"


def sentences(data, count):
    """The first sentences of the training part."""
    found, words = [], []
    for word in data.vocabulary.decode(data.x_train[:200 * count]):
        words.append(word)
        if word in (".", "!", "?"):
            found.append(" ".join(words))
            words = []
            if len(found) == count:
                break
    return found or [" ".join(words)]


def entropies(grammar):
    """What no model of this grammar can beat, by how many words it sees."""
    bounds = [(f"the last {order}", grammar.markov_entropy(order)) for order in (1, 2, 3)]
    bounds = [("nothing", grammar.markov_entropy(0)), *bounds, ("everything", grammar.entropy_rate)]
    return "\n".join([
        "\nthe best cross-entropy, in nats a token, of a model that sees of the words before:",
        *(f"  {seen:11}{entropy:.4f}" for seen, entropy in bounds),
        f"a sentence: {grammar.mean_sentence_length:.2f} tokens and {grammar.sentence_entropy:.4f} nats "
        "on average\n"])
