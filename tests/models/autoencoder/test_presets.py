"""The presets: gradients of the whole model, tied weights, their promises, and what they must learn."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.data import load
from scratchnets.evaluation.figures import evaluate
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import Dense, Sequential, Sigmoid, TiedDense
from scratchnets.losses import squared_error
from scratchnets.models.autoencoder import (
    CORRUPTIONS,
    LOSSES,
    Autoencoder,
    autoencoder,
    conv_autoencoder,
    denoising,
    overcomplete,
    sparse_kl,
    sparse_l1,
    stacked,
    tied,
    undercomplete,
)
from scratchnets.models.recipes import RECIPES, build
from scratchnets.optimizers import Adam
from scratchnets.training import train


@pytest.fixture
def images(rng):
    return asarray(rng.random((5, 8, 4, 1)))


# Few units: the more there are, the more kinks lie near any place that is checked.
SMALL = {"hidden": (9, 7), "channels": (3, 4)}
LATENT = {"overcomplete": 33}


@pytest.mark.parametrize("loss", ["squared-error", "cross-entropy"])
@pytest.mark.parametrize("recipe", [name for name in RECIPES if RECIPES[name].options().get("loss") in LOSSES])
def test_every_parameter_of_the_whole_model_has_the_right_gradient(recipe, loss, images, float64):
    small = {name: width for name, width in SMALL.items() if name in RECIPES[recipe].options()}
    model = build(recipe, (8, 4, 1), {"latent": LATENT.get(recipe, 2), "loss": loss, **small}, generator=2)
    report = gradcheck(model, images, method="directional")
    assert report.passed, str(report)


def test_shared_weights_are_one_parameter_with_the_sum_of_both_paths(rng, float64):
    """With the decoder's W untied but equal, the two separate gradients add up to the tied one."""
    x = asarray(rng.random((5, 7)))
    encoder = Dense(7, 3, generator=0)
    model = Autoencoder(Sequential(encoder, Sigmoid()), Sequential(TiedDense(encoder), Sigmoid()))
    twin, own = Dense(7, 3), Dense(3, 7)
    untied = Autoencoder(Sequential(twin, Sigmoid()), Sequential(own, Sigmoid()))
    twin.load_state_dict(encoder.state_dict())
    own.W.data[...] = encoder.W.data.T
    own.b.data[...] = 0

    assert len(model.parameters()) == 3                      # W, b, b': the optimiser sees W once
    assert float(model.loss_and_gradients(x)) == pytest.approx(float(untied.loss_and_gradients(x)), rel=1e-14)
    both = to_numpy(twin.W.grad) + to_numpy(own.W.grad).T
    np.testing.assert_allclose(to_numpy(encoder.W.grad), both, rtol=1e-12)


def test_one_step_moves_the_shared_weights_once(images, float64):
    model = tied((8, 4, 1), latent=2, generator=0)
    optimizer = Adam(model.parameters(), lr=0.125)
    dense = model.encoder.layers[1]
    before = to_numpy(dense.W.data).copy()
    model.loss_and_gradients(images)
    optimizer.step()
    # The first step of Adam is lr · g / (|g| + ε); a double update would go twice as far.
    g = to_numpy(dense.W.grad)
    np.testing.assert_allclose(before - to_numpy(dense.W.data), 0.125 * g / (abs(g) + optimizer.epsilon),
                               rtol=1e-9)
    assert model.decoder.layers[0].W is dense.W


def test_gradients_add_up_over_two_batches(images, float64):
    model = autoencoder((8, 4, 1), latent=2, generator=0)
    model.loss_and_gradients(images)
    once = [to_numpy(p.grad).copy() for p in model.parameters()]
    model.loss_and_gradients(images)
    for parameter, grad in zip(model.parameters(), once):
        np.testing.assert_allclose(to_numpy(parameter.grad), 2 * grad, rtol=1e-12)


def test_reconstructions_are_pixels_whatever_the_loss_works_on(images):
    for loss in ("squared-error", "cross-entropy"):
        model = autoencoder((8, 4, 1), latent=2, loss=loss, generator=0)
        pixels = to_numpy(model.reconstruct(images))
        assert pixels.shape == images.shape and 0 < pixels.min() and pixels.max() < 1
        assert pixels == pytest.approx(to_numpy(model.decode(model.encode(images))))


def test_before_training_the_cross_entropy_of_a_silent_decoder_is_ln_2_a_pixel(images, float64):
    model = tied((8, 4, 1), latent=2, loss="cross-entropy", generator=0)
    model.encoder.layers[1].W.data.fill(0)                   # then every logit is 0 and every x̂ is ½
    assert float(model.loss_of(images)) == pytest.approx(32 * np.log(2), rel=1e-12)


def test_the_convolutional_one_has_as_many_parameters_as_its_description_says():
    count = {k: sum(parameter.size for parameter in conv_autoencoder((28, 28, 1), latent=k).parameters())
             for k in (10, 30)}
    assert count == {10: 132_555, 30: 258_015}
    shapes = conv_autoencoder((28, 28, 1)).encoder.summary((28, 28, 1))
    assert "(batch, 14, 14, 32)" in shapes and "(batch, 7, 7, 64)" in shapes


