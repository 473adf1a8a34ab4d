"""Greedy pre-training: which layers learn when, from what, and what the whole has of it."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy
from scratchnets.layers import Dense, MaskingNoise, ReLU, Sequential, Sigmoid
from scratchnets.losses import binary_cross_entropy_with_logits, squared_error
from scratchnets.models.autoencoder import Autoencoder, autoencoder, conv_autoencoder, stacked, tied
from scratchnets.models.classifier import classifier
from scratchnets.training import pretraining
from scratchnets.training.pretraining import greedy_layerwise, pairs


@pytest.fixture
def images(rng):
    """Forty images of 4 × 3 pixels that vary in three directions."""
    logits = rng.standard_normal((40, 3)) @ rng.standard_normal((3, 12))
    return asarray(1 / (1 + np.exp(-logits))).reshape(40, 4, 3, 1)


def deep(**settings):
    return stacked((4, 3, 1), latent=2, hidden=(20, 9, 5), generator=0, **settings)


def test_the_pairs_are_the_models_own_layers_from_the_outside_in():
    model = deep(loss="cross-entropy", weight_decay=0.1)
    made = pairs(model)
    down = [layer for layer in model.encoder.layers if isinstance(layer, Dense)]
    up = [layer for layer in model.decoder.layers if isinstance(layer, Dense)]
    dense = [[layer for layer in pair.walk() if isinstance(layer, Dense)] for pair in made]
    assert dense == [list(both) for both in zip(down, up[::-1])]
    assert [pair.loss for pair in made] == [binary_cross_entropy_with_logits] + 3 * [squared_error]
    assert {pair.weight_decay for pair in made} == {0.1}


def test_one_pair_after_the_other_learns_and_the_rest_stands_still(images, monkeypatch):
    model, moved = deep(), []
    real = pretraining.train

    def watched(pair, *arguments, **settings):
        before = model.state_dict()
        yield from real(pair, *arguments, **settings)
        moved.append(sorted(path for path, value in model.state_dict().items()
                            if path.endswith("W") and (value != before[path]).any()))

    monkeypatch.setattr(pretraining, "train", watched)
    records = greedy_layerwise(model, images, epochs=2, batch_size=8, generator=0)
    assert moved == [["decoder.6.W", "encoder.1.W"], ["decoder.4.W", "encoder.3.W"],
                     ["decoder.2.W", "encoder.5.W"], ["decoder.0.W", "encoder.7.W"]]
    assert [(record["pair"], record["epoch"]) for record in records] == [
        (pair, epoch) for pair in (1, 2, 3, 4) for epoch in (1, 2)]


def test_each_pair_learns_to_copy_the_codes_of_the_one_before(images):
    model = deep()
    records = greedy_layerwise(model, images, epochs=120, lr=0.01, batch_size=8, generator=0)
    for pair in (1, 2, 3, 4):
        losses = [record["loss"] for record in records if record["pair"] == pair]
        assert losses[-1] < 0.5 * losses[0]
    untrained = deep()
    assert float(model.loss_of(images)) < 0.5 * float(untrained.loss_of(images))


def test_the_same_seed_gives_the_same_weights_and_another_one_others(images):
    states = []
    for seed in (0, 0, 1):
        model = deep()
        greedy_layerwise(model, images, epochs=1, batch_size=8, generator=seed)
        states.append(model.state_dict())
    assert all(np.array_equal(states[0][path], states[1][path]) for path in states[0])
    assert any((states[0][path] != states[2][path]).any() for path in states[0])


def test_pairs_of_a_denoising_model_are_denoising():
    noise = MaskingNoise(0.5)
    model = Autoencoder(Sequential(Dense(6, 4), ReLU(), Dense(4, 2)),
                        Sequential(Dense(2, 4), ReLU(), Dense(4, 6), Sigmoid()), corruption=noise)
    assert all(pair.corruption is noise for pair in pairs(model))


def test_one_layer_has_one_pair(images):
    model = autoencoder((4, 3, 1), latent=2, hidden=(), generator=0)
    before = to_numpy(model.encoder.layers[1].W.data).copy()
    assert len(greedy_layerwise(model, images, epochs=3, generator=0)) == 3
    assert (to_numpy(model.encoder.layers[1].W.data) != before).all()


@pytest.mark.parametrize("make, error, words", [
    (lambda: classifier((8, 8, 1)), TypeError, "takes an Autoencoder, got a Classifier"),
    (lambda: tied((4, 3, 1), latent=2), ValueError, r"mirror each other, got TiedDense\(2 → 12\)"),
    (lambda: conv_autoencoder((4, 4, 1), latent=2, channels=(3,)), ValueError, "got Conv2D"),
    (lambda: Autoencoder(Dense(6, 3), Sequential(Dense(3, 4), Dense(4, 6))), ValueError,
     "the encoder has 6→3, the decoder, from its end, 4→6 3→4"),
    (lambda: Autoencoder(ReLU(), ReLU()), ValueError, "the encoder has none"),
])
def test_what_has_no_pairs_is_refused(make, error, words):
    with pytest.raises(error, match=words):
        pairs(make())
