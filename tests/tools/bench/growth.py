"""What more samples cost: seconds of training, the model's size, the time a message takes.

Run by hand (``.venv/bin/python -m tests.tools.bench.growth``, some three minutes); each size in a process of its own.
Fewer samples than there are, are every so many of them; more are made by joining the first half of one sample with the
second half of another of the same intent and language, so that they bring pairs of words that no sample has.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from content.reading.digest import CONTENT_FOLDER
from content.reading.loader import read_draft
from content.reading.samples import Sample
from intents.classifier.modelfile import read_model, recipe, write_model
from intents.matcher import Matcher
from intents.training.learning import learn

SIZES = (25_000, 50_000, 75_000, 100_000)
ROUNDS = 5
"""Times each message is matched; the best time of each counts, so that other processes disturb less."""
DATA = Path(__file__).parents[2] / "data" / "dev-en.jsonl"


def resized(samples: Sequence[Sample], size: int) -> list[Sample]:
    """Return ``size`` samples: some of these, or these and crossings of pairs of them."""
    if size <= len(samples):
        return [samples[place * len(samples) // size] for place in range(size)]
    chance = np.random.default_rng(0)
    alike = defaultdict(list)
    for sample in samples:
        alike[sample.lang, sample.intent].append(sample)
    crossed = []
    for place in chance.permutation(len(samples))[: size - len(samples)]:
        one = samples[place]
        others = alike[one.lang, one.intent]
        first, second = one.text.split(), others[chance.integers(len(others))].text.split()
        text = " ".join(first[: -(-len(first) // 2)] + second[len(second) // 2 :])
        crossed.append(replace(one, text=text))
    return [*samples, *crossed]


def measure(size: int) -> dict[str, float]:
    """Return seconds of training, megabytes of the file and median milliseconds a message, with ``size`` samples."""
    draft = read_draft(CONTENT_FOLDER, datetime.now(tz=UTC).date())
    samples = resized(draft.samples, size)
    start = time.process_time()
    model = learn(samples, recipe(CONTENT_FOLDER), alike=draft.alike)
    seconds = time.process_time() - start
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model"
        write_model(model, file)
        megabytes = file.stat().st_size / 1e6
        matcher = Matcher(draft.catalogue, read_model(file))
    texts = [json.loads(line)["text"] for line in DATA.read_text(encoding="utf-8").splitlines()]
    best = sorted(min(_timed(matcher, text) for _ in range(ROUNDS)) for text in texts)
    return {"seconds": seconds, "megabytes": megabytes, "milliseconds": best[len(best) // 2] * 1e3}


def _timed(matcher: Matcher, text: str) -> float:
    start = time.process_time()
    matcher.match(text, "en")
    return time.process_time() - start


def main() -> None:
    """Measure each size and print a table, ratios beside the figures."""
    first: dict[str, float] = {}
    for size in SIZES:
        command = [sys.executable, "-m", "tests.tools.bench.growth", str(size)]
        found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        first = first or found
        figures = (f"{found[key]:.2f} {key} (x{found[key] / first[key]:.2f})" for key in found)
        print(f"{size:>7,} samples: {', '.join(figures)}", flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
