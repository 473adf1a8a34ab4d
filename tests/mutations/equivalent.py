"""Mutants that no gradient tells from the original: (function, mutant, how often, reason).

They compute the same, or differ only in one place, where the test that is named looks. A mutant that
nobody notices is either here or a gap in the checks.
"""

COSTS_ONLY = "computes what is not asked for and throws it away"
FACTOR_ZERO = "fills places whose factor is 0, or that one extreme prediction which tests/losses visits"
RUNNING = "goes into the running averages alone, which tests/layers/test_normalization.py computes"
FAR_OUT = "differs where the sigmoid has rounded to 0 or 1; tests/layers/test_float32.py sees that nothing overflows"
HELD = "which vectors W is divided by: tests/layers/test_spectral.py holds some that are not the leading ones"
NUMBER = "one number, whichever factor comes first"
ZERO_VECTOR = "divides a vector of length 0 alone, as tests/layers/test_spectral.py does"

EQUIVALENT = [
    ("GaussianNoise.disturb_backward", "gaussian_noise_backward(dy) → dy", 1, "the function returns dy"),
    ("BatchNorm.backward", "1 → 2   in   rows = dy.reshape(-1, self.features)",
     1, "reshape reads every negative extent as the one to work out"),
    ("BatchNorm.backward", "need_dx and training → need_dx", 1, COSTS_ONLY),
    ("BatchNorm.backward", "need_dx and training → training", 1, COSTS_ONLY),
    ("standardize", "return (u, rstd, mean, var) → return (u, rstd, -mean, var)", 1, RUNNING),
    ("standardize", "return (u, rstd, mean, var) → return (u, rstd, mean, -var)", 1, RUNNING),
    ("l1_activity", "scale * xp.sign(x) → scale / xp.sign(x)",
     1, "a sign is its own reciprocal; at 0, where it is not, tests/layers/test_penalty.py looks"),
    ("cross_entropy", "1 → 2   in   likelihood = xp.where(target > 0, prediction, 1)", 1, FACTOR_ZERO),
    ("binary_cross_entropy", "0 → 1   in   log_zero = ", 1, FACTOR_ZERO),
    ("binary_cross_entropy", "1 → 2   in   log_zero = ", 1, FACTOR_ZERO),
    ("gaussian_kl", "prior_mean is None and prior_log_var is None → prior_", 2,
     "half a prior is to be refused, says tests/test_bad_input.py"),
    ("Dense.backward", "self.b and (not self._along_v) → self.b", 1,
     "that no bias takes part in the gradient of a tangent is tested in tests/layers/test_tangent.py"),
    ("spectral_normalize", "singular or leading(W) → leading(W)", 1, HELD),
    ("spectral_normalize_backward", "singular or leading(W) → leading(W)", 1, HELD),
    ("spectral_normalize", "u @ W @ v → v @ (u @ W)", 1, NUMBER),
    ("spectral_normalize_backward", "u @ W @ v → v @ (u @ W)", 1, NUMBER),
    ("unit", "norm + (norm == 0) → norm", 2, ZERO_VECTOR),
    ("unit", "0 → 1   in   return (exact / (norm", 1, ZERO_VECTOR),
    ("sum_over_pixels", "0 → 1   in   return dy.sum(axis=0)", 1, "the same sum in another order"),
    ("maxima", "len(x) → 1", 1, "the places of the first pixel are all 0, and broadcast to the batch"),
    ("frame", "ph or pw → ph", 1, "tests/layers/test_properties.py pads one side alone"),
    ("framed_zeros", "return xp.zeros(", 1, "0 is −0"),
    ("framed_zeros", "2 * ph → 2", 1, "a frame that is too wide; what lies beyond it is cut off and never filled"),
    ("softmax", "below_largest(x) → x ", 1,
     "a constant added to all x cancels; that nothing overflows is tested in tests/layers/test_activations.py"),
    ("sigmoid", "xp.clip(x, -1000, 88) → x ", 1, FAR_OUT),
    ("sigmoid", "88 → 89 ", 1, FAR_OUT),
    ("sigmoid", "1000 → 1001 ", 1, FAR_OUT),
]

STALE_WITHOUT_HARM = {
    "Identity": "keeps nothing",
    "Upsample2D": "keeps nothing",
    "Pack": "keeps the shape of x, which only a tangent asks for",
    "AvgPool2D": "keeps the size of the images, which no check changes",
    "GaussianNoise": "its backward does not use the noise it keeps",
}
