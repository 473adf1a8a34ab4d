"""Printed digits: each factor does to the picture what its name says."""
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from scratchnets.data import glyphs, load


def plain(digits, **changes):
    """Upright digits of scale 1 in the middle, with these changes."""
    factors = np.zeros(len(digits), glyphs.FACTORS)
    factors["scale"] = 1
    for name, value in changes.items():
        factors[name] = value
    return glyphs.render(np.asarray(digits), factors)[..., 0]


def centre(images):
    """The middle of the ink, (row, column) of each image."""
    weight = images.sum(axis=(1, 2))
    pixel = np.arange(glyphs.FRAME)
    return ((images.sum(axis=2) * pixel).sum(axis=1) / weight,
            (images.sum(axis=1) * pixel).sum(axis=1) / weight)


def test_shapes_types_range_and_split():
    data = load("glyphs", count=50)
    assert data.x_train.shape == (40, 28, 28, 1) and data.x_test.shape == (10, 28, 28, 1)
    assert data.x_train.dtype == np.float32 and data.y_train.dtype == np.int64
    assert 0 == data.x_train.min() and data.x_train.max() == 1
    assert len(data.factors) == 40 and len(data.factors_test) == 10


def test_the_seed_decides_everything():
    first, again, other = load("glyphs", count=30), load("glyphs", count=30), load("glyphs", count=30, seed=1)
    np.testing.assert_array_equal(first.x_train, again.x_train)
    np.testing.assert_array_equal(first.factors, again.factors)
    assert (first.x_train != other.x_train).any()


def test_the_dataset_is_what_its_factors_render():
    data = load("glyphs", count=30)
    np.testing.assert_array_equal(glyphs.render(data.y_train, data.factors), data.x_train)


def test_all_ink_stays_inside_the_frame_at_every_corner_of_the_ranges():
    corners = np.array(np.meshgrid(*glyphs.RANGES.values())).reshape(len(glyphs.RANGES), -1)     # (5, 32)
    for face in range(len(glyphs.FACES)):
        digits = np.repeat(np.arange(10), corners.shape[1])
        images = plain(digits, face=face, **dict(zip(glyphs.RANGES, np.tile(corners, 10))))
        frame = np.ones((28, 28), bool)
        frame[1:-1, 1:-1] = False
        # The outermost ring of pixels stays black, so that the digit is whole.
        assert images[:, frame].max() == 0, glyphs.FACES[face]
        assert images.max(axis=(1, 2)).min() > 0.5, glyphs.FACES[face]


@pytest.mark.parametrize("face", range(len(glyphs.FACES)), ids=glyphs.FACES)
def test_the_ten_digits_of_a_face_differ_and_are_18_pixels_high(face):
    images = plain(range(10), face=face)
    flat = images.reshape(10, -1)
    distance = np.linalg.norm(flat[:, None] - flat, axis=-1) + 10 * np.eye(10)
    assert distance.min() > 2
    rows = images.max(axis=2) > 0.25
    assert (np.abs(rows.sum(axis=1) - glyphs.HEIGHT) <= 2).all()


def test_shift_moves_the_digit_by_that_many_pixels():
    still, moved = plain([3, 7]), plain([3, 7], shift_x=2, shift_y=-1)
    np.testing.assert_allclose(moved, np.roll(still, (-1, 2), axis=(1, 2)), atol=1e-4)


def test_half_a_pixel_moves_the_middle_of_the_ink_by_half_a_pixel():
    row, column = centre(plain([3, 8], stroke=0.5))
    row_moved, column_moved = centre(plain([3, 8], stroke=0.5, shift_x=0.5, shift_y=0.25))
    np.testing.assert_allclose(column_moved - column, 0.5, atol=0.02)
    np.testing.assert_allclose(row_moved - row, 0.25, atol=0.02)


def test_scale_multiplies_the_ink_by_its_square():
    # Bold, so that the outline's own pixel of grey matters little.
    small, large = (plain(range(10), face=1, scale=scale).sum(axis=(1, 2)) for scale in (0.8, 1.05))
    np.testing.assert_allclose(large / small, (1.05 / 0.8) ** 2, rtol=0.03)


@pytest.mark.parametrize("scale", [0.7, 1, 1.3])
def test_stroke_moves_the_outline_outwards_by_that_many_pixels_at_any_scale(scale):
    # A DejaVu Sans 1 has an upright stem: each side of it moves by 0.6 pixels.
    row = [plain([1], stroke=stroke, scale=scale)[0, 14].sum() for stroke in (0, 0.6)]
    assert row[1] - row[0] == pytest.approx(1.2, abs=0.1)


def test_slant_shifts_each_row_in_proportion_to_its_height():
    upright, leaning = plain([1], face=1)[0], plain([1], face=1, slant=0.25)[0]
    stem = slice(10, 19)            # between the 1's flag and its foot
    column = [(image * np.arange(28)).sum(axis=1)[stem] / image.sum(axis=1)[stem]
              for image in (upright, leaning)]
    np.testing.assert_allclose(column[1] - column[0], 0.25 * (13.5 - np.arange(28))[stem], atol=0.03)


def test_the_field_agrees_with_distances_counted_one_by_one():
    ink = glyphs._raster("cmr10.ttf", 4)
    field = glyphs.distance_field("cmr10.ttf", 4)
    step = glyphs.FINE // glyphs.CELLS
    rng = np.random.default_rng(0)
    for row, column in rng.integers(0, len(field), size=(40, 2)):
        here = np.array([row, column]) * step + step // 2
        other = np.argwhere(ink != ink[tuple(here)])
        nearest = np.sqrt(((other - here) ** 2).sum(axis=1).min()) - 0.5
        sign = 1 if ink[tuple(here)] else -1
        assert field[row, column] == pytest.approx(sign * nearest / glyphs.FINE, abs=1e-5)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 40))
def test_factors_stay_within_their_ranges(seed, count):
    factors = glyphs.draw_factors(count, seed)
    for name, (low, high) in glyphs.RANGES.items():
        assert np.float32(low) <= factors[name].min() and factors[name].max() <= np.float32(high)
    assert 0 <= factors["face"].min() and factors["face"].max() < len(glyphs.FACES)


@pytest.mark.parametrize("digits, changes, cause", [
    ([10], {}, "integers from 0 to 9"),
    ([1.5], {}, "integers from 0 to 9"),
    ([1], {"face": 21}, "0 … 20"),
    ([1], {"scale": 0}, "above 0, got 0"),
    ([1], {"shift_x": np.nan}, "'shift_x'.*NaN"),
])
def test_wrong_factors_are_named(digits, changes, cause):
    with pytest.raises(ValueError, match=cause):
        plain(digits, **changes)


def test_wrong_arguments_are_named(monkeypatch):
    with pytest.raises(ValueError, match="structured array"):
        glyphs.render(np.array([1, 2]), np.zeros(2))
    with pytest.raises(ValueError, match="count must be at least 2"):
        load("glyphs", count=1)
    with pytest.raises(FileNotFoundError, match="NoSuch.ttf.*matplotlib .* lacks this face"):
        glyphs.distance_field("NoSuch.ttf", 1)
