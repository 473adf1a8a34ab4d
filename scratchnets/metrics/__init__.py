"""Numbers to report. Unlike losses they have no gradient and follow the literature's conventions.

What compares distributions, ranks scores or searches neighbours is computed on the host, in float64.
"""
from scratchnets.metrics.choosing import behind_the_best, undominated
from scratchnets.metrics.classes import accuracy, confusion_matrix
from scratchnets.metrics.detection import auroc, auroc_difference, auroc_error, average_precision, roc_curve
from scratchnets.metrics.distributions import frechet_distance, histograms, js_divergence, kl_divergence
from scratchnets.metrics.modes import Coverage, mode_coverage
from scratchnets.metrics.neighbours import knn_accuracy, silhouette
from scratchnets.metrics.reconstruction import sum_squared_error

__all__ = ["sum_squared_error", "accuracy", "confusion_matrix", "roc_curve", "auroc", "auroc_error",
           "auroc_difference", "average_precision", "knn_accuracy", "silhouette", "kl_divergence",
           "js_divergence", "histograms", "frechet_distance", "Coverage", "mode_coverage",
           "undominated", "behind_the_best"]
