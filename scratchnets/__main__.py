"""python -m scratchnets"""
import sys

from scratchnets.cli import main

sys.exit(main())
