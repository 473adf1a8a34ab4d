"""The lectures that the exercises belong to."""
from pathlib import Path

import scratchnets

LECTURES = {
    0: "Backprop by hand", 1: "Unsupervised learning", 2: "Generative or discriminative",
    3: "Next-word prediction", 4: "The traditional autoencoder", 5: "L2 or cross-entropy",
    6: "Undercomplete", 7: "Overcomplete", 8: "Stacked", 9: "Sparse", 10: "Denoising",
    11: "Few labels", 12: "Convolutional autoencoders", 13: "Variational I", 14: "Variational II",
    15: "GANs", 16: "Why do GANs fail?", 17: "Remedies", 18: "The convolutional GAN",
    19: "One dataset, every model",
}


def heading(number):
    """``"00  Backprop by hand"``."""
    return f"{number:02d}  {LECTURES[number]}"


def notebook(number):
    """The lecture's notebook: its path in the book, or the lecture's title where the book is not at hand."""
    book = Path(scratchnets.__file__).parents[1]
    found = sorted(book.glob(f"notebooks/{number:02d}-*.ipynb"))
    return f"notebooks/{found[0].name}" if found else f"lecture {heading(number)}"
