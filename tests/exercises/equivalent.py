"""Broken answers that are right nevertheless: what was changed computes the same, or what nobody asks about.

Each rule is (exercises, or None for all; a pattern; the reason). The pattern is searched in what
`reference_mutants` prints of a mutant: ``function: before → after   in   statement``.
"""
import re

WHOLE_NUMBERS = "reshape takes every negative extent for the one to work out"
A_CONVERSION = "only turns one kind of number, or of sequence, into another"
A_NUMBER = "the product of two vectors is one number, whichever comes first, and a factor may stand at either"
BROADCAST = "the axis of extent 1 that is left out comes back by broadcasting, or is the only other one"
KINK = "exactly at a kink either slope is a derivative; the task leaves it open, and no number is drawn there"
CORNER = "both branches give the same there"
EDGE = "rounding decides whether a distance is exactly the border; no task can ask for it"
NOT_NEGATIVE = "is never negative, so that nothing changes"
PLACEHOLDER = "fills places that are not used, or that are 0 whatever stands there"
FIRST_SHARE = "what is added to, or multiplied, is 0 or 1 at that moment"
CANCELS = "the same number taken from a whole row, or added to it, cancels"
SYMMETRIC = "a symmetric matrix, a trace of a product, or axes of one extent: the order does not matter"
SMALL_LOGITS = "keeps large logits from overflowing, which this task says that it does not ask"
WARNING_ONLY = "1/(1 + e^1000) is 0 as it should be, with a warning"
START = "where a search or a sum begins below its end, or a sum over nothing"
SAME_CHOICE = "what is left out, or asked for, is the default, or makes no difference to the values"
LONGER = "a longer frame or array, whose end is not read; or counts in units of which only the ratio matters"

VALUES = r"(value|penalty|loss|error|parameters|width|one_layer|counts|covered|high_quality|reverse_kl|auroc|share"

