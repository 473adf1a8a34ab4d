"""The autoencoder: gradients of the whole model, tied weights, and what it must learn."""
import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.data import load
from scratchnets.evaluation import evaluate
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import Dense, Sequential, Sigmoid, TiedDense
from scratchnets.losses import squared_error
from scratchnets.models.autoencoder import LOSSES, Autoencoder, autoencoder, conv_autoencoder, tied
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
    report = gradcheck(model, images)
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
    np.testing.assert_allclose(before - to_numpy(dense.W.data), 0.125 * g / (abs(g) + optimizer.epsilon), rtol=1e-9)
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


def test_a_linear_autoencoder_comes_down_to_pca_and_never_below(rng, float64):
    """Σ_{j>k} λ_j is the least squared error of any linear autoencoder with k numbers in its code."""
    x = rng.standard_normal((200, 6)) @ np.diag([3, 2, 1, 0.5, 0.3, 0.1])
    x -= x.mean(axis=0)
    eigenvalues = np.linalg.eigvalsh(x.T @ x / len(x))[::-1]
    model = Autoencoder(Sequential(Dense(6, 2, bias=False, generator=0)), Sequential(Dense(2, 6, generator=1)))
    for _ in train(model, Adam(model.parameters(), lr=0.02), asarray(x), epochs=200, batch_size=200,
                   generator=np.random.default_rng(0)):
        pass
    error = 2 * float(model.loss_of(asarray(x)))
    assert eigenvalues[2:].sum() - 1e-12 <= error < eigenvalues[2:].sum() * (1 + 1e-3)


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
