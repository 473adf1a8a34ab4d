"""Labels, tokens and counts of every integer type give what int64 gives.

NumPy computes small types in themselves and wraps around without a word: 17 classes in uint8 were enough for a wrong
accuracy. The sizes here are such that a product or a sum of them leaves every type of eight bits.
"""
import importlib
import inspect
import pkgutil

import numpy as np
import pytest

import scratchnets
from scratchnets import data, layers, losses, metrics, schedules
from scratchnets.backend import asarray, to_numpy
from scratchnets.data import glyphs, text, toy
from scratchnets.data.mixture import GaussianMixture as Blobs
from scratchnets.layers import convolution, embedding, packing, pooling
from scratchnets.models import (
    adversarial,
    autoencoder,
    classical,
    classifier,
    finetuning,
    language,
    sensitivity,
    variational,
)
from scratchnets.models.adversarial import diagnosis, games, priors, theory
from scratchnets.models.adversarial.remedies import NoiseDecay
from scratchnets.models.classical import kmeans
from scratchnets.models.variational import codes
from scratchnets.optimizers import SGD
from scratchnets.pictures import plots
from scratchnets.training import train
from scratchnets.training.loop import minibatches
from scratchnets.training.pretraining import greedy_layerwise
from scratchnets.training.validation import hold_out

TYPES = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
MANY = 110                                              # classes, tokens: 110 · 110 fits no type of eight bits
RNG = np.random.default_rng(0)
LABELS = np.concatenate([np.arange(MANY), RNG.integers(0, MANY, 190)])
OTHERS = np.concatenate([np.arange(MANY)[::-1], RNG.integers(0, MANY, 190)])
FEW = np.arange(60) % 3


def points(rows, columns=4):
    return asarray(np.random.default_rng(rows).normal(size=(rows, columns)))


def images(rows, side=8, channels=1):
    return asarray(np.random.default_rng(rows).random((rows, side, side, channels)))


def fitted(model):
    """What a classical model has learned, and what it then says."""
    x = points(len(FEW)) + 3 * asarray(np.eye(3, 4))[asarray(FEW)]
    return lambda y: (lambda m: (m.classes_, m.predict(x)))(model().fit(x, y))


def conditional(use):
    """What a variational model that is conditional on a label makes of images and these labels."""
    def call(y):
        model = variational.vae((8, 8, 1), latent=2, hidden=(8,), classes=3, generator=0)
        return use(model, images(len(FEW)), y)
    return call


def language_model(use):
    return lambda tokens: use(language.mlp(MANY, length=3, dim=4, hidden=8, generator=0), tokens)


def gradients(loss):
    """A loss, and the gradients that it leaves, of a model."""
    def call(model, *batch):
        model.zero_grad()
        return loss(model, *batch), [parameter.grad for parameter in model.parameters()]
    return call


WINDOWS, NEXT = np.stack([LABELS[:-3], LABELS[1:-2], LABELS[2:-1]], axis=1), LABELS[3:]
TABLE = points(MANY)

