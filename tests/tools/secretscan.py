"""Looks for secrets in files: the shapes of this bot's own and of the commonest others. Needs no network.

Names of files come on standard input, ended by zero bytes (``git ls-files -z``). What was made up for tests and
reviewed stands in ``.secrets.allowed``, by file and digest; ``--accept`` writes that list anew. No secret is printed.
"""

from __future__ import annotations

import hashlib
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ALLOWED = Path(".secrets.allowed")
LEAST_BITS = 3.0
"""Entropy a character from which a value that is called a secret looks like one, not like a word."""

SHAPES = {
    "Slack token": r"xox[a-z](?:\.xox[a-z])?-[0-9A-Za-z-]{20,}",
    "Slack app token": r"xapp-\d-[0-9A-Z]+-\d+-[0-9a-z]{16,}",
    "Slack webhook": r"hooks\.slack\.com/(?:services|workflows)/[0-9A-Za-z/]{20,}",
    "Telegram token": r"\b\d{8,10}:[0-9A-Za-z_-]{35}\b",
    "Fernet key": r"(?<![0-9A-Za-z_/+=-])[0-9A-Za-z_-]{43}=(?![0-9A-Za-z=])",
    "private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----",
    "password in an address": r"\b[a-z][a-z0-9+]*://[^\s:/@\"'`{}<>]*:(?P<value>[^\s:/@\"'`{}<>]+)@",
    "AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "Google key": r"\bAIza[0-9A-Za-z_-]{35}\b",
    "GitHub token": r"\b(?:gh[pousr]_[0-9A-Za-z]{36,}|github_pat_[0-9A-Za-z_]{40,})",
    "GitLab token": r"\bglpat-[0-9A-Za-z_-]{20,}",
    "PyPI token": r"\bpypi-[0-9A-Za-z_-]{50,}",
    "npm token": r"\bnpm_[0-9A-Za-z]{36}\b",
    "Stripe key": r"\b[rs]k_live_[0-9A-Za-z]{20,}",
    "SendGrid key": r"\bSG\.[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}",
    "web token": r"\beyJ[0-9A-Za-z_-]{10,}\.eyJ[0-9A-Za-z_-]{10,}\.[0-9A-Za-z_-]{10,}",
    "value called secret": (
        r"(?i:secret|token|passw(?:or)?d|passwd|(?:api|encryption|private)_?key)\w*[\"']?\s*[:=]\s*[\"']?"
        r"(?P<value>(?=[0-9A-Za-z+/_-]*\d)[0-9A-Za-z+/_-]{20,}=*)(?![0-9A-Za-z+/_.(-])"
    ),
}
PATTERNS = {name: re.compile(shape) for name, shape in SHAPES.items()}


@dataclass(frozen=True, slots=True)
class Found:
    """A secret, without itself."""

    file: str
    line: int
    shape: str
    digest: str

    @property
    def reviewed(self) -> str:
        """Its line in the list of what was reviewed, wherever in the file it moves."""
        return f"{self.digest} {self.shape}: {self.file}"


def scan(file: str, text: str) -> Iterator[Found]:
    """Yield each secret in ``text``."""
    for number, line in enumerate(text.split("\n"), 1):
        for shape, pattern in PATTERNS.items():
            for match in pattern.finditer(line):
                value = match.groupdict().get("value") or match[0]
                if shape != "value called secret" or bits(value) >= LEAST_BITS:
                    yield Found(file, number, shape, hashlib.sha256(value.encode()).hexdigest()[:16])


def bits(value: str) -> float:
    """Return the entropy of a character of ``value``."""
    counts = Counter(value).values()
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts)


def main(names: list[str], accept: bool) -> int:
    """Scan the files; return 1 where one holds a secret that nobody reviewed."""
    files = [name for name in names if Path(name).is_file() and name != ALLOWED.name]
    found = [secret for name in files for secret in scan(name, Path(name).read_text("utf-8", errors="replace"))]
    if accept:
        lines = sorted({secret.reviewed for secret in found}, key=lambda line: line.partition(": ")[2] + line)
        ALLOWED.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return 0
    allowed = set(ALLOWED.read_text(encoding="utf-8").splitlines()) if ALLOWED.is_file() else set()
    new = [secret for secret in found if secret.reviewed not in allowed]
    for secret in new:
        sys.stdout.write(f"{secret.file}:{secret.line}: looks like a secret ({secret.shape})\n")
    if new:
        sys.stdout.write("take it out and revoke it; if it is made up, `make known-secrets` and review the diff\n")
    return int(bool(new))


if __name__ == "__main__":
    sys.exit(main([name for name in sys.stdin.read().split("\0") if name], "--accept" in sys.argv))