def test_the_convolutional_one_takes_other_images_too(rng):
    model = conv_autoencoder((8, 16, 3), latent=4, channels=(2, 3, 5), generator=0)
    x = asarray(rng.random((2, 8, 16, 3)))
    assert model.encode(x).shape == (2, 4) and model.reconstruct(x).shape == x.shape


def test_a_bottleneck_is_the_same_network_with_other_widths(images):
    """One source of truth: `undercomplete` and `stacked` are `autoencoder`, and a promise."""
    for preset, hidden in ((undercomplete, (128,)), (stacked, (1000, 500, 250))):
        model, same = preset((8, 4, 1), latent=3, generator=0), autoencoder((8, 4, 1), 3, hidden, generator=0)
        assert repr(model) == repr(same)
        np.testing.assert_array_equal(to_numpy(model.encode(images)), to_numpy(same.encode(images)))


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_a_denoising_model_is_corrupted_as_it_was_told(corruption):
    model = denoising((20, 20, 1), latent=5, corruption=corruption, amount=0.25, generator=0)
    x = asarray(np.full((50, 20, 20, 1), 0.5))
    noise = to_numpy(model.corrupt(x) - x)
    if corruption == "gaussian":
        assert noise.std() == pytest.approx(0.25, rel=0.02)
    else:
        assert (noise != 0).mean() == pytest.approx(0.25, rel=0.05)
        assert set(np.unique(noise[noise != 0])) == ({-0.5} if corruption == "masking" else {-0.5, 0.5})


def test_a_seed_settles_weights_and_noise(images):
    first, same, other = (float(denoising((8, 4, 1), latent=5, generator=seed).loss_and_gradients(images))
                          for seed in (0, 0, 1))
    assert first == same != other


@pytest.mark.parametrize("make", [autoencoder, conv_autoencoder])
def test_a_few_epochs_beat_the_mean_image_on_real_digits(make):
    data = load("mnist5k")
    model = make(data.example_shape, loss="squared-error", generator=0)
    records = list(train(model, Adam(model.parameters()), asarray(data.x_train[:1000]), epochs=4,
                         batch_size=50, generator=np.random.default_rng(0)))
    assert [record["epoch"] for record in records] == [1, 2, 3, 4]
    assert records[-1]["loss"] < 0.75 * records[0]["loss"]
    result = evaluate(model, data)
    assert result["code_size"] == 10
    assert result["test_squared_error"] == pytest.approx(2 * result["test_loss"], rel=1e-5)
    assert result["test_squared_error"] < 53.40              # the mean image's
    assert result["pca_test_squared_error"] == pytest.approx(27.07, abs=0.01)


@pytest.mark.parametrize("call, words", [
    (lambda: build("autoencodr", (8, 4, 1), {}), "did you mean 'autoencoder'"),
    (lambda: build("tied", (8, 4, 1), {"width": 3}), "no option 'width'"),
    (lambda: autoencoder((8, 4, 1), latent=0), "latent must be at least 1"),
    (lambda: autoencoder((8, 4, 1), loss="squared"), "did you mean 'squared-error'"),
    (lambda: autoencoder((2,)), r"\(H, W, C\)"),
    (lambda: undercomplete((8, 4, 1), latent=32), "a bottleneck: latent must be below 32, .* got 32"),
    (lambda: stacked((8, 4, 1), latent=40), "stacked promises a bottleneck: latent must be below 32"),
    (lambda: overcomplete((8, 4, 1), latent=32), "wider than the data: latent must be above 32, .* got 32"),
    (lambda: sparse_l1((8, 4, 1), weight=-0.1), "weight must be at least 0, got -0.1"),
    (lambda: sparse_kl((8, 4, 1), weight=-0.1), "weight must be at least 0, got -0.1"),
    (lambda: sparse_kl((8, 4, 1), rho=1), "rho must be above 0 and below 1, got 1"),
    (lambda: sparse_kl((8, 4, 1), rho=-0.1), "rho must be above 0 and below 1, got -0.1"),
    (lambda: denoising((8, 4, 1), corruption="maskin"), "did you mean 'masking'"),
    (lambda: denoising((8, 4, 1), amount=1), "amount must be at least 0 and below 1, got 1"),
    (lambda: denoising((8, 4, 1), corruption="gaussian", amount=-1), "amount must be at least 0, got -1"),
    (lambda: conv_autoencoder((28, 30, 1)), "2 convolutions halve .* divisible by 4, got images of 28×30"),
    (lambda: autoencoder((8, 4, 1)).loss_and_gradients(xp.zeros((2, 5, 3, 1))), r"\(batch, 32\)"),
])
def test_bad_settings_name_what_is_wrong(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_targets_outside_the_unit_interval_are_refused_for_cross_entropy(images):
    model = autoencoder((8, 4, 1), loss="cross-entropy")
    with pytest.raises(ValueError, match="must lie in"):
        model.loss_and_gradients(images * 255)


def test_the_loss_is_the_one_that_was_given(images, float64):
    model = autoencoder((8, 4, 1), latent=2, generator=0)
    value, _ = squared_error(model.predict(images), images)
    assert float(model.loss_of(images)) == float(value)
