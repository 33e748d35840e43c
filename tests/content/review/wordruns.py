"""Runs of eight words, hashed, so that a text can be compared with one that is not here.

``python -m tests.content.review.wordruns SOURCE.txt > source-runs.txt`` made the file of the FAQ that the entries were
written anew from; that text itself is not part of the project.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

RUN = 8
HASH_BYTES = 5
"""With 5,000 runs of the source and 50,000 of the content, two different runs share a hash in one version of 4,000."""


def word_runs(text: str, length: int = RUN) -> Iterator[str]:
    """Yield every run of ``length`` words, in lower case, without accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text).casefold().replace("’", "'").replace("'", "")
    words = re.findall(r"[a-z0-9]+", "".join(char for char in plain if not unicodedata.combining(char)))
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])


def run_hash(run: str) -> str:
    """Return the short hash under which ``run`` is filed."""
    return hashlib.blake2b(run.encode(), digest_size=HASH_BYTES).hexdigest()


if __name__ == "__main__":
    found = {run_hash(run) for run in word_runs(Path(sys.argv[1]).read_text(encoding="utf-8"))}
    sys.stdout.write("\n".join(sorted(found)) + "\n")
