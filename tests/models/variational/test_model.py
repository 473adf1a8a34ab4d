"""The variational autoencoder: every gradient of the whole model, the paths that add up, β, labels, noise."""
import copy

import numpy as np
import pytest

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.data import load
from scratchnets.gradcheck import gradcheck
from scratchnets.losses import gaussian_kl
from scratchnets.models.autoencoder import autoencoder
from scratchnets.models.variational import active_units, conv_vae, elbo, vae
from scratchnets.optimizers import Adam
from scratchnets.training import train

SHAPE = (3, 2, 1)
LABELS = np.array([0, 2, 1, 1, 0])


@pytest.fixture
def x(rng):
    return asarray(rng.random((5, *SHAPE)))


def small(**options):
    return vae(SHAPE, **{"latent": 2, "hidden": (7, 4), "generator": 1} | options)


# ---- gradients -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", [
    {}, {"binarization": "none"}, {"binarization": "fixed"}, {"hidden": (7,)},
    {"likelihood": "gaussian"}, {"likelihood": "gaussian", "std": 0.3}, {"beta": 4.0}, {"beta": 0.0},
    {"kl_warm_up": 3}, {"beta": 2.5, "kl_warm_up": 3, "likelihood": "gaussian"}], ids=str)
def test_every_parameter_of_the_whole_model_has_the_right_gradient(options, x, float64):
    """With ε held still: the check sets the generators back before each of its runs."""
    model = small(**options)
    if "kl_warm_up" in options:
        model.steps += 2                                        # β is on its way up, not 0
    report = gradcheck(model, x, method="directional")
    assert report.passed, str(report)
    learned = "likelihood" in options and "std" not in options
    dense_layers = 2 * len(options.get("hidden", (7, 4))) + 3               # down, two heads, up
    assert len(report.rows) >= len(model.parameters()) == 2 * dense_layers + learned


def test_a_conditional_model_has_the_right_gradients(x, float64):
    model = small(classes=3)
    report = gradcheck(model, x, LABELS, method="directional")
    assert report.passed, str(report)


def test_the_gradient_of_the_images_is_right_too(rng, float64):
    """For whoever puts a network in front: backward(…, need_dx=True)."""
    model, x = small(binarization="none"), rng.random((4, *SHAPE))
    noise, weights = asarray(rng.normal(size=(4, 2))), asarray(rng.normal(size=(4, *SHAPE)))

    def forward(x):
        return model.forward(x, noise=noise)

    def backward(dy):
        return model.backward(dy, xp.zeros((4, 2)), xp.zeros((4, 2)), need_dx=True)
    assert gradcheck((forward, backward), x).passed
    model.forward(asarray(x), noise=noise)
    assert model.backward(weights, xp.zeros((4, 2)), xp.zeros((4, 2))) is None


def test_both_heads_get_the_sum_of_both_paths(x, rng, float64):
    """The gradient with the KL, less the one without it, is the KL's own; and each path alone matters."""
    model, noise = small(binarization="none"), asarray(rng.normal(size=(5, 2)))
    grads = {}
    for beta in (0.0, 1.0):
        model.beta = beta
        model.zero_grad()
        model.loss_and_gradients(x, noise=noise)
        grads[beta] = {name: to_numpy(parameter.grad).copy()
                       for name, parameter in model.named_parameters().items()}

    mean, log_var = model.infer(x)
    _, dmean, dlog_var = gaussian_kl(mean, log_var)
    h = model.encoder.forward(x)
    kl_alone = {"mean.W": h.T @ dmean, "log_var.W": h.T @ dlog_var,
                "mean.b": dmean.sum(axis=0), "log_var.b": dlog_var.sum(axis=0)}
    for name, gradient in kl_alone.items():
        difference = grads[1.0][name] - grads[0.0][name]
        np.testing.assert_allclose(difference, to_numpy(gradient), rtol=1e-10, atol=1e-14)
        assert abs(grads[0.0][name]).max() > 1e-4 and abs(to_numpy(gradient)).max() > 1e-4
    for name in (name for name in grads[0.0] if name.startswith("decoder")):
        assert (grads[0.0][name] == grads[1.0][name]).all()


def test_gradients_add_up_over_two_batches(x, float64):
    model, twin = small(), small()
    for _ in range(2):
        model.loss_and_gradients(x)
    for batch in range(2):
        twin.zero_grad()
        twin.loss_and_gradients(x)
        if batch == 0:
            first = [to_numpy(parameter.grad).copy() for parameter in twin.parameters()]
    for ours, one, other in zip(model.parameters(), first, twin.parameters()):
        np.testing.assert_allclose(to_numpy(ours.grad), one + to_numpy(other.grad), rtol=1e-12, atol=1e-15)


