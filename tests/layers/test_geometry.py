"""The arithmetic of windows: how many fit, how large the image was, and pairs."""
import pytest
from hypothesis import given, strategies as st

from scratchnets.layers.geometry import pair, transposed_size, windows_size


def along_height(size, extent, kernel, stride, padding, *more):
    """The height, of an image that is one pixel wide and sees no more of its width than that."""
    height, width = size("test", (extent, 1), (kernel, 1), (stride, 1), (padding, 0), *((o, 0) for o in more))
    assert width == 1
    return height


@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 4), st.integers(0, 5))
def test_windows_are_counted(extent, kernel, stride, padding):
    starts = [start for start in range(-padding, extent + padding, stride)
              if start + kernel <= extent + padding]
    if starts:
        assert along_height(windows_size, extent, kernel, stride, padding) == len(starts)
    else:
        with pytest.raises(ValueError, match="does not fit"):
            along_height(windows_size, extent, kernel, stride, padding)


@given(st.integers(1, 30), st.integers(1, 6), st.integers(1, 4), st.integers(0, 5))
def test_the_transposed_size_is_that_of_the_image(extent, kernel, stride, padding):
    """H = (H' − 1) s − 2p + k + o, with o the rows that no window reaches."""
    if extent + 2 * padding < kernel:
        return
    rows = along_height(windows_size, extent, kernel, stride, padding)
    left_over = (extent + 2 * padding - kernel) % stride
    assert along_height(transposed_size, rows, kernel, stride, padding, left_over) == extent


def test_pairs():
    assert pair("kernel", 3) == (3, 3) and pair("kernel", [3, 4]) == (3, 4)
    assert pair("padding", 0, at_least=0) == (0, 0)
    with pytest.raises(TypeError, match=r"kernel \(height\) must be a whole number, got 2.5"):
        pair("kernel", 2.5)
    with pytest.raises(TypeError, match=r"stride \(width\) must be a whole number, got None"):
        pair("stride", (1, None))
