"""The models that came before networks: each fits in a page, and each has a closed form to test it by.

Names and conventions are scikit-learn's (``fit``, ``transform``, ``predict``, ``score_samples``; what
is learned ends in an underscore), so that what a reader knows of one carries over to the other.
"""
from scratchnets.models.classical.pca import PCA

__all__ = ["PCA"]