def test_a_convolutional_model_has_the_right_gradients(rng, float64):
    x = asarray(rng.random((3, 8, 4, 2)))
    for options in ({}, {"likelihood": "gaussian", "channels": (3,)}):
        model = conv_vae((8, 4, 2), **{"latent": 2, "channels": (3, 4), "generator": 1} | options)
        report = gradcheck(model, x, method="directional")
        assert report.passed, str(report)
    conditional = conv_vae((8, 4, 2), latent=2, channels=(3,), classes=3, generator=1)
    assert gradcheck(conditional, x, LABELS[:3], method="directional").passed
    with_dense_layers = conv_vae((4, 2, 2), latent=2, channels=(3,), hidden=(5,), generator=1)
    report = gradcheck(with_dense_layers, x[:, :4, :2], method="directional")
    assert report.passed, str(report)


# ---- the loss ------------------------------------------------------------------------------------------

def test_the_loss_is_the_two_terms_of_the_bound(x, rng, float64):
    model, noise = small(binarization="none"), asarray(rng.normal(size=(5, 2)))
    prediction = model.forward(x, noise=noise)
    log_likelihood = model.likelihood.log_density(prediction, x)
    kl = gaussian_kl(*model.infer(x))[0]
    for beta in (0.0, 1.0, 4.0):
        model.beta = beta
        value = float(model.loss_and_gradients(x, noise=noise))
        assert value == pytest.approx(float(-log_likelihood.mean() + beta * kl), rel=1e-13)


def test_the_evaluated_loss_is_the_bound_whatever_beta(x, float64):
    model = small(beta=7.0)
    assert float(model.loss_of(x)) == -elbo(model, x).value == float(small().loss_of(x))


def test_beta_warms_up_in_a_straight_line_and_goes_on_after_a_stop(x, float64):
    model, noise = small(beta=2.0, kl_warm_up=4, binarization="none"), asarray(np.zeros((5, 2)))
    kl = float(gaussian_kl(*model.infer(x))[0])
    whole = float(small(binarization="none", beta=0.0).loss_and_gradients(x, noise=noise))
    betas = []
    for step in range(6):
        if step == 3:                                           # as from a checkpoint
            other = small(beta=2.0, kl_warm_up=4, binarization="none", generator=5)
            other.load_state_dict(model.state_dict())
            model = other
        betas.append((float(model.loss_and_gradients(x, noise=noise)) - whole) / kl)
    assert betas == pytest.approx([0, 0.5, 1.0, 1.5, 2.0, 2.0], abs=1e-9)


def test_at_the_start_a_silent_decoder_costs_ln_2_a_pixel_and_a_silent_encoder_nothing(x, float64):
    model = small()
    for head in (model.mean, model.log_var, model.decoder.layers[-2]):
        head.W.data.fill(0)
        head.b.data.fill(0)
    bound = elbo(model, x)
    assert bound.reconstruction == pytest.approx(6 * np.log(2), rel=1e-12) and bound.kl == 0


# ---- labels ----------------------------------------------------------------------------------------------

def test_a_label_is_a_column_beside_the_features_and_beside_the_code(x, float64):
    model = small(classes=3)
    z = asarray(np.zeros((5, 2)))
    by_label = to_numpy(model.decode(z, asarray(LABELS)))
    W, b = to_numpy(model.decoder.layers[0].W.data), to_numpy(model.decoder.layers[0].b.data)
    first = to_numpy(model.decoder.layers[0].predict(xp.concatenate([z, asarray(np.eye(3)[LABELS])], axis=1)))
    np.testing.assert_allclose(first, W[2:][LABELS] + b, rtol=1e-12)
    assert (by_label[2] == by_label[3]).all() and (by_label[0] != by_label[1]).any()
    codes = [to_numpy(model.encode(x, asarray(labels))) for labels in (LABELS, 0 * LABELS)]
    assert (codes[0] != codes[1]).any()


def test_a_conditional_model_learns_what_its_label_means(rng):
    """Class 0 is dark and class 1 is light; with z from the prior the label alone decides."""
    labels = np.repeat([0, 1], 100)
    chance = np.where(labels == 1, 0.9, 0.1)[:, None, None, None]
    images = asarray((rng.random((200, *SHAPE)) < chance).astype("float32"))
    model = vae(SHAPE, latent=2, hidden=(16,), classes=2, generator=0)
    for _ in train(model, Adam(model.parameters(), lr=1e-2), images, asarray(labels), epochs=30,
                   batch_size=50, generator=np.random.default_rng(0)):
        pass
    dark, light = (float(model.sample(100, asarray(np.full(100, label)), generator=1).mean())
                   for label in (0, 1))
    assert dark < 0.25 and light > 0.75


# ---- looking at the model ---------------------------------------------------------------------------------

def test_encoding_and_decoding_in_batches_keep_nothing(x, float64):
    model = small(binarization="none")
    whole = model.posterior(x)
    for ours, theirs in zip(model.posterior(x, batch_size=2), whole):
        np.testing.assert_allclose(to_numpy(ours), to_numpy(theirs), rtol=1e-12)
    np.testing.assert_array_equal(to_numpy(model.encode(x)), to_numpy(whole[0]))
    decoded = to_numpy(model.decode(whole[0], batch_size=2))
    np.testing.assert_allclose(decoded, to_numpy(model.reconstruct(x)), rtol=1e-12)
    assert model.training
    with pytest.raises(RuntimeError, match="backward needs a forward before it"):
        model.decoder.backward(x)


