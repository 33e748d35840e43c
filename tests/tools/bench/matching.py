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

DATA = Path(__file__).parents[2] / "data" / "dev-en.jsonl"
ROUNDS = 5
"""Times each message is matched; the best time of each counts, so that other processes disturb less."""
SIZES = (20, 60, 200)
NEW_ROWS = 800
"""Known words, pairs and letter groups that a further entry brings with its samples: what the last ones brought."""

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
    start = time.process_time()
    rank(text)
    return time.process_time() - start


def cost_at(entries: int) -> tuple[float, float]:
    """Return the median seconds a message takes with ``entries`` labels, and the classifier's megabytes.

    Its rows are the shipped English ones, and as many again of noise for each further twenty labels; a word's or a
    pair's weights are spread over as many labels as they are now.
    """
    from content.reading.digest import CONTENT_FOLDER
    from content.reading.layout import BUILT_FOLDER
    from intents.classifier.features import ngrams
    from intents.classifier.model import Classifier, Labels
    from intents.classifier.modelfile import MODEL_FILE, read_model
    from intents.classifier.rows import Rows
    from intents.classifier.vocabulary import Vocabulary
    from intents.reading import fold

    random = np.random.default_rng(0)
    texts = [json.loads(line)["text"] for line in DATA.read_text(encoding="utf-8").splitlines()]
    own = read_model(CONTENT_FOLDER / BUILT_FOLDER / MODEL_FILE).intents["en"]
    more = random.integers(0, 2**32, size=NEW_ROWS * (entries - SIZES[0]), dtype=np.uint32)
    names = np.unique(np.concatenate([own.vocabulary.names, more]))
    lengths = random.choice(own.weights.lengths.sum(axis=1, dtype=int), size=len(names))
    columns = len(own.offset) + entries - SIZES[0]
    weights = np.zeros((len(names), columns), dtype=np.float32)
    weights[np.arange(len(names)).repeat(lengths), random.integers(0, columns, size=lengths.sum())] = random.uniform(
        -1, 1, size=lengths.sum()
    )
    classifier = Classifier(
        labels=Labels.of([f"entry/{number}" for number in range(columns)]),
        vocabulary=Vocabulary.of(names, random.uniform(1, 10, len(names)).astype(np.float32), 10.0),
        weights=Rows.of(weights, np.ones(len(names), dtype=np.int8)),
        offset=np.zeros(columns),
    )
    best = [
        min(_timed(lambda text: classifier.probabilities(ngrams(fold(text))), text) for _ in range(ROUNDS))
        for text in texts
    ]
    return float(np.median(best)), sum(array.nbytes for array in classifier.to_arrays("one").values()) / 1e6


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
    for size, (cost, weight) in costs.items():
        print(f"    {size:>5} entries: {cost * 1e3:.3f} ms (x{cost / costs[SIZES[0]][0]:.1f}), {weight:.1f} MB")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))
    if len(sys.argv) > 1:
        print(json.dumps(measure(sys.argv[1])))
    else:
        main()
