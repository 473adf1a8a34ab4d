"""scratchnets evaluate RUN: the test figures of a trained model."""
import argparse
import json

from scratchnets.training.run import Run

WORDS = {"code_size": "numbers in the code",
         "active_units": "of these in use",
         "binarization": "binarisation of the images",
         "test_elbo": "test ELBO, nats an image",
         "test_reconstruction": "its first term, −E log p(x|z)",
         "test_kl": "its second term, KL(q(z|x) ‖ p(z))",
         "test_importance_weighted": "importance-weighted bound, 100 draws",
         "test_generator_loss": "what the generator pays",
         "test_d_real": "mean output of D on data",
         "test_d_fake": "mean output of D on samples",
         "test_d_gradient": "norm of D's gradient",
         "test_g_gradient": "norm of G's gradient",
         "modes_covered": "modes covered by 2,500 samples",
         "modes": "of so many",
         "high_quality": "share of samples within 3 std of a mode",
         "reverse_kl": "reverse KL over the modes, nats",
         "histogram_jsd": "JSD of histograms, samples and data, nats",
         "histogram_jsd_of_data": "the same of data and other data",
         "frechet_pixels": "Fréchet distance of pixels",
         "judge_accuracy": "share of test images that the judge gets right",
         "frechet": "Fréchet distance of its features, to training images",
         "frechet_of_data": "the same of as many test images",
         "class_entropy": "entropy of the classes it sees, nats",
         "class_entropy_of_data": "the same of test images",
         "confidence": "its mean confidence",
         "confidence_of_data": "the same of test images",
         "nearest": "squared distance to the nearest training image",
         "nearest_of_data": "the same of test images",
         "test_accuracy": "share of test images classified right",
         "nearest_mean_accuracy": "the same by the nearest mean image",
         "test_loss": "test loss, nats or half squared error an image",
         "test_squared_error": "test squared error an image",
         "corrupted_squared_error": "squared error of the corrupted test images",
         "mended_squared_error": "the same of what the model makes of them",
         "mean_activity": "mean activity of the code",
         "silent": "share of its numbers that are 0",
         "pca_test_squared_error": "the same of PCA with a code of that size"}


def add_parser(subparsers):
    parser = subparsers.add_parser(
        "evaluate", help="the test figures of a trained model", allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Compute the test figures of the model in a run's folder.",
        epilog="example:\n  scratchnets evaluate runs/autoencoder --json")
    parser.add_argument("run_folder", metavar="RUN", help="the folder that train left")
    parser.add_argument("--data", metavar="NAME", help="where the run's data lie now, or other data than its own")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--backend", metavar="NAME", help="numpy or cupy (default: the run's)")
    parser.add_argument("--dtype", metavar="NAME", help="float32 or float64 (default: the run's)")
    return parser


def run(arguments):
    from scratchnets.evaluation.figures import evaluate
    from scratchnets.evaluation.judge import beside
    run = Run.open(arguments.run_folder)
    run.use_backend(arguments.backend, arguments.dtype)
    model, data = run.model(), run.data(arguments.data, other=True)
    result = evaluate(model, data, **beside(run, model, data))
    print(json.dumps(result, indent=2) if arguments.json else describe(result))
    return 0


def describe(result):
    """The figures as lines of words and numbers."""
    width = max(len(WORDS.get(name, name)) for name in result)
    return "\n".join(f"{WORDS.get(name, name):<{width}}  {value:>10.3f}" if isinstance(value, float)
                     else f"{WORDS.get(name, name):<{width}}  {value:>10}" for name, value in result.items())