# {name: (values, what is made of them)}; they come as an array of each type, of the library in use.
ARRAYS = {
    "metrics.classes.accuracy": (LABELS, lambda y: metrics.accuracy(y, asarray(OTHERS))),
    "metrics.classes.accuracy, both": (LABELS, lambda y: metrics.accuracy(y, y)),
    "metrics.classes.confusion_matrix": (LABELS, lambda y: metrics.confusion_matrix(y, y)),
    "metrics.classes.confusion_matrix, of labels": (LABELS, lambda y: metrics.confusion_matrix(asarray(OTHERS), y)),
    "metrics.neighbours.knn_accuracy":
        (LABELS, lambda y: metrics.knn_accuracy(points(300), y, points(300), asarray(OTHERS))),
    "metrics.neighbours.silhouette": (LABELS, lambda y: metrics.silhouette(points(300), y)),
    "losses.classification.softmax_cross_entropy":
        (LABELS, lambda y: losses.softmax_cross_entropy(points(300, MANY), y)),
    "layers.embedding.embedding": (LABELS, lambda y: embedding.embedding(y, TABLE)),
    "layers.embedding.embedding_backward": (LABELS, lambda y: embedding.embedding_backward(points(300), y, TABLE)),
    "layers.embedding.Embedding.forward": (WINDOWS, lambda y: layers.Embedding(MANY, 4, generator=0).forward(y)),
    "layers.pooling.max_unpool2d": (np.arange(32).reshape(2, 4, 4, 1) % 4,
                                    lambda y: pooling.max_unpool2d(images(2, 4), y, (8, 8), 2)),
    "layers.pooling.max_unpool2d_backward": (np.arange(32).reshape(2, 4, 4, 1) % 4,
                                             lambda y: pooling.max_unpool2d_backward(images(2), y, (8, 8), 2)),
    "layers.pooling.MaxUnpool2D.forward": (np.arange(32).reshape(2, 4, 4, 1) % 4, lambda y: unpooled(y)),
    "models.language.counts.bigram_counts": (LABELS, lambda y: language.counts.bigram_counts(y, MANY)),
    "models.language.counts.BigramCounts.fit": (LABELS, lambda y: language.BigramCounts(MANY).fit(y).counts_),
    "models.language.kneser_ney.KneserNey.fit":
        (LABELS, lambda y: language.KneserNey(MANY, 1).fit(y).next_log_proba(asarray(OTHERS)[:, None])),
    "models.language.kneser_ney.KneserNey.next_log_proba":
        (LABELS, lambda y: language.KneserNey(MANY, 1).fit(asarray(OTHERS)).next_log_proba(y[:, None])),
    "models.language.counts.BigramCounts.next_log_proba":
        (LABELS, lambda y: language.BigramCounts(MANY).fit(asarray(OTHERS)).next_log_proba(y[:, None])),
    "models.language.networks.LanguageModel.forward": (WINDOWS, language_model(lambda m, y: m.forward(y))),
    "models.language.networks.LanguageModel.next_log_proba":
        (WINDOWS, language_model(lambda m, y: m.next_log_proba(y))),
    "models.language.networks.LanguageModel.loss_and_gradients":
        (NEXT, language_model(gradients(lambda m, y: m.loss_and_gradients(asarray(WINDOWS), y)))),
    "models.language.perplexity.nats_per_token":
        (NEXT, language_model(lambda m, y: language.nats_per_token(m, asarray(WINDOWS), y))),
    "models.language.sampling.sample":
        (WINDOWS[:9], language_model(lambda m, y: language.sample(m, y, 5, generator=0))),
    "models.language.checks.expect_tokens": (LABELS, lambda y: language.checks.expect_tokens("x", "x", y, MANY, "any")),
    "models.classical.checks.expect_labels": (LABELS, lambda y: classical.checks.expect_labels(None, y, 300)),
    "models.classical.gaussian_classes.GaussianClasses.fit": (FEW, fitted(classical.GaussianClasses)),
    "models.classical.softmax_regression.SoftmaxRegression.fit":
        (FEW, fitted(lambda: classical.SoftmaxRegression(max_iter=20))),
    "models.classical.kmeans.update_centers": (LABELS, lambda y: kmeans.update_centers(points(300), y, TABLE)),
    "models.finetuning.linear_probe":
        (FEW, lambda y: finetuning.linear_probe(points(60), y, points(60), y, max_iter=20)),
    "models.classifier.Classifier.loss_and_gradients":
        (FEW, lambda y: gradients(lambda m: m.loss_and_gradients(images(60), y))(
            classifier.classifier((8, 8, 1), classes=3, channels=(2, 2), width=4, generator=0))),
    "models.classifier.Classifier.loss_of":
        (FEW, lambda y: classifier.classifier((8, 8, 1), classes=3, channels=(2, 2), width=4, generator=0)
         .loss_of(images(60), y)),
    "models.variational.model.VariationalAutoencoder.loss_and_gradients":
        (FEW, conditional(gradients(lambda m, x, y: m.loss_and_gradients(x, y)))),
    "models.variational.model.VariationalAutoencoder.forward": (FEW, conditional(lambda m, x, y: m.forward(x, y))),
    "models.variational.model.VariationalAutoencoder.infer": (FEW, conditional(lambda m, x, y: m.infer(x, y))),
    "models.variational.model.VariationalAutoencoder.generate":
        (FEW, conditional(lambda m, x, y: m.generate(points(60, 2), y))),
    "models.variational.model.VariationalAutoencoder.posterior": (FEW, conditional(lambda m, x, y: m.posterior(x, y))),
    "models.variational.model.VariationalAutoencoder.encode": (FEW, conditional(lambda m, x, y: m.encode(x, y))),
    "models.variational.model.VariationalAutoencoder.decode":
        (FEW, conditional(lambda m, x, y: m.decode(points(60, 2), y))),
    "models.variational.model.VariationalAutoencoder.reconstruct":
        (FEW, conditional(lambda m, x, y: m.reconstruct(x, y))),
    "models.variational.model.VariationalAutoencoder.sample":
        (FEW, conditional(lambda m, x, y: m.sample(60, y, generator=0))),
    "models.variational.model.VariationalAutoencoder.loss_of": (FEW, conditional(lambda m, x, y: m.loss_of(x, y))),
    "models.variational.model.VariationalAutoencoder.terms_of":
        (FEW, conditional(lambda m, x, y: list(m.terms_of(x, y).values()))),
    "models.variational.bounds.elbo": (FEW, conditional(lambda m, x, y: variational.elbo(m, x, y))),
    "models.variational.bounds.importance_weighted_bound":
        (FEW, conditional(lambda m, x, y: variational.importance_weighted_bound(m, x, y, samples=3).each)),
    "models.variational.bounds.log_weights":
        (FEW, conditional(lambda m, x, y: variational.bounds.log_weights(m, x, y, 3))),
    "models.variational.bounds.marginal_kl":
        (FEW, conditional(lambda m, x, y: variational.bounds.marginal_kl(m, x, y))),
    "models.variational.bounds.unit_activity":
        (FEW, conditional(lambda m, x, y: variational.bounds.unit_activity(m, x, y))),
    "models.variational.bounds.active_units": (FEW, conditional(lambda m, x, y: variational.active_units(m, x, y))),
    "models.variational.bounds.inferred":
        (FEW, conditional(lambda m, x, y: list(variational.bounds.inferred(m, x, y, 0, 16))[0][2])),
}

