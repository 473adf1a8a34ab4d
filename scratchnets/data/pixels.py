"""Pixels as the models take them, floats in [0, 1]; and what to do with those that come in another measure."""
import numpy as np

DRAWN = (1, 3, 4)               # channels that a picture can have: grey, colour, colour and opacity
ROUNDING = 1e-6                 # beyond 0 and 1, as resizing leaves it: cut off
DARK = 64                       # bytes of which none reaches this are no picture in 0 … 255


def expect_images(where, shape, dtype):
    """Refuse what is no array of images, for its shape or its type alone.

    Parameters
    ----------
    where : str
        The beginning of the message, such as the file.
    shape : tuple of int
    dtype : numpy.dtype
    """
    if len(shape) not in (2, 3, 4) or 0 in shape:
        raise ValueError(f"{where}: images must be (N, H, W), (N, H, W, C) or (N, D) and not empty, got shape {shape}")
    if len(shape) == 4 and shape[-1] not in DRAWN:
        remedy = ("leave out the last one, the opacity, and store images[..., :1]" if shape[-1] == 2 else
                  "the channels stand first here, store images.transpose(0, 2, 3, 1)" if shape[1] in DRAWN else
                  "store one of them, or three: images[..., :3]")
        raise ValueError(f"{where}: images have 1, 3 or 4 channels, in their last axis (N, H, W, C); "
                         f"got shape {shape}; {remedy}")
    if dtype.kind not in "fiub":
        raise ValueError(f"{where}: images must be uint8 (0 … 255), floats (0 … 1) or booleans, got {dtype}; "
                         "convert them with images.astype")


def expect_range(where, images):
    """Refuse numbers that are not bytes in 0 … 255, floats in 0 … 1 or booleans, with what would make them so."""
    if images.dtype.kind == "b":
        return
    low, high = images.min(), images.max()
    if images.dtype.kind == "f" and not np.isfinite([low, high]).all():
        raise ValueError(f"{where}: images hold NaN or infinite values; look for them with numpy.isfinite(images)")
    low, high = (float(bound) if images.dtype.kind == "f" else int(bound) for bound in (low, high))
    if images.dtype == np.uint8 and (high >= DARK or high == 0):
        return
    if images.dtype.kind == "f" and -ROUNDING <= low and high <= 1 + ROUNDING:
        return
    expected = ("floating-point images must lie in [0, 1]" if images.dtype.kind == "f" else
                "as bytes, pixels lie in 0 … 255, and these would be nearly black" if images.dtype == np.uint8 else
                f"images must be uint8 (0 … 255), floats (0 … 1) or booleans, got {images.dtype}")
    raise ValueError(f"{where}: {expected}, got {low:g} … {high:g}; {remedy(low, high, images.dtype)}")


def remedy(low, high, dtype):
    """What makes images with values from `low` to `high` lie in [0, 1], in NumPy."""
    if low < 0:
        return ("of pixels in −1 … 1, store (images + 1) / 2" if low >= -1 - ROUNDING and high <= 1 + ROUNDING else
                "store (images - images.min()) / (images.max() - images.min())")
    if high <= 1:
        return "store images.astype(bool)" if dtype.kind in "iu" else "store images.clip(0, 1)"
    if high <= 1 + 1e-3:
        return "store images.clip(0, 1)"
    if high > 255:
        return "divide by the largest value that there is: images / " + (
            "65535, of 16 bits" if 60_000 < high <= 65535 else f"{high:g}")
    if high >= 200 and dtype.kind in "iu":
        return 'store images.astype("uint8")'
    if high >= 200:
        return "divide by 255, or store uint8"
    darker = ", or images / 255 if they are as dark as that" if high < DARK else ", or by 255 if that is white"
    return f"divide by the largest value that there is: images / {high:g}{darker}"


def scaled(images):
    """Images that have passed `expect_range` as float32 in [0, 1], with a channel axis; (N, D) stays as it is."""
    if images.dtype == np.uint8:
        images = images.astype(np.float32) / np.float32(255)
    else:
        images = images.astype(np.float32).clip(0, 1)
    return images[..., np.newaxis] if images.ndim == 3 else images          # (N, H, W) → (N, H, W, 1)
