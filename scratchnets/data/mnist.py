"""mnist and fashion: the full sets, from a folder of IDX files or from the network."""
from pathlib import Path

import numpy as np

from scratchnets.data import download, idx
from scratchnets.data.dataset import Dataset

MNIST_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
FASHION_URL = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"

TRAIN = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
TEST = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")

# SHA-256 of the gzipped files as their authors published them.
MNIST_HASHES = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}
FASHION_HASHES = {
    "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
}


def load_mnist(folder=None, base_url=MNIST_URL):
    """The 70,000 handwritten digits of MNIST.

    Parameters
    ----------
    folder : str or Path, optional
        Where the four IDX files are, gzipped or plain. Without it they are downloaded once, into
        the cache (see `scratchnets.data.download.fetch`).
    base_url : str
        From where.
    """
    return _load("mnist", folder, base_url, MNIST_HASHES,
                 description="handwritten digits: 60,000 to train, 10,000 to test",
                 licence="CC BY-SA 3.0 (Y. LeCun, C. Cortes, C. J. C. Burges)",
                 source="http://yann.lecun.com/exdb/mnist/")


def load_fashion(folder=None, base_url=FASHION_URL):
    """The 70,000 pictures of clothes of Fashion-MNIST (Xiao, Rasul, Vollgraf 2017, arXiv:1708.07747).

    The labels: T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, bag, ankle boot.
    Parameters as for `load_mnist`.
    """
    return _load("fashion", folder, base_url, FASHION_HASHES,
                 description="clothes in ten classes: 60,000 to train, 10,000 to test",
                 licence="MIT (Zalando SE)",
                 source="https://github.com/zalandoresearch/fashion-mnist")


def load_folder(folder):
    """Images and labels from a folder with four IDX files under the names of MNIST's: EMNIST's, or your own."""
    folder = Path(folder)
    if not any((folder / name).is_file() for name in _candidates(TRAIN[0])):
        raise ValueError(f"{folder}: is a folder; expected an .npz file, or a folder with the IDX files "
                         f"{', '.join((*TRAIN, *TEST))}, gzipped or plain")
    return _load(folder.resolve().name, folder, "", {}, description=f"images from {folder}", licence="your own",
                 source=str(folder))


def _load(name, folder, base_url, hashes, **provenance):
    folder = download.fetch(name, hashes, base_url) if folder is None else Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: no such folder; expected the IDX files of {name!r} in it")
    train, test = (idx.read_pair(*(_find(folder, stem) for stem in part)) for part in (TRAIN, TEST))
    if train[0].shape[1:] != test[0].shape[1:]:
        raise ValueError(f"{folder}: training images are {train[0].shape[1:]} pixels, test images "
                         f"{test[0].shape[1:]}; they do not belong together")
    return Dataset(name, _scaled(train[0]), train[1].astype(np.int64),
                   _scaled(test[0]), test[1].astype(np.int64), **provenance)


def _find(folder, stem):
    """The file under one of the names that it goes by."""
    candidates = _candidates(stem)
    for candidate in candidates:
        if (folder / candidate).is_file():
            return folder / candidate
    raise FileNotFoundError(f"{folder}: expected one of {', '.join(candidates)} in this folder")


def _candidates(stem):
    return [stem, stem + ".gz", stem.replace("-idx", ".idx")]


def _scaled(images):
    """(N, H, W) bytes to (N, H, W, 1) in [0, 1]."""
    scaled = images[..., np.newaxis].astype(np.float32)
    scaled /= np.float32(255)
    return scaled