# The same for what stays on the host, and NumPy's alone.
HOST = {
    "data.text.context_windows": (LABELS, lambda y: text.context_windows(y, 3)),
    "data.vocabulary.Vocabulary.decode":
        (LABELS, lambda y: data.vocabulary.Vocabulary(map(str, range(MANY))).decode(y)),
    "data.glyphs.render": (FEW, lambda y: glyphs.render(y, glyphs.draw_factors(60, np.random.default_rng(0)))),
    "data.mixture.GaussianMixture": (FEW, lambda y: Blobs(to_numpy(points(60)), 1.0, y).sample_labelled(9, 0)),
    "data.grammar.Grammar.log_probability":
        (data.load("grammar", count=50).x_train, lambda y: data.load("grammar",
                                                                     count=50).distribution.log_probability(y)),
    "models.classical.gaussian_classes.GaussianClasses.sample":
        (np.array(2), lambda y: gaussian_classes().sample(4, y[()], generator=0)),
    "models.classical.gaussian_classes.GaussianClasses.fill_in":
        (np.array(2), lambda y: gaussian_classes().fill_in(points(9), asarray(np.array([1, 1, 0, 0], bool)), y[()])),
    "models.variational.codes.traverse": (np.array([1, 0]), lambda y: codes.traverse(points(1)[0], y)),
    "pictures.plots.latent_map": (LABELS, lambda y: len(plots.latent_map(points(300, 2), y).axes)),
}


