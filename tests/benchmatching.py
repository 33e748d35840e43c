"""How our matcher compares with other ways of matching: each in a process of its own, one after the other.

Run by ``make bench``. Accuracy is strict top-1 over the English dev set's questions (tests/data/dev-en.jsonl).
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent / "data" / "dev-en.jsonl"
ROUNDS = 5
"""Times each message is matched; the best time of each counts, so that other processes disturb less."""
SIZES = (20, 200, 2_000)

Ranker = Callable[[str], str]


def ours() -> Ranker:
    """The bot's matcher as it ships."""
    from content.reading.compiled import load_catalogue
    from intents.matcher import open_matcher

    matcher = open_matcher(load_catalogue())
    return lambda text: f"entry/{matcher.match(text, 'en').candidates[0].slug}"


def nearest_by(scorer_name: str) -> Ranker:
    """The entry of the nearest sample by one of rapidfuzz's ratios."""
    from rapidfuzz import fuzz, process, utils

    texts, labels = _entry_samples()
    scorer = getattr(fuzz, scorer_name)
    choices = [utils.default_process(text) for text in texts]

    def rank(text: str) -> str:
        found = process.extractOne(text, choices, scorer=scorer, processor=utils.default_process)
        return labels[found[2]]

    return rank


def nearest_tfidf() -> Ranker:
    """The entry of the nearest sample by the cosine of TF-IDF values of words and letters."""
    union, labels, data = _tfidf()
    return lambda text: labels[int((data @ union.transform([text]).T).toarray().ravel().argmax())]


def logistic_regression() -> Ranker:
    """scikit-learn's TF-IDF and multinomial logistic regression on the same samples."""
    from sklearn.linear_model import LogisticRegression

    union, labels, data = _tfidf()
    model = LogisticRegression(C=10, max_iter=150).fit(data, labels)
    return lambda text: str(model.predict(union.transform([text]))[0])


RANKERS: dict[str, Callable[[], Ranker]] = {
    "ours": ours,
    "rapidfuzz WRatio, nearest sample": lambda: nearest_by("WRatio"),
    "rapidfuzz token_set_ratio, nearest sample": lambda: nearest_by("token_set_ratio"),
    "TF-IDF, nearest sample": nearest_tfidf,
    "scikit-learn TF-IDF + logistic regression": logistic_regression,
}


def _entry_samples() -> tuple[list[str], list[str]]:
    from content.reading.digest import CONTENT_FOLDER
    from content.reading.samples import read_samples

    own = [s for s in read_samples(CONTENT_FOLDER) if s.lang == "en" and s.intent.startswith("entry/")]
    return [sample.text for sample in own], [sample.intent for sample in own]


def _tfidf() -> tuple[Any, list[str], Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    texts, labels = _entry_samples()
    union = make_union(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2),
    )
    return union, labels, union.fit_transform(texts)


def measure(name: str) -> dict[str, float]:
    """Return one ranker's accuracy, times in seconds and peak memory in MiB. Runs in this process."""
    start = time.perf_counter()
    rank = RANKERS[name]()
    load = time.perf_counter() - start
    rows = [json.loads(line) for line in DATA.read_text(encoding="utf-8").splitlines()]
    slugs = _slugs()
    questions = [(row["text"], {f"entry/{slugs[n]}" for n in row["gold"]}) for row in rows if row["kind"] == "faq"]
    right = sum(rank(text) in gold for text, gold in questions)
    best = [min(_timed(rank, text) for _ in range(ROUNDS)) for text, _ in questions]
    return {
        "accuracy": right / len(questions),
        "median": float(np.median(best)),
        "p99": float(np.quantile(best, 0.99)),
        "load": load,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _slugs() -> dict[int, str]:
    from content.reading.compiled import load_catalogue

    return {entry.number: entry.slug for entry in load_catalogue().edition("en").entries.values()}


def _timed(rank: Ranker, text: str) -> float:
    start = time.perf_counter()
    rank(text)
    return time.perf_counter() - start


def cost_at(entries: int) -> float:
    """Return the median seconds a message takes with ``entries`` labels, 100 n-grams for each, at random weights."""
    from intents.classifier.features import ngrams
    from intents.classifier.model import Calibration, Classifier, Labels
    from intents.reading import fold

    random = np.random.default_rng(0)
    texts = [json.loads(line)["text"] for line in DATA.read_text(encoding="utf-8").splitlines()]
    real = np.concatenate([ngrams(fold(text)).names for text in texts])
    noise = random.integers(0, 2**32, size=100 * entries + 20_000, dtype=np.uint32)
    names = np.unique(np.concatenate([real, noise]))
    classifier = Classifier(
        labels=Labels.of([f"entry/{number}" for number in range(entries)]),
        names=names,
        idf=np.ones(len(names), dtype=np.float32),
        weights=random.integers(-127, 127, size=(len(names), entries), dtype=np.int8),
        scale=np.ones(entries, dtype=np.float32),
        offset=np.zeros(entries, dtype=np.float32),
        calibration=Calibration(1.0, 0.0, np.zeros(0, dtype=np.float32)),
    )
    return float(
        np.median(
            [
                min(_timed(lambda text: classifier.probabilities(ngrams(fold(text))), text) for _ in range(ROUNDS))
                for text in texts
            ]
        )
    )


def main() -> None:
    """Measure every ranker in a process of its own and print one table, ratios beside the figures."""
    print("matching: strict accuracy on tests/data/dev-en.jsonl; times and memory beside ours (x)")
    first: dict[str, float] = {}
    for name in RANKERS:
        done = subprocess.run([sys.executable, __file__, name], capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        first = first or found
        print(
            f"  {name:<42} {found['accuracy']:.1%}  median {found['median'] * 1e3:.2f} ms"
            f" (x{found['median'] / first['median']:.1f})  p99 {found['p99'] * 1e3:.2f} ms"
            f"  load {found['load']:.2f} s (x{found['load'] / first['load']:.1f})"
            f"  peak {found['memory']:.0f} MiB (x{found['memory'] / first['memory']:.1f})"
        )
    costs = {size: cost_at(size) for size in SIZES}
    print("  our classifier's cost a message, beside that at 20 entries:")
    for size, cost in costs.items():
        print(f"    {size:>5} entries: {cost * 1e3:.2f} ms (x{cost / costs[SIZES[0]]:.1f})")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