RULES = [
    (None, r"-?1 → -?2   in   .*reshape\(", WHOLE_NUMBERS),
    (None, r": (int|float|bool|list|tuple)\((.*)\) → \2(   in|$)", A_CONVERSION),
    (None, r"^" + VALUES + r"|new_v|r|h|behind|front|stops|beta|scale|fake|conserved) = (\||max\()", NOT_NEGATIVE),
    # who computes with the sign of a number, where the number itself or its slope is asked for
    (("leaky_relu_backward", "l1_activity", "two_layer_network", "generator_step", "image_generator_step",
      "r1_two_layers"), r"(>|<) 0 → .* (>=|<=) 0 ", KINK),
    (("leaky_relu_backward",), r"select: (y <= 0 → (y < 0|True)|0 → 1) ", KINK),
    (("adversarial_gradients",), r"(a < 1 → a <= 1|t < 1 → t <= 1|1 - a > 0 → 1 - a >= 0) ", KINK),
    (("adversarial_gradients",), r"by_sign: 0 → -?1   in .*heaviside", KINK),
    (("r1_two_layers",), r"einsum: 0 → -?1   in   m = np.heaviside", KINK),
    (("l1_activity",), r"weight \* np.sign\(x\) → weight / np.sign\(x\)", KINK),
    (("perfect_copier",), r" > 0 → .* >= 0 ", CORNER),
    (("binary_cross_entropy_with_logits",), r"(a > 0 → a >= 0|>= 0 → .* > 0) ", CORNER),
    (("adversarial_gradients",), r"t (>|>=) 0 → t (>=|>) 0 ", CORNER),
    (("adversarial_gradients",), r"number_by_number: (0 → -?1|t > 0 → True|1 / \(1 \+ np.exp\(-t\)\) if)",
     WARNING_ONLY),
    (("adversarial_gradients",), r"clipped: 700 → (699|701|1400) ", WARNING_ONLY),
    (("adversarial_gradients",), r"0 \* b → 0 / b ", FIRST_SHARE),
    (("binary_cross_entropy_with_logits",), r"by_sign: 0 → -?1   in   positive", CORNER),
    (("count_modes",), r"<= .* → .* < .*3 \* std|<= 9 \* std.* → .* < 9", EDGE),
    # vectors, matrices, axes
    (("two_layer_network", "mend_batch_norm", "lda_weights", "softmax_backward", "batch_norm_backward",
      "layer_norm_backward", "masked_linear_autoencoder", "image_batch_norm_backward", "beta_of_a_mean",
      "generator_step", "r1_two_layers", "spectral_norm_backward"), r" @ .* → .* @ ", A_NUMBER),
    (("batch_norm_backward", "layer_norm_backward", "masked_linear_autoencoder"), r"\.T → (slopes|W) ", SYMMETRIC),
    (("conv2d_backward", "conv_transpose2d_backward"), r"loops: (0 → 1|1 → 0)   in   .*W.shape", SYMMETRIC),
    (("conv_transpose2d_backward",), r"as_a_matrix: (1 → 0|2 → 1)   in .*sum\(axis=2\)", SYMMETRIC),
    (("batch_norm_backward",), r"sums: .*keepdims=True\) → .*\(.*axis=0\) |sums: True → False", BROADCAST),
    (("kl_sparsity",), r"one_fraction: (np.sum\(x, axis=0, keepdims=True\)|True) → ", BROADCAST),
    (("softmax_cross_entropy",), r"differences_of_logits: (np.logaddexp|True|value.reshape)", BROADCAST),
    (("softmax_backward", "mend_softmax_cross_entropy"), r": -1 → 1   in ", BROADCAST),
    (("softmax_backward", "softmax_cross_entropy", "responsibilities"), r": 0 → -1   in .*(\[:, 0\]|\[\.\.\., 0\])",
     BROADCAST),
    (("count_modes",), r"with_where: 0 → -1   in .*\[:, 0\]", BROADCAST),
    # constants that are not seen
    (("dense_backward",), r"in_place_on_copies: .*dy \*= 0", "changes a copy that is not used afterwards"),
    (("dense_backward",), r"reversed\(range\(len\(x\)\)\) → range", "a sum in another order"),
    (("dense_backward",), r"plain_lists: 0 → -?1   in .*W\[0\]", SYMMETRIC),
    (("mend_dense", "mend_sampler", "tied_dense_backward"), r" \+= .* → .* = ", FIRST_SHARE),
    (("conv2d_backward",), r"0 \* framed → 0 / framed", "0 / x is 0 as well, where x is not"),
    (("conv2d_backward",), r"columns: dy.reshape\(-1, M\) → dy ", WHOLE_NUMBERS),
    (("conv2d_backward",), r"gathered: .*apart", LONGER),
    (("im2col_backward",), r": 2 → (3|4)   in   framed = ", LONGER),
    (("im2col_backward",), r"numbered: 0 → -?1   in .*x\[0\].size", SYMMETRIC),
    (("image_batch_norm_backward",), r": 0 → -?1   in   n = x\[\.\.\., 0\].size", SYMMETRIC),
    (("max_pool2d_backward",), r"pixel_by_pixel: 1 → 2   in   at = ", LONGER),
    (("image_generator_step",), r"image_by_image: 1 → 2   in .*n \+ 1", LONGER),
    (("image_generator_step",), r"by_matrices: w.reshape\(-1\) → w ", "np.outer flattens by itself"),
    (("image_generator_step",), r"need_dW=False\) → |step: False → True ", SAME_CHOICE),
    (("bigram_gradient",), r"by_counts: 1 → 2   in   np.add.at\(counts", LONGER),
    (("count_modes",), r"with_where: 1 → 2   in   (np.add.at|terms = )", LONGER),
    (("count_modes",), r"one_hot: .* in   squared = \(samples \*\* 2\)", CANCELS),
    (("count_modes",), r"np.bincount\(nearest.*\) → np.bincount\(nearest\)|len\(centres\) → 1   in   q = ",
     "modes without samples at the end count 0 log 0 = 0"),
    (("count_modes",), r"1e-300 → ", PLACEHOLDER),
    (("gradient_penalty",), r"in   slope = np.where\(norm > 0, 1 - 1 / np.where|1e-300 → |directions_first",
     PLACEHOLDER),
    (("gradient_penalty",), r"1 → 2   in   direction = ", PLACEHOLDER),
    (("kmeans_update",), r"one_hot: 1 → 0 |len\(centers\) → 1   in   sums = ", PLACEHOLDER),
    (("kmeans_update",), r"point_by_point: (point if|seen\[j\] == 1 → False|1 → 0)",
     "the first point of a cluster: new + (point − new)/1 is the point"),
    (("reparameterized_gradient",), r"dy \* 1.0 → dy", FIRST_SHARE),
    (("gaussian_kl",), r"from_the_general_formula: .*(s2|m\b)", "with the prior's mean 0 and variance 1"),
    (("kl_sparsity",), r"dx \+ np.zeros", FIRST_SHARE),
    (("mend_softmax_cross_entropy",), r"mended: .* in   e = np.exp", SMALL_LOGITS),
    (("softmax_backward",), r"centred_first: .*dy.mean", CANCELS),
    (("responsibilities",), r"np.errstate\(over='ignore'\)", SAME_CHOICE),
    (("embedding_backward",), r"sorted_runs: np.(argsort|add.reduceat)", SAME_CHOICE),
    (("auroc_with_ties",), r"np.searchsorted\(ordered, anomalous, side='left'\)", SAME_CHOICE),
    (("masked_linear_autoencoder",), r"np.linalg.lstsq", SAME_CHOICE),
    (("spectral_norm_backward",), r"full_matrices=False|by_decomposition: False → True", SAME_CHOICE),
    (("match_parameters",), r"by_making_layers: |by_search: 1 → |loops: 0 → -?1 ", START),
    (("pack_backward",), r"q // m → -\(-q // m\)", "m divides q"),
    (("defend_a_choice",), r"figures \* signs → figures / signs", "signs are 1 and −1"),
    (("find_the_bug",), r"-False\)", "−False is 0, too"),
]


def is_equivalent(exercise, survivor):
    """Whether a rule covers it."""
    return any((names is None or exercise in names) and re.search(pattern, survivor)
               for names, pattern, _ in RULES)


def used(survivors):
    """The rules that cover one of these (exercise, survivor)."""
    return [rule for rule in RULES if any((rule[0] is None or exercise in rule[0]) and re.search(rule[1], survivor)
                                          for exercise, survivor in survivors)]