def unpooled(place):
    pool = layers.MaxPool2D(2)
    pool.forward(images(2))
    return layers.MaxUnpool2D(pool).forward(images(2, 4), place)


def gaussian_classes():
    return classical.GaussianClasses().fit(points(60), asarray(FEW))


def gan(**options):
    return adversarial.gan((8, 8, 1), hidden=(4,), generator=0, **options)


def trained(**options):
    model = autoencoder.tied((8, 8, 1), latent=2, generator=0)
    records = list(train(model, SGD(model.parameters()), images(300), generator=np.random.default_rng(0), **options))
    return [record["loss"] for record in records]


# {name: (count, what is made of it)}; a count comes as a number of each type, small enough for all of them.
COUNTS = {
    "data.dataset.last_fifth": (100, lambda n: data.dataset.last_fifth(n)),
    "data.glyphs.load": (100, lambda n: glyphs.load(count=n).x_train),
    "data.glyphs.draw_factors": (100, lambda n: glyphs.draw_factors(n, 0)["slant"]),
    "data.grammar.load": (100, lambda n: data.load("grammar", count=n, seed=n).x_train),
    "data.mixture.GaussianMixture.sample": (100, lambda n: Blobs(to_numpy(TABLE), 1.0).sample(n, 0)),
    "data.mixture.GaussianMixture.sample_labelled": (100, lambda n: Blobs(to_numpy(TABLE), 1.0).sample_labelled(n, 0)),
    "data.text.load": (100, lambda n: data.load("text", size=n).x_train[:99]),
    "data.text.context_windows": (100, lambda n: text.context_windows(LABELS, n)),
    "data.toy.ring":
        (12, lambda n: toy.ring(modes=n).centres), "data.toy.grid": (12, lambda n: toy.grid(side=n).centres),
    "data.toy.load_ring": (100, lambda n: toy.load_ring(count=n, seed=n).x_train),
    "data.toy.load_grid": (100, lambda n: toy.load_grid(count=n, seed=n).x_train),
    "data.toy.load_moons": (100, lambda n: toy.load_moons(count=n, seed=n).x_train),
    "data.toy.load_spiral": (100, lambda n: toy.load_spiral(count=n, seed=n).x_train),
    "data.toy.load_swiss_roll": (100, lambda n: toy.load_swiss_roll(count=n, seed=n).x_train),
    "layers.base.Layer.predict": (100, lambda n: layers.Tanh().predict(points(300), batch_size=n)),
    "layers.convolution.col2im": (7, lambda n: convolution.col2im(convolution.im2col(images(2, n), 3), (n, n), 3)),
    "layers.convolution.Conv2D":
        (100, lambda n: layers.Conv2D(1, n, np.array(3, n_type(n))[()], generator=0).forward(images(2))),
    "layers.convolution.conv2d":
        (2, lambda n: convolution.conv2d(images(2), images(3, 3).reshape(3, 3, 1, 3), None, n, n)),
    "layers.pooling.max_pool2d": (2, lambda n: pooling.max_pool2d(images(2), n, n)),
    "layers.embedding.Embedding": (100, lambda n: layers.Embedding(n, n, generator=0).W.data),
    "layers.dense.Dense": (100, lambda n: layers.Dense(n, n, generator=0).W.data),
    "layers.shape.Reshape": (16, lambda n: layers.Reshape((n, n)).forward(points(2, 256))),
    "layers.normalization.BatchNorm": (100, lambda n: layers.BatchNorm(n).forward(points(4, 100))),
    "layers.normalization.LayerNorm": (100, lambda n: layers.LayerNorm(n).forward(points(4, 100))),
    "layers.packing.pack": (2, lambda n: packing.pack(points(10, 100), n)),
    "layers.packing.pack_backward": (2, lambda n: packing.pack_backward(points(10, 200), n)),
    "layers.packing.Pack": (2, lambda n: layers.Pack(n).forward(points(10, 100))),
    "layers.pooling.upsample2d": (20, lambda n: pooling.upsample2d(images(2), n)),
    "layers.pooling.upsample2d_backward": (20, lambda n: pooling.upsample2d_backward(images(2, 160), n)),
    "layers.pooling.Upsample2D": (20, lambda n: layers.Upsample2D(n).forward(images(2))),
    "metrics.distributions.histograms": (127, lambda n: metrics.histograms(points(300, 1), points(200, 1), bins=n)),
    "metrics.modes.mode_coverage": (2, lambda n: metrics.mode_coverage(points(300), TABLE, 1.0, least=n).covered),
    "metrics.neighbours.knn_accuracy":
        (100, lambda n: metrics.knn_accuracy(points(300), LABELS, points(300), LABELS, k=n)),
    "models.adversarial.averaging.MovingAverage.predict":
        (100, lambda n: adversarial.averaging.MovingAverage(gan().generator, 0.9).predict(points(300, 2),
                                                                                          batch_size=n)),
    "models.adversarial.convolutional.dcgan":
        (100, lambda n: adversarial.dcgan((8, 8, 1), latent=n, channels=(n, n), generator=0).sample(2)),
    "models.adversarial.diagnosis.plane": (12, lambda n: diagnosis.plane(adversarial.gan((2,), generator=0), -1, 1, n)),
    "models.adversarial.diagnosis.manifold": (12, lambda n: diagnosis.manifold(adversarial.gan((2,), generator=0), n)),
    "models.adversarial.games.play": (100, lambda n: games.play(games.dirac_gan(1, 1), 0.1, n, n)),
    "models.adversarial.gan.GAN": (100, lambda n: gan(k=n).k),
    "models.adversarial.gan.GAN.generator_gradients": (100, lambda n: gan().generator_gradients(n)),
    "models.adversarial.gan.GAN.noise": (100, lambda n: gan().noise(n)),
    "models.adversarial.gan.GAN.sample": (100, lambda n: gan().sample(n)),
    "models.adversarial.gan.GAN.loss_of": (100, lambda n: gan().loss_of(images(300), batch_size=n)),
    "models.adversarial.networks.gan":
        (2, lambda n: gan(latent=n, remedies={"packing": n}).discriminator.forward(images(4))),
    "models.adversarial.priors.GaussianPrior.sample":
        (100, lambda n: priors.GaussianPrior(n).sample(n, np.random.default_rng(0))),
    "models.adversarial.priors.UniformPrior.sample":
        (100, lambda n: priors.UniformPrior(n).sample(n, np.random.default_rng(0))),
    "models.adversarial.remedies.NoiseDecay": (100, lambda n: NoiseDecay(n).steps),
    "models.adversarial.theory.packed": (3, lambda n: theory.packed(np.array([0.5, 0.5]), n)),
    "models.autoencoder.model.Autoencoder.loss_of": (100, lambda n: sparse().loss_of(images(300), batch_size=n)),
    "models.autoencoder.model.Autoencoder.terms_of":
        (100, lambda n: list(sparse().terms_of(images(300), batch_size=n).values())),
    "models.autoencoder.wide.one_hidden_layer": (100, lambda n: sparse(latent=n).encode(images(2))),
    "models.autoencoder.bottlenecks.autoencoder":
        (100, lambda n: autoencoder.autoencoder((8, 8, 1), n, hidden=(n, n), generator=0).encode(images(2))),
    "models.autoencoder.bottlenecks.conv_autoencoder":
        (100, lambda n: autoencoder.conv_autoencoder((8, 8, 1), n, channels=(n, n), generator=0).encode(images(2))),
    "models.classical.density.KernelDensity.sample":
        (100, lambda n: classical.KernelDensity().fit(points(50)).sample(n, generator=0)),
    "models.classical.density.scott": (100, lambda n: classical.density.scott(n, 100)),
    "models.classical.density.silverman": (100, lambda n: classical.density.silverman(n, 100)),
    "models.classical.gaussian_classes.GaussianClasses.sample":
        (100, lambda n: gaussian_classes().sample(n, generator=0)),
    "models.classical.joint.GaussianJoint.sample":
        (100, lambda n: classical.GaussianMixture(2, generator=0).fit(points(60)).sample(n, generator=0)),
    "models.classical.kmeans.KMeans":
        (100, lambda n: classical.KMeans(n, max_iter=n, generator=0).fit(points(300)).labels_),
    "models.classical.kmeans.plus_plus": (100, lambda n: kmeans.plus_plus(points(300), n, np.random.default_rng(0))),
    "models.classical.mixture.GaussianMixture":
        (3, lambda n: classical.GaussianMixture(n, max_iter=n, generator=0).fit(points(60)).means_),
    "models.classical.pca.PCA": (3, lambda n: classical.PCA(n).fit(points(60)).components_),
    "models.classical.softmax_regression.SoftmaxRegression":
        (20, lambda n: classical.SoftmaxRegression(max_iter=n).fit(points(60), asarray(FEW)).coef_),
    "models.classifier.classifier":
        (100, lambda n: classifier.classifier((8, 8, 1), classes=n, channels=(n, n), width=n,
                                              generator=0).predict(images(2))),
    "models.finetuning.classifier_on":
        (100, lambda n: finetuning.classifier_on(sparse().encoder, n, generator=0).predict(images(2))),
    "models.finetuning.linear_probe":
        (20, lambda n: finetuning.linear_probe(points(60), FEW, points(60), FEW, max_iter=n)),
    "models.language.counts.bigram_counts": (MANY, lambda n: language.counts.bigram_counts(asarray(LABELS), n)),
    "models.language.kneser_ney.KneserNey":
        (MANY, lambda n: language.KneserNey(n, 1).fit(asarray(LABELS)).next_log_proba(asarray(OTHERS)[:, None])),
    "models.language.counts.BigramCounts": (MANY, lambda n: language.BigramCounts(n).fit(asarray(LABELS)).counts_),
    "models.language.networks.LanguageModel": (MANY, lambda n: language.LanguageModel(layers.Identity(), n, n).count),
    "models.language.networks.bigram_softmax":
        (MANY, lambda n: language.bigram_softmax(n).predict(asarray(LABELS[:, None]))),
    "models.language.networks.mlp":
        (100, lambda n: language.mlp(n, n, n, n, generator=0).predict(asarray(np.zeros((2, 100), int)))),
    "models.language.perplexity.nats_per_token":
        (100, lambda n: language.nats_per_token(language.bigram_softmax(MANY), asarray(LABELS[:, None]),
                                                asarray(OTHERS), n)),
    "models.language.sampling.sample":
        (20, lambda n: language.sample(language.bigram_softmax(MANY), asarray(LABELS[:9, None]), n, top_k=n,
                                       generator=0)),
    "models.language.sampling.sharpen": (20, lambda n: language.sampling.sharpen(to_numpy(points(9, MANY)), top_k=n)),
    "models.sensitivity.jacobian_norm":
        (100, lambda n: sensitivity.jacobian_norm(layers.Tanh(), points(300), batch_size=n)),
    "models.variational.bounds.elbo": (100, lambda n: variational.elbo(plain(), images(300), samples=n, batch_size=n)),
    "models.variational.bounds.importance_weighted_bound":
        (100, lambda n: variational.importance_weighted_bound(plain(), images(20), samples=n, batch_size=n).each),
    "models.variational.bounds.log_weights":
        (100, lambda n: variational.bounds.log_weights(plain(), images(20), samples=n, batch_size=n)),
    "models.variational.bounds.marginal_kl":
        (100, lambda n: variational.bounds.marginal_kl(plain(), images(300), batch_size=n)),
    "models.variational.bounds.inferred":
        (100, lambda n: [part[2] for part in variational.bounds.inferred(plain(), images(300), None, 0, n)]),
    "models.variational.bounds.batches": (100, lambda n: [rows.stop for rows in variational.bounds.batches(LABELS, n)]),
    "models.variational.codes.interpolate": (100, lambda n: codes.interpolate(points(1)[0], points(2)[0], n)),
    "models.variational.codes.grid": (15, lambda n: codes.grid(n)),
    "models.variational.model.VariationalAutoencoder.posterior":
        (100, lambda n: plain().posterior(images(300), batch_size=n)),
    "models.variational.model.VariationalAutoencoder.decode":
        (100, lambda n: plain().decode(points(300, 2), batch_size=n)),
    "models.variational.model.VariationalAutoencoder.sample": (100, lambda n: plain().sample(n, generator=0)),
    "models.variational.model.VariationalAutoencoder.draw_codes": (100, lambda n: plain().draw_codes(n, 0)),
    "models.variational.model.VariationalAutoencoder": (100, lambda n: plain(classes=n, kl_warm_up=n).classes),
    "models.variational.networks.vae":
        (100, lambda n: plain(latent=n, hidden=(n,), classes=n).encode(images(3), asarray(np.arange(3)))),
    "models.variational.networks.conv_vae":
        (100, lambda n: variational.conv_vae((8, 8, 1), latent=n, channels=(n, n), hidden=(n,), classes=n, generator=0)
         .encode(images(3), asarray(np.arange(3)))),
    "pictures.plots.in_rows": (100, lambda n: [len(row) for row in plots.in_rows(LABELS, n)]),
    "pictures.plots.image_grid": (100, lambda n: plots.image_grid(images(300), n).get_size_inches()),
    "pictures.plots.filters": (100, lambda n: plots.filters(points(64, 200), (8, 8, 1), n, n).get_size_inches()),
    "pictures.plots.captioned": (100, lambda n: plots.captioned(images(30), ["x"] * 30, n).get_size_inches()),
    "pictures.plots.feature_maps": (100, lambda n: plots.feature_maps(images(1, 8, 200)[0], n).get_size_inches()),
    "pictures.plots.histogram":
        (127, lambda n: len(plots.histogram(points(300, 1)[:, 0], "x", "y", n).axes[0].patches)),
    "schedules.step_decay": (100, lambda n: [schedules.step_decay(1.0, n)(step) for step in (0, 300, n)]),
    "schedules.cosine": (100, lambda n: [schedules.cosine(1.0, n)(step) for step in (0, 50, n)]),
    "schedules.warm_up": (127, lambda n: [schedules.warm_up(schedules.constant(1.0), n)(step) for step in (0, 50, n)]),
    "training.loop.minibatches": (100, lambda n: list(minibatches((points(300),), n, np.random.default_rng(0)))),
    "training.loop.train": (100, lambda n: trained(epochs=2, batch_size=n)),
    "training.loop.Training": (3, lambda n: trained(epochs=n, batch_size=128)),
    "training.pretraining.greedy_layerwise":
        (100, lambda n: [record["loss"] for record in greedy_layerwise(
            autoencoder.stacked((8, 8, 1), latent=2, hidden=(4,), generator=0), images(300), epochs=1, batch_size=n,
            generator=np.random.default_rng(0))]),
    "training.validation.hold_out": (100, lambda n: hold_out(n, 0.2, np.random.default_rng(0))),
}


