"""Every kind of model under the same four questions.

    reconstruct(x)    the images x, after they went through the model
    strangeness(x)    one number an image, the larger, the less the model takes it for one of its own
    code(x)           what it says about an image in numbers, for somebody else to learn from
    sample(n)         n new images

Each answers in the way that is natural to it. Where there is none, the docstring says what is done instead.
"""
import numpy as np

from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.losses import squared_error
from scratchnets.models.adversarial.freezing import frozen
from scratchnets.models.classical import PCA, GaussianMixture, KMeans
from scratchnets.models.variational import importance_weighted_bound
from scratchnets.optimizers import Adam
from scratchnets.parameter import Parameter


def flat(images):
    return images.reshape(len(images), -1)


def squared_errors(images, others):
    """Summed over the pixels, one an image."""
    return flat((images - others) ** 2).sum(axis=1)


class Plane:
    """PCA. New images come from a Gaussian in the plane, with the variances along its components."""

    def __init__(self, x, k):
        self.pca, self.shape = PCA(k).fit(flat(x)), x.shape[1:]

    def project(self, x):
        return self.pca.transform(flat(x))

    def lift(self, h):
        return self.pca.inverse_transform(h).reshape(-1, *self.shape)

    def reconstruct(self, x):
        return self.lift(self.project(x))

    def strangeness(self, x):
        return squared_errors(self.reconstruct(x), x)

    def code(self, x):
        return self.project(x)

    def sample(self, n):
        z = asarray(np.random.default_rng(0).standard_normal((n, len(self.pca.components_))))
        return self.lift(z * xp.sqrt(self.pca.explained_variance_)).clip(0, 1)


class Clusters:
    """k-means: an image is copied as its nearest centre, and a new image is one of the centres."""

    def __init__(self, x, k, seed):
        self.means, self.shape = KMeans(k, generator=seed).fit(flat(x)), x.shape[1:]

    def code(self, x):
        return self.means.transform(flat(x))                               # the distances to all centres

    def reconstruct(self, x):
        return self.means.cluster_centers_[self.means.predict(flat(x))].reshape(x.shape)

    def strangeness(self, x):
        return squared_errors(self.reconstruct(x), x)

    def sample(self, n):
        drawn = np.random.default_rng(0).choice(to_numpy(self.means.labels_), n)         # as large as they are
        return self.means.cluster_centers_[asarray(drawn)].reshape(n, *self.shape)


class Mixture(Plane):
    """Gaussians in the plane of PCA, and the same noise in all directions beside it: a density of images.

    Its code says how much of an image is due to each of the Gaussians.
    """

    def __init__(self, x, k, components, seed):
        super().__init__(x, k)
        self.gaussians = GaussianMixture(components, reg_covar=1e-2, generator=seed).fit(self.project(x))
        beside = squared_errors(self.reconstruct(x), x)
        self.variance = float(beside.mean()) / (flat(x).shape[1] - k)

    def strangeness(self, x):
        """−log p(x), up to a constant."""
        beside = squared_errors(self.reconstruct(x), x) / (2 * self.variance)
        return beside - self.gaussians.score_samples(self.project(x))

    def code(self, x):
        return self.gaussians.predict_proba(self.project(x))

    def sample(self, n):
        h, _ = self.gaussians.sample(n, np.random.default_rng(0))
        return self.lift(h).clip(0, 1)


class Copier:
    """An autoencoder. It has no prior: new codes come from a Gaussian fitted to the codes it knows."""

    def __init__(self, model, x):
        self.model = model
        codes = to_numpy(model.encode(x)).astype("float64")
        self.mean, covariance = codes.mean(axis=0), np.cov(codes, rowvar=False)
        values, vectors = np.linalg.eigh(covariance)
        self.root = vectors * np.sqrt(values.clip(0))                      # units that never vary have 0

    def code(self, x):
        return self.model.encode(x)

    def reconstruct(self, x):
        return self.model.reconstruct(x)

    def strangeness(self, x):
        return self.model.anomaly_score(x)

    def sample(self, n):
        z = np.random.default_rng(0).standard_normal((n, len(self.mean)))
        return self.model.decode(asarray(self.mean + z @ self.root.T)).clip(0, 1)


class Variational:
    """A variational autoencoder: strange is what it gives a low bound on log p(x)."""

    def __init__(self, model):
        self.model = model

    def code(self, x):
        return self.model.encode(x)

    def reconstruct(self, x):
        return self.model.reconstruct(x)

    def strangeness(self, x):
        return -importance_weighted_bound(self.model, x, samples=20).each

    def sample(self, n):
        return self.model.sample(n, generator=0)


class Player:
    """A GAN. Its discriminator says what is strange, and its last hidden layer is taken for a code. It has no
    way from an image back to z: `reconstruct` searches for one."""

    def __init__(self, model):
        self.model = model
        self.generator = model.average.network if model.average else model.generator

    def code(self, x):
        with self.model.inference():
            h = x
            for layer in self.model.discriminator.layers[:-1]:
                h = layer.forward(h)
            return flat(h)

    def reconstruct(self, x, starts=4, steps=200):
        """The nearest G(z) that gradient descent over z finds, of so many starts for each image.

        The z themselves are kept as ``found``.
        """
        z = self.model.prior.sample(starts * len(x), np.random.default_rng(0))
        noise, target = Parameter(z), xp.repeat(x, starts, axis=0)
        adam = Adam([noise], lr=0.05)
        for _ in range(steps):
            adam.zero_grad()
            with self.generator.inference(recording=True), frozen(self.generator):
                _, dfake = squared_error(self.generator.forward(noise.data), target)
                noise.grad += self.generator.backward(dfake)
            adam.step()
        copies = self.generator.predict(noise.data)
        best = squared_errors(copies, target).reshape(len(x), starts).argmin(axis=1)
        rows = starts * xp.arange(len(x)) + best
        self.found = noise.data[rows]
        return copies[rows]

    def strangeness(self, x):
        return -self.model.discriminator.predict(x).reshape(len(x))

    def sample(self, n):
        return self.model.sample(n)
