"""Where things lie in the repository."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
TESTS = ROOT / "tests"
DATA = TESTS / "data"
GOLDENS = TESTS / "goldens"