def n_type(n):
    return getattr(n, "dtype", "int64")


def sparse(latent=4):
    return autoencoder.sparse_kl((8, 8, 1), latent=latent, generator=0)


def plain(latent=2, **options):
    options = {"hidden": (8,)} | options
    return variational.vae((8, 8, 1), latent=latent, generator=0, **options)


def same(result, expected):
    if isinstance(expected, (tuple, list)):
        assert len(result) == len(expected)
        for one, other in zip(result, expected):
            same(one, other)
    elif expected is not None:
        np.testing.assert_array_equal(to_numpy(result), to_numpy(expected))


@pytest.mark.parametrize("name", [*ARRAYS, *HOST])
def test_arrays_of_every_integer_type_give_what_int64_gives(name):
    values, call = (ARRAYS | HOST)[name]
    prepare = asarray if name in ARRAYS else np.asarray
    expected = call(prepare(values.astype("int64")))
    for dtype in TYPES:
        same(call(prepare(values.astype(dtype))), expected)


@pytest.mark.parametrize("name", COUNTS)
def test_counts_of_every_integer_type_give_what_a_number_of_pythons_gives(name):
    count, call = COUNTS[name]
    expected = call(count)
    for dtype in TYPES:
        same(call(np.array(count, dtype)[()]), expected)


