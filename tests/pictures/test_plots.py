"""Pictures keep a size that a machine can draw, however many classes or images there are."""
import io

import numpy as np
import pytest

from scratchnets.pictures import plots

RNG = np.random.default_rng(0)


def drawn(figure):
    """The figure as a PNG: its width and height in inches, after all is laid out."""
    figure.savefig(io.BytesIO(), format="png", dpi=20)
    return figure.get_size_inches()


@pytest.mark.parametrize("count", [2, 40, 41, 1000])
def test_a_confusion_of_many_classes_is_drawn_without_its_numbers(count):
    matrix = np.diag(np.full(count, 3)) + (RNG.random((count, count)) < 0.1)
    figure = plots.confusion(matrix)
    assert max(drawn(figure)) <= 0.42 * plots.READABLE + 1
    assert bool(figure.axes[0].texts) == (count <= plots.READABLE)


@pytest.mark.parametrize("classes", [3, 20, 21, 3000])
def test_a_map_of_many_labels_has_a_scale_in_place_of_names(classes):
    figure = plots.latent_map(RNG.normal(size=(3000, 2)), np.arange(3000) % classes)
    drawn(figure)
    assert (figure.axes[0].get_legend() is not None) == (classes <= plots.FEW)


@pytest.mark.parametrize("draw", [lambda: plots.image_rows({"a": RNG.random((900, 4, 4, 1))}),
                                  lambda: plots.image_grid(RNG.random((5000, 4, 4, 1)), columns=2)])
def test_a_sheet_of_many_images_is_bounded(draw):
    assert max(drawn(draw())) <= plots.LARGEST
