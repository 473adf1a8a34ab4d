"""Layers and parameters in lists, tuples and dictionaries are the model's own; where they cannot be, it is said."""
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass, field

import numpy as np
import pytest

from scratchnets import backend
from scratchnets.backend import asarray, to_numpy, xp
from scratchnets.gradcheck import gradcheck
from scratchnets.layers import Dense, Dropout, Layer, ReLU, Sequential, Tanh
from scratchnets.optimizers import SGD
from scratchnets.parameter import Parameter

Pair = namedtuple("Pair", "first second")


class Chain(Layer):
    """Layers one after the other, kept in whatever `keep` makes of their list; `order` lists them again."""

    def __init__(self, keep, order):
        self.kept, self.order = keep([Dense(3, 4, generator=0), Tanh(), Dense(4, 2, generator=1)]), order

    def forward(self, x):
        for layer in self.order(self.kept):
            x = layer.forward(x)
        return x

    def backward(self, dy, need_dx=True):
        for layer in reversed(list(self.order(self.kept))):
            dy = layer.backward(dy)
        return dy


def values(kept):
    return list(kept.values())


KEPT = {
    "list": (list, list, "kept.2"), "tuple": (tuple, list, "kept.2"), "deque": (deque, list, "kept.2"),
    "dictionary": (lambda layers: dict(zip("abc", layers)), values, "kept.c"),
    "numbered": (lambda layers: dict(enumerate(layers)), values, "kept.2"),
    "ordered": (lambda layers: OrderedDict(zip("abc", layers)), values, "kept.c"),
    "list of lists": (lambda layers: [layers[:2], [layers[2]]], lambda kept: kept[0] + kept[1], "kept.1.0"),
    "dictionary of lists": (lambda layers: {"down": layers[:1], "up": layers[1:]},
                            lambda kept: kept["down"] + kept["up"], "kept.up.1"),
    "named tuple in a list": (lambda layers: [Pair(layers[0], layers[1:])],
                              lambda kept: [kept[0].first, *kept[0].second], "kept.0.1.1"),
}


@pytest.fixture(params=KEPT)
def chain(request):
    keep, order, path = KEPT[request.param]
    return Chain(keep, order), path


@pytest.fixture
def x(rng):
    return asarray(rng.standard_normal((5, 3)))


def test_they_are_counted_once_and_named(chain):
    model, path = chain
    assert sum(parameter.size for parameter in model.parameters()) == 3 * 4 + 4 + 4 * 2 + 2
    assert f"{path}.W" in model.named_parameters() and len(model.parameters()) == 4


def test_they_are_trained_zeroed_and_frozen(chain, x):
    model, path = chain
    before = model.state_dict()
    model.backward(xp.ones_like(model.forward(x)))
    SGD(model.parameters(), lr=0.1).step()
    assert all(not np.array_equal(before[name], array) for name, array in model.state_dict().items())
    model.zero_grad()
    model.freeze()
    model.backward(xp.ones_like(model.forward(x)))
    assert not any(to_numpy(parameter.grad).any() for parameter in model.parameters())


def test_they_are_saved_and_restored(chain, x):
    model, path = chain
    y, state = model.forward(x), model.state_dict()
    for parameter in model.parameters():
        parameter.data[...] = 0
    model.load_state_dict(state)
    assert np.array_equal(to_numpy(model.forward(x)), to_numpy(y))


def test_their_modes_and_their_slots_follow(chain, x):
    model, _ = chain
    model.eval()
    assert not any(layer.training for layer in model.order(model.kept))
    model.forward(x)
    model.forget()
    assert all(layer._slot is None for layer in model.order(model.kept))


def test_gradcheck_sees_them(chain, x):
    model, path = chain
    report = gradcheck(model, x)
    assert report and f"{path}.dW" in [row.gradient for row in report.rows]


def test_a_wrong_gradient_in_a_list_is_wrong(x):
    class Wrong(Chain):
        def backward(self, dy, need_dx=True):
            dx = super().backward(dy)
            self.kept[2].W.grad *= 7
            return dx
    report = gradcheck(Wrong(list, list), x)
    assert {row.gradient for row in report.rows if not row.passed} == {"kept.2.dW"}


class Scales(Layer):
    """y = x · a · b, the two factors kept in whatever `keep` makes of them."""

    def __init__(self, keep):
        self.factors = keep(Parameter(np.full(3, 2.0), "a"), Parameter(np.arange(1.0, 4.0), "b"))

    def two(self):
        return list(self.factors.values() if isinstance(self.factors, dict) else self.factors)

    def forward(self, x):
        a, b = self.two()
        return self.keep(x * a.data * b.data, x)

    def backward(self, dy, need_dx=True):
        (x,), (a, b) = self.take(dy), self.two()
        if not self.frozen:
            a.grad += (dy * x * b.data).sum(axis=0)
            b.grad += (dy * x * a.data).sum(axis=0)
        return dy * a.data * b.data


@pytest.mark.parametrize("keep", [lambda a, b: [a, b], lambda a, b: (a, b), lambda a, b: {"a": a, "b": b}])
def test_parameters_in_them_are_found(keep, x):
    layer = Scales(keep)
    assert len(layer.parameters()) == 2 and len(layer.state_dict()) == 2
    assert gradcheck(layer, x)