def test_looking_leaves_a_pending_backward_intact(x, rng, float64):
    model, noise = small(binarization="none"), asarray(rng.normal(size=(5, 2)))
    twin, upstream = copy.deepcopy(model), asarray(rng.normal(size=(5, *SHAPE)))
    zeros = xp.zeros((5, 2))
    for each in (model, twin):
        each.forward(x, noise=noise)
        if each is model:
            each.reconstruct(x * 0.5), each.sample(3), elbo(each, x * 0.5), active_units(each, x * 0.5)
        each.backward(upstream, zeros, zeros)
    for ours, theirs in zip(model.parameters(), twin.parameters()):
        np.testing.assert_array_equal(to_numpy(ours.grad), to_numpy(theirs.grad))


def test_samples_are_pixels_and_repeat_with_their_seed():
    for likelihood in ("bernoulli", "gaussian"):
        model = small(likelihood=likelihood)
        images = to_numpy(model.sample(4, generator=3))
        assert images.shape == (4, *SHAPE) and images.dtype == np.float32
        assert 0 < images.min() and images.max() < 1
        np.testing.assert_array_equal(images, to_numpy(model.sample(4, generator=3)))


def test_one_seed_gives_one_training(x):
    losses = [[record["loss"] for record in train(model, Adam(model.parameters()), x, epochs=3, batch_size=2,
                                                  generator=np.random.default_rng(0))]
              for model in (small(), small(), small(generator=2))]
    assert losses[0] == losses[1] != losses[2]


def test_a_few_epochs_on_real_digits_use_the_code():
    data = load("mnist5k")
    model = vae(data.example_shape, hidden=(100,), latent=5, generator=0)
    records = list(train(model, Adam(model.parameters(), lr=3e-3), asarray(data.x_train[:1500]), epochs=6,
                         batch_size=64, generator=np.random.default_rng(0)))
    assert records[-1]["loss"] < 0.75 * records[0]["loss"]
    bound = elbo(model, asarray(data.x_test))
    assert -180 < bound.value < -130 and bound.kl > 5 and active_units(model, asarray(data.x_test)) >= 4


# ---- bad input ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("call, words", [
    (lambda x: small(latent=0), "latent must be at least 1"),
    (lambda x: small(latent=2.5), "latent must be a whole number"),
    (lambda x: small(beta=-1), "beta must be at least 0"),
    (lambda x: small(kl_warm_up=-1), "warm_up must be at least 0"),
    (lambda x: small(likelihood="bernouli"), "did you mean 'bernoulli'"),
    (lambda x: small(likelihood="gaussian", std=0), "std must be above 0"),
    (lambda x: small(std=0.1), "likelihood='bernoulli' has none"),
    (lambda x: small(binarization="static"), "unknown binarization 'static'; valid: dynamic, fixed, none"),
    (lambda x: vae((2,)), r"\(H, W, C\)"),
    (lambda x: conv_vae(SHAPE), "divisible by 4, got images of 3×2"),
    (lambda x: small().loss_and_gradients(255 * x), r"Bernoulli\(\) expects pixels in \[0, 1\].*x / 255"),
    (lambda x: small().loss_and_gradients(x - 0.5), r"expects pixels in \[0, 1\]"),
    (lambda x: small().loss_and_gradients(x[:, :2]), r"\(batch, 6\)"),
    (lambda x: small().loss_and_gradients(x, noise=asarray(np.zeros((5, 3)))),
     r"expected \(5, 2\), got \(5, 3\)"),
    (lambda x: small().loss_and_gradients(to_numpy(x).tolist()), "must be an array"),
    (lambda x: small().loss_and_gradients(x, asarray(LABELS)), "takes no labels"),
    (lambda x: small(classes=3).loss_and_gradients(x), "needs a label for each example.*got None"),
    (lambda x: small(classes=3).loss_and_gradients(x, asarray(LABELS[:4])), r"of shape \(5,\)"),
    (lambda x: small(classes=2).loss_and_gradients(x, asarray(LABELS)), "labels must lie in 0 … 1"),
    (lambda x: small().sample(0), "count must be at least 1"),
    (lambda x: small().decode(asarray(np.zeros((4, 3)))),
     r"Dense\(2 → 4\) expected \(batch, 2\), got \(4, 3\)"),
    (lambda x: small().load_state_dict(autoencoder(SHAPE, latent=2, hidden=(7, 4)).state_dict()),
     "does not fit VariationalAutoencoder: missing: "),
    (lambda x: small().load_state_dict(small(likelihood="gaussian").state_dict()),
     "unknown: likelihood.scale"),
])
def test_bad_input_names_what_is_wrong(call, words, x):
    with pytest.raises((ValueError, TypeError), match=words):
        call(x)


def test_a_log_variance_that_overflows_is_refused_with_the_cause(x):
    model = small()
    model.log_var.b.data[...] = 120
    explained = "log_var reaches 1.*overflows in float32 above 88.7.*lower the learning rate"
    with pytest.raises(ValueError, match=explained):
        model.loss_and_gradients(x)
    with pytest.raises(ValueError, match="overflows in float32"):
        elbo(model, x)
