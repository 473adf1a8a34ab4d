"""The stored results of long trainings agree with figures from elsewhere."""
import json
from pathlib import Path

import numpy as np
import pytest

EXPERIMENTS = Path(__file__).parents[2] / "notebooks" / "experiments"
# Squared errors an image on the test digits, from the same networks in PyTorch with its own initialisation.
IN_PYTORCH = {("autoencoder", 2, "squared-error"): 34.1, ("autoencoder", 10, "squared-error"): 15.1,
              ("autoencoder", 30, "squared-error"): 9.8, ("autoencoder", 2, "cross-entropy"): 33.9,
              ("autoencoder", 10, "cross-entropy"): 14.6, ("autoencoder", 30, "cross-entropy"): 9.4,
              ("tied", 30, None): 29.5}


@pytest.mark.parametrize("network", IN_PYTORCH, ids=str)
def test_autoencoders_end_where_those_in_pytorch_do(network):
    parts = json.loads((EXPERIMENTS / "autoencoders_on_digits.json").read_text())
    ends = [row["test"][-1] for rows in parts.values() for row in rows
            if (row["model"], row["latent"], row.get("loss")) == network]
    assert len(ends) == 3
    assert np.mean(ends) == pytest.approx(IN_PYTORCH[network], rel=0.03)