def test_accuracy_needs_no_matrix():
    assert metrics.accuracy(asarray(np.array([123456])), asarray(np.array([123456]))) == 1.0
    with pytest.raises(ValueError, match="of 123,457 classes would take about 244 GB"):
        metrics.confusion_matrix(asarray(np.array([123456])), asarray(np.array([123456])))


WHOLE = {"labels", "label", "tokens", "contexts", "following", "digits", "predicted", "count", "classes", "batch_size",
         "n", "k",
         "steps", "bins", "least", "length", "side", "units", "ids", "top_k", "n_clusters", "n_components", "max_iter",
         "m",
         "factor", "dim", "copies", "every", "points", "lines", "train_labels", "labels_train", "labels_test", "place"}
# Not the user's numbers: what is checked already, other things of that name, and what a folder or a command brings.
OTHERWISE = {
    "adam_update", "Optimizer", "tile", "expect_points", "expect_memory", "beside_real_images", "fitted_pca", "loops",
             "load",
    "Vocabulary", "Vocabulary.encode", "silhouette", "gigabytes", "Dataset", "sheet_by_class", "draw", "TwoPlayers",
             "Run.schedule",
    "ImportanceWeighted", "place", "normalized", "Recipe", "overlap", "expect_batches",
}


def test_every_public_function_that_takes_whole_numbers_is_here():
    here, lacking = {name.split(",")[0] for name in [*ARRAYS, *HOST, *COUNTS]}, []
    for module in pkgutil.walk_packages(scratchnets.__path__, "scratchnets."):
        if any(room in module.name for room in (".exercises", ".commands", ".benchmarks", ".experiments", ".gradcheck",
                                                "__main__")):
            continue
        for name, function in functions(importlib.import_module(module.name)):
            if WHOLE & inspect.signature(function).parameters.keys():
                full = f"{module.name.removeprefix('scratchnets.')}.{name}"
                lacking += [full] if full not in here and name not in OTHERWISE else []
    assert lacking == []


def functions(module):
    """(name, function) of all that a module defines and does not hide; a class goes by its constructor."""
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isfunction(value):
            yield name, value
        elif inspect.isclass(value):
            yield from ((name if method == "__init__" else f"{name}.{method}", function)
                        for method, function in vars(value).items()
                        if inspect.isfunction(function) and (method == "__init__" or not method.startswith("_")))


def test_the_table_is_no_rubber_stamp():
    """Labels that wrap around are seen."""
    with pytest.raises(AssertionError):
        wrapped = (LABELS.astype("uint8") * np.uint8(MANY) + OTHERS.astype("uint8")).astype("int64")
        same(np.bincount(wrapped), np.bincount(LABELS * MANY + OTHERS))


