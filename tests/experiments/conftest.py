import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parent))

from scratchnets.experiments import reproduce


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A folder in the place of the book's results; empty."""
    monkeypatch.setattr(reproduce, "BOOK", tmp_path / "book")
    return tmp_path / "book"
