"""How good the samples of a game are, beside what data would reach, and how the game ended."""
from scratchnets.backend import asarray
from scratchnets.evaluation.judge import nearest
from scratchnets.metrics import frechet_distance, histograms, js_divergence, mode_coverage
from scratchnets.models.adversarial.diagnosis import snapshot, verdict

SAMPLES = 2500


def coverage_of(gan, data):
    """`Coverage` of 2,500 samples, where the data have modes; else None."""
    density = data.distribution
    if getattr(density, "modes", None) is None:
        return None
    return mode_coverage(gan.sample(SAMPLES), density.modes, density.std)


def evaluate_game(model, data, judge=None):
    """{name: number} of a trained GAN on the test examples; with a judge, of images, more of these."""
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
        result |= beside_real_images(fake, data, judge) if judge else {}
    return result


def beside_real_images(samples, data, judge):
    """What a judge says of samples, each figure beside that of as many test images.

    The distances to the nearest training images show whether a generator only remembers: samples that
    are copies lie much nearer to them than new digits do.
    """
    result = {"judge_accuracy": judge.accuracy}
    for name, value in judge.scores(samples).items():
        result |= {name: value, f"{name}_of_data": judge.floor[name]}
    for name, images in (("nearest", samples), ("nearest_of_data", data.x_test)):
        result[name] = float(nearest(images, data.x_train)[1].mean())
    return result


def ending(model, data, history):
    """The plain-words verdict on a run."""
    plain = [{name.removeprefix("test_"): value for name, value in record.items()} for record in history]
    return verdict(plain, coverage_of(model, data))
