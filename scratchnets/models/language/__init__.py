"""Language models: p(next token | tokens before), by counting and by networks.

Each has ``length``, how many tokens it looks back; ``count``, how many tokens there are; and
``next_log_proba(contexts)``. That is all that evaluation and sampling need.
"""
from scratchnets.models.language.counts import BigramCounts
from scratchnets.models.language.kneser_ney import KneserNey
from scratchnets.models.language.networks import LanguageModel, bigram_softmax, mlp
from scratchnets.models.language.perplexity import nats_per_token, perplexity
from scratchnets.models.language.sampling import sample

__all__ = ["BigramCounts", "KneserNey", "LanguageModel", "bigram_softmax", "mlp", "nats_per_token", "perplexity",
           "sample"]
