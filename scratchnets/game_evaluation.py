"""How good the samples of a game are, beside what data would reach, and how the game ended."""
from scratchnets.backend import asarray
from scratchnets.metrics import frechet_distance, histograms, js_divergence, mode_coverage
from scratchnets.models.adversarial.diagnosis import snapshot, verdict

SAMPLES = 2500


def coverage_of(gan, data):
    """`Coverage` of 2,500 samples, where the data have modes; else None."""
    density = data.distribution
    if getattr(density, "modes", None) is None:
        return None
    return mode_coverage(gan.sample(SAMPLES), density.modes, density.std)


def evaluate_game(model, data):
    """{name: number} of a trained GAN on the test examples."""
    x = asarray(data.x_test)
    result, coverage = snapshot(model, x), coverage_of(model, data)
    result = {f"test_{name}": value for name, value in result.items()}
    if coverage is not None:
        result |= {"modes_covered": coverage.covered, "modes": coverage.modes,
                   "high_quality": coverage.high_quality, "reverse_kl": coverage.reverse_kl}
    if data.x_test.ndim == 2:
        fake = model.sample(len(x))
        result["histogram_jsd"] = js_divergence(*histograms(data.x_test, fake))
        result["histogram_jsd_of_data"] = js_divergence(*histograms(data.x_test, data.x_train[:len(x)]))
    else:
        fake = model.sample(len(x))
        result["frechet_pixels"] = frechet_distance(data.x_test.reshape(len(x), -1), fake.reshape(len(x), -1))
    return result


def ending(model, data, history):
    """The plain-words verdict on a run."""
    plain = [{name.removeprefix("test_"): value for name, value in record.items()} for record in history]
    return verdict(plain, coverage_of(model, data))
