"""How sensitive a code is to its input: the norm of the encoder's Jacobian, by backward passes."""
from scratchnets.arguments import positive_integer
from scratchnets.backend import xp
from scratchnets.layers.penalty import without_penalties


def jacobian_norm(encoder, x, batch_size=256):
    """‖∂h/∂x‖_F of each example: how far the code moves when the input moves a little.

    ‖J‖²_F = Σ_j ‖∂h_j/∂x‖², and ∂h_j/∂x is what comes back when 1 is sent backward from the j-th number
    of the code and 0 from the others: k backward passes, and exact, in evaluation mode. An orthogonal
    map has √k everywhere, a constant code 0. Where the data fill only some directions, most of the
    norm may lie along others, in which no example ever moves.

    Parameters
    ----------
    encoder : Layer
        From examples (N, …) to codes (N, k). Its gradients are left alone.
    x : array (N, …)
    batch_size : int
        Bounds the memory that the intermediate results take.

    Returns
    -------
    array (N,)

    References
    ----------
    Rifai, Vincent, Muller, Glorot and Bengio, "Contractive auto-encoders", 2011, who penalise it.
    """
    batch_size = positive_integer("batch_size", batch_size)
    thaw = [layer for layer in encoder.walk() if not layer.frozen]
    encoder.freeze()                                       # the gradient of x alone
    try:
        with encoder.inference(recording=True), without_penalties(encoder):
            return xp.concatenate([_norms(encoder, x[start:start + batch_size])
                                   for start in range(0, max(len(x), 1), batch_size)])
    finally:
        encoder.forget()
        for layer in thaw:
            layer.frozen = False


def _norms(encoder, x):
    """‖∂h/∂x‖_F, (N,), of one batch."""
    h = encoder.forward(x)
    if h.ndim != 2:
        raise ValueError(f"jacobian_norm expected an encoder to codes (N, k), got codes of shape {h.shape}; "
                         "end it with Flatten")
    squares = 0.0
    for j in range(h.shape[1]):
        if j > 0:
            encoder.forward(x)                             # a backward pass uses up what forward kept
        dh = xp.zeros_like(h)
        dh[:, j] = 1
        dx = encoder.backward(dh)                          # row n: ∂h_nj/∂x_n
        squares = squares + (dx.astype("float64") ** 2).reshape(len(x), -1).sum(axis=1)
    return (squares ** 0.5).astype(h.dtype)