def test_generators_in_them_are_found():
    class Noisy(Layer):
        def __init__(self):
            self.drops = [Dropout(0.5, generator=0), Dropout(0.5, generator=1)]
    assert len(Noisy().generators()) == 2


def test_what_is_shared_or_contains_itself_is_listed_once():
    class Ring(Layer):
        def __init__(self):
            self.one = Dense(2, 2, generator=0)
            self.all = [self.one, self.one]
            self.all.append(self.all)
            self.one.owner = self
    assert list(Ring().named_parameters()) == ["one.W", "one.b"]


@dataclass
class Bag:
    """An object of another kind."""
    inner: list = field(default_factory=lambda: [Dense(2, 2, generator=0)])


@pytest.mark.parametrize("hidden, words", [
    (lambda: {Dense(2, 2, generator=0)}, r"Net.inner is a set that holds the Dense Dense\(2 → 2\)"),
    (lambda: frozenset([Parameter(np.ones(2), "W")]), "Net.inner is a frozenset that holds the Parameter"),
    (lambda: [{Dense(2, 2, generator=0)}], "Net.inner.0 is a set"),
    (Bag, "Net.inner is a Bag that holds the Dense"),
    (lambda: np.array([Dense(2, 2, generator=0), None], dtype=object), "Net.inner is a ndarray that holds the Dense"),
])
@pytest.mark.parametrize("ask", [Layer.parameters, Layer.state_dict, Layer.train, Layer.freeze, Layer.zero_grad])
def test_where_they_have_no_path_they_are_refused_by_name(hidden, words, ask):
    class Net(Layer):
        def __init__(self):
            self.inner = hidden()
    with pytest.raises(TypeError, match=words):
        ask(Net())


def test_a_layer_of_the_class_is_refused():
    class Net(Layer):
        head = Dense(2, 2, generator=0)
    with pytest.raises(TypeError, match="Net.head holds Dense.* as an attribute of the class.*self.head = "):
        Net().parameters()


def test_two_entries_of_one_path_are_refused():
    class Net(Layer):
        def __init__(self):
            self.inner = {1: Dense(2, 2, generator=0), "1": Dense(2, 2, generator=1)}
    with pytest.raises(ValueError, match="two different entries of Net have the path 'inner.1.W'"):
        Net().state_dict()


# ---- gradcheck and what a model does not list -------------------------------------------------------------

elsewhere = []


class Outside(Layer):
    """Uses a layer that it does not hold."""

    def forward(self, x):
        return elsewhere[0].forward(x)

    def backward(self, dy, need_dx=True):
        return elsewhere[0].backward(dy, need_dx=need_dx)


class Bound(Layer):
    """Holds two methods of a layer."""

    def __init__(self):
        inner = Dense(3, 2, generator=0)
        self.steps = [inner.forward, inner.backward]

    def forward(self, x):
        return self.steps[0](x)

    def backward(self, dy, need_dx=True):
        return self.steps[1](dy)


class Forgetful(Sequential):
    """Lists what it wants to."""

    def children(self):
        return super().children()[:-1]


class Choosy(Dense):
    """Has parameters of which it hands out some."""

    def parameters(self):
        return [self.W]


@pytest.mark.parametrize("make", [Outside, Bound, lambda: Forgetful(Dense(3, 4, generator=0), Dense(4, 2, generator=1)),
                                  lambda: Choosy(3, 2, generator=0)])
def test_gradcheck_notices_a_parameter_that_the_model_does_not_list(make, x):
    with backend.use(backend.name(), dtype="float64"):
        elsewhere[:] = [Dense(3, 2, generator=0)]
        report = gradcheck(make(), x)
    assert not report and "not listed" in {row.verdict for row in report.rows}
    assert "W, shape=" in str(report) or "b, shape=" in str(report)


def test_gradcheck_notices_it_in_a_model_of_its_own_loss(x):
    class Model(Layer):
        def __init__(self):
            self.first = Dense(3, 2, generator=0)

        def loss_and_gradients(self, x):
            y = elsewhere[0].forward(self.first.forward(x))
            self.first.backward(elsewhere[0].backward(y), need_dx=False)
            return 0.5 * (y * y).sum()
    with backend.use(backend.name(), dtype="float64"):
        elsewhere[:] = [Dense(2, 2, generator=0)]
        assert "not listed" in str(gradcheck(Model(), x))


def test_a_frozen_network_beside_the_model_is_no_fault(x):
    """A discriminator that a generator answers to: it passes gradients on and gets none."""
    with backend.use(backend.name(), dtype="float64"):
        elsewhere[:] = [Dense(3, 2, generator=0).freeze()]
        assert "not listed" not in str(gradcheck(Outside(), x))


# ---- one object, two places ---------------------------------------------------------------------------------

@pytest.mark.parametrize("build", [
    lambda act: Sequential(Dense(2, 2, generator=0), act, Dense(2, 2, generator=1), act),
    lambda act: Sequential(act, Sequential(Dense(2, 2, generator=0), act)),
])
def test_one_layer_at_two_places_of_a_sequential_is_refused_with_both(build):
    with pytest.raises(ValueError, match=r"same ReLU\(\) at positions \d and \d"):
        build(ReLU())
