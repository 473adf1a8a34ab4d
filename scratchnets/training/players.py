"""Training two players: the same loop, with two optimisers and the model's own step."""
from scratchnets.training.loop import Training


class TwoPlayers(Training):
    """A `Training` of a model that has ``step(x, d_optimizer, g_optimizer)``, such as a GAN.

    Parameters
    ----------
    model : GAN
    optimizers : (Optimizer, Optimizer)
        The discriminator's, then the generator's.
    *arrays, batch_size, generator, schedule
        As for `Training`. The schedule gives the generator's learning rate; the discriminator's keeps
        its ratio to it.
    """

    def __init__(self, model, optimizers, *arrays, batch_size, generator, schedule=None):
        super().__init__(model, optimizers[0], *arrays, batch_size=batch_size, generator=generator,
                         schedule=schedule)
        self.d_optimizer, self.g_optimizer = optimizers
        self.ratio = self.d_optimizer.lr / self.g_optimizer.lr

    def step(self, x):
        """One step of the game on a batch of the data; returns the discriminator's loss."""
        if self.schedule is not None:
            self.g_optimizer.lr = self.schedule(self.d_optimizer.steps)
            self.d_optimizer.lr = self.ratio * self.g_optimizer.lr
        return self.model.step(x, self.d_optimizer, self.g_optimizer)

    def parts(self):
        """{name: object with ``state_dict()``}: the model and both optimisers."""
        return {"model": self.model, "d_optimizer": self.d_optimizer, "g_optimizer": self.g_optimizer}
