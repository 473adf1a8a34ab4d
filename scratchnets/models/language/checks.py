"""What language models ask of their tokens."""
from scratchnets.backend import xp


def expect_tokens(who, name, tokens, count, *shape):
    """Refuse what are not integers in [0, `count`) of this shape; a word in `shape` stands for any extent."""
    if not isinstance(tokens, xp.ndarray):
        raise TypeError(f"{who}: {name} must be an array of the backend in use, got "
                        f"{type(tokens).__module__}.{type(tokens).__name__}; move token ids with "
                        "scratchnets.backend.asarray")
    if tokens.dtype.kind not in "iu":
        raise TypeError(f"{who}: {name} must be token ids, integers; got dtype {tokens.dtype}")
    fits = tokens.ndim == len(shape) and all(isinstance(want, str) or want == got
                                             for want, got in zip(shape, tokens.shape))
    if not fits:
        wanted = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise ValueError(f"{who}: {name} must have shape ({wanted}), got {tokens.shape}")
    if tokens.size == 0:
        raise ValueError(f"{who}: {name} is empty; it needs at least one token")
    low, high = int(tokens.min()), int(tokens.max())
    if low < 0 or high >= count:
        raise ValueError(f"{who}: {name} holds the token {low if low < 0 else high}; tokens run from 0 to "
                         f"{count - 1}, unknown words are to be encoded as <unk>")
