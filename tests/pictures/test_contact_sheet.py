"""What a sheet shows are the examples that it claims to show."""
import numpy as np
import pytest

from scratchnets.data import Dataset, load
from scratchnets.data.mixture import GaussianMixture
from scratchnets.pictures.contact_sheet import draw

RNG = np.random.default_rng(0)


def images(n=30, shape=(4, 6, 1), labels=None):
    x = RNG.random((n, *shape)).astype(np.float32)
    return Dataset("random", x, labels, x[:1], None if labels is None else labels[:1])


def tiles(figure, rows, columns, height=4, width=6):
    """The pictures on a sheet, row by row; a pixel lies between them."""
    picture = figure.axes[0].images[0].get_array()
    assert picture.shape[:2] == (rows * (height + 1) - 1, columns * (width + 1) - 1)
    return [[picture[i * (height + 1):, j * (width + 1):][:height, :width] for j in range(columns)]
            for i in range(rows)]


def position(tile, data):
    """Which training example this is."""
    same = (data.x_train.reshape(len(data.x_train), *tile.shape) == tile).reshape(len(data.x_train), -1)
    (found,) = np.flatnonzero(same.all(axis=1))
    return found


@pytest.mark.parametrize("shape", [(4, 6, 1), (4, 6, 3)])
def test_a_sheet_shows_the_chosen_examples_once_each(shape):
    data = images(shape=shape)
    figure, shown = draw(data, count=9, seed=3)
    found = [position(tile, data) for row in tiles(figure, 3, 3) for tile in row]
    assert shown == 9 and found == list(np.random.default_rng(3).permutation(30)[:9])


def test_with_labels_each_row_is_one_class():
    data = images(labels=np.arange(30) % 3)
    figure, shown = draw(data, count=12)
    assert shown == 12
    for label, row in enumerate(tiles(figure, 3, 4)):
        assert {data.y_train[position(tile, data)] for tile in row} == {label}
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == ["0", "1", "2"]


def test_a_class_with_few_examples_leaves_its_row_short():
    data = images(n=10, labels=np.array([0] * 9 + [1]))
    figure, shown = draw(data, count=6)
    assert shown == 4
    assert (tiles(figure, 2, 3)[1][1] == 1).all()          # white


def test_the_sheet_has_no_more_than_there_is():
    assert draw(images(n=5), count=100)[1] == 5


def test_points_are_the_chosen_ones():
    data = load("ring", count=500)
    figure, shown = draw(data, count=50, seed=1)
    chosen = np.random.default_rng(1).permutation(400)[:50]
    (points,) = figure.axes[0].collections
    np.testing.assert_allclose(points.get_offsets(), data.x_train[chosen])
    assert shown == 50


def test_the_density_lies_where_the_points_lie():
    density = GaussianMixture([[1.0, 0.4]], std=0.1)
    data = Dataset("one", density.sample(100, 0), None, density.sample(1, 1), None, distribution=density)
    (image,) = draw(data)[0].axes[0].images
    p, (left, right, bottom, top) = image.get_array(), image.get_extent()
    row, column = np.unravel_index(p.argmax(), p.shape)
    x = left + (right - left) * (column + 0.5) / p.shape[1]
    y = bottom + (top - bottom) * (row + 0.5) / p.shape[0]
    assert image.origin == "lower" and (x, y) == pytest.approx((1.0, 0.4), abs=0.01)


def test_text_is_refused():
    with pytest.raises(ValueError, match="grammar is text"):
        draw(load("grammar", count=100))
