"""``make bench``: the matcher beside other ways of matching, then the service beside bare bots."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PARTS = ("matching.py", "service.py")


def main() -> int:
    """Run both parts, each in a process of its own; return the first exit code that is not 0."""
    here = Path(__file__).parent
    return next(
        (
            code
            for part in PARTS
            if (code := subprocess.run([sys.executable, str(here / part)], check=False).returncode)
        ),
        0,
    )


if __name__ == "__main__":
    sys.exit(main())
