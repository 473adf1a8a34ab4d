"""The options of ``scratchnets train gan`` that ask for remedies: what they are called and what they mean."""
from dataclasses import fields

from scratchnets.models.adversarial.treatment import Treatment

REMEDIES = [field.name for field in fields(Treatment)]


def add_arguments(parser):
    """Add the options to a parser, in a group of their own."""
    group = parser.add_argument_group("remedies of a gan", "What is done against its failures (lecture 17).")
    group.add_argument("--r1", type=float, metavar="G",
                       help="penalty G/2 ‖∇D‖² on the slope at the data, such as 0.1")
    group.add_argument("--gradient-penalty", type=float, metavar="L",
                       help="penalty L (‖∇D‖ − 1)² between data and samples; with --loss wasserstein")
    group.add_argument("--clip", type=float, metavar="C", help="keep the discriminator's weights within ±C")
    group.add_argument("--smoothing", type=float, metavar="S",
                       help="data count as real with weight 1 − S only")
    group.add_argument("--instance-noise", type=float, metavar="STD",
                       help="noise on all that the discriminator sees")
    group.add_argument("--noise-steps", type=int, metavar="STEPS",
                       help="let that noise fade over so many steps")
    group.add_argument("--packing", type=int, metavar="M",
                       help="examples that the discriminator judges together")
    group.add_argument("--minibatch-std", type=float, metavar="C",
                       help="show the discriminator C times how much a batch varies")
    group.add_argument("--spectral-norm", action="store_const", const=True,
                       help="divide the discriminator's weights by their largest singular value")
    group.add_argument("--d-lr", type=float, metavar="RATE",
                       help="the discriminator's learning rate (default: the generator's, --lr)")


def asked_for(arguments):
    """{name: strength} of the remedies that were given."""
    return {name: getattr(arguments, name) for name in REMEDIES if getattr(arguments, name) is not None}
