"""Greedy pre-training of a deep autoencoder: one pair of layers at a time, from the outside in."""
from scratchnets.arguments import positive
from scratchnets.layers import Dense, Sequential
from scratchnets.losses import squared_error
from scratchnets.models.autoencoder import Autoencoder
from scratchnets.optimizers import Adam
from scratchnets.randomness import generator as resolve
from scratchnets.training.loop import train


def greedy_layerwise(model, x, epochs, lr=1e-3, batch_size=128, generator=None, progress=False):
    """Train each dense layer of the encoder, with its mirror image in the decoder, to copy what comes in.

    The first pair learns to copy x, with the model's own loss. Its codes are what the second pair learns
    to copy, with the squared error, and so on inwards. The layers keep what they learned; the usual loop
    then trains all of them together. What the model does to its input, and its weight decay, hold for
    every pair: pairs of a denoising model learn to mend what they are given.

    Parameters
    ----------
    model : Autoencoder
        Of `Dense` layers that mirror each other, such as `scratchnets.models.autoencoder.stacked`.
    x : array (N, …)
        Training examples.
    epochs : int
        For each pair.
    lr : float
        Adam's.
    batch_size : int
    generator : numpy.random.Generator, int or None
        Draws the order of the examples.
    progress : bool
        Show a progress bar for each pair.

    Returns
    -------
    list of dict
        The records of all epochs: pair (1 is the outermost), epoch, loss, seconds.

    References
    ----------
    Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks", 2006; Bengio,
    Lamblin, Popovici and Larochelle, "Greedy layer-wise training of deep networks", 2007.
    """
    lr, generator, records = positive("lr", lr), resolve(generator), []
    for number, pair in enumerate(pairs(model), start=1):
        for record in train(pair, Adam(pair.parameters(), lr=lr), x, epochs=epochs, batch_size=batch_size,
                            generator=generator, progress=progress):
            records.append({"pair": number} | record)
        x = pair.encode(x)
    return records


def pairs(model):
    """An autoencoder for each dense layer of the encoder and its mirror image: the model's own layers."""
    if not isinstance(model, Autoencoder):
        raise TypeError(f"greedy pre-training takes an Autoencoder, got a {type(model).__name__}")
    others = [layer for layer in model.walk() if hasattr(layer, "W") and not isinstance(layer, Dense)]
    if others:
        raise ValueError(f"greedy pre-training takes Dense layers that mirror each other, got {others[0]!r}")
    down, up = blocks(model.encoder), blocks(model.decoder)[::-1]
    widths = [[(layer.n_in, layer.n_out) for block in side for layer in block.layers
               if isinstance(layer, Dense)] for side in (down, up)]
    if not down or widths[0] != [pair[::-1] for pair in widths[1]]:
        shown = [" ".join(f"{n_in}→{n_out}" for n_in, n_out in side) or "none" for side in widths]
        raise ValueError("greedy pre-training takes Dense layers that mirror each other; the encoder has "
                         f"{shown[0]}, the decoder, from its end, {shown[1]}")
    return [Autoencoder(encoder, decoder, model.loss if number == 0 else squared_error,
                        corruption=model.corruption, weight_decay=model.weight_decay)
            for number, (encoder, decoder) in enumerate(zip(down, up))]


def blocks(network):
    """The network cut before each dense layer but the first: Sequentials with one dense layer each."""
    layers = network.layers if isinstance(network, Sequential) else [network]
    found = [position for position, layer in enumerate(layers) if isinstance(layer, Dense)]
    edges = [0, *found[1:], len(layers)]
    return [Sequential(*layers[start:end]) for start, end in zip(edges, edges[1:])] if found else []
