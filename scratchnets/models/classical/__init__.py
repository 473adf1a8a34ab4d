"""The models that came before networks: each fits in a page, and each has a closed form to test it by.

Names and conventions are scikit-learn's (``fit``, ``transform``, ``predict``, ``score_samples``; what
is learned ends in an underscore), so that what a reader knows of one carries over to the other.
"""
from scratchnets.models.classical.density import KernelDensity
from scratchnets.models.classical.gaussian_classes import GaussianClasses
from scratchnets.models.classical.kmeans import KMeans
from scratchnets.models.classical.mixture import GaussianMixture
from scratchnets.models.classical.pca import PCA
from scratchnets.models.classical.softmax_regression import SoftmaxRegression

__all__ = ["PCA", "KMeans", "GaussianMixture", "KernelDensity", "GaussianClasses", "SoftmaxRegression"]
