"""The model file: classifiers by language, the language identifier, and what they were trained from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zlib import crc32

import msgspec
import numpy as np
from numpy.typing import NDArray

from content.reading.digest import samples_digest
from content.reading.writing import replace_file
from intents.classifier.model import Classifier, pack_text, unpack_text

MODEL_FILE = "model.msgpack"
FORMAT = 15
"""Raised with every change to features or file layout, so that an old file is never misread."""
CODE = (
    "classifier/features.py",
    "classifier/model.py",
    "classifier/rows.py",
    "classifier/vocabulary.py",
    "classifier/focus.py",
    "match.py",
    "spelling.py",
    "reading.py",
    "training/calibration.py",
    "training/everyday.py",
    "training/learning.py",
    "training/machines.py",
    "training/overlap.py",
    "training/points.py",
    "training/training.py",
    "training/vectors.py",
)
"""The modules that decide what a model is; a test holds the list to what training imports."""
CHECK_BYTES = 4
"""The CRC-32 at the end of the file: a damaged weight would go unnoticed and only answer worse."""


class ModelError(Exception):
    """The model cannot be used; the text says which command mends it."""


class Model(msgspec.Struct, frozen=True):
    """Everything learnt: ``intents`` by language code, ``languages`` labelled with the codes."""

    intents: dict[str, Classifier]
    languages: Classifier
    words: dict[str, tuple[str, ...]]
    """The words of the samples by language code, the commonest first."""
    samples: str
    """What it was made from, as :func:`recipe` names it."""
    everyday: dict[str, tuple[str, ...]] = {}
    """Words by language code that no sample has and that a near word of the samples must not replace."""
    alike: tuple[tuple[str, ...], ...] = ()
    """Groups of words that stand for each other in pairs of words."""
    together: dict[str, dict[str, int]] = {}
    """How many questions with several intents mean each intent, and which others besides."""


def recipe(root: Path) -> str | None:
    """Return a digest of what a model is made from: the samples below ``root``, and the code that learns from them.

    None where there are no samples: an installed bot has only the model made from them.
    """
    samples = samples_digest(root)
    if samples is None:
        return None
    digest = hashlib.sha256(samples.encode())
    for name in CODE:
        digest.update((Path(__file__).parent.parent / name).read_bytes())
    return digest.hexdigest()


class StoredArray(msgspec.Struct, array_like=True, frozen=True):
    """An array as the file holds it: its bytes in C order. A view, so that reading copies nothing."""

    kind: Literal["uint8", "uint16", "int8", "int32", "uint32", "float32", "float64", "int64"]
    shape: tuple[Annotated[int, msgspec.Meta(ge=0)], ...]
    data: memoryview

    @classmethod
    def of(cls, array: NDArray[Any]) -> StoredArray:
        """Return ``array`` to be stored."""
        return msgspec.convert((array.dtype.name, array.shape, np.ascontiguousarray(array).tobytes()), cls)

    def array(self) -> NDArray[Any]:
        """Return the array, not to be changed. Raises ValueError where shape and bytes do not fit."""
        found = np.frombuffer(self.data, dtype=self.kind).reshape(self.shape)
        # What lies askew in the file would be copied at every use.
        return np.require(found, requirements=["ALIGNED"])


def write_model(model: Model, path: Path) -> None:
    """Write ``model`` to ``path`` (MessagePack and its CRC-32), byte for byte the same for the same model."""
    arrays: dict[str, NDArray[Any]] = {"format": np.array([FORMAT], dtype=np.int64)}
    arrays["samples"] = pack_text(model.samples)
    arrays["alike"] = pack_text("\n".join(map(" ".join, model.alike)))
    arrays["together"] = pack_text(msgspec.json.encode(model.together, order="sorted").decode())
    arrays |= model.languages.to_arrays("languages")
    for code, classifier in model.intents.items():
        arrays |= classifier.to_arrays(f"intents.{code}")
        arrays[f"words.{code}"] = pack_text(" ".join(model.words[code]))
        arrays[f"everyday.{code}"] = pack_text(" ".join(model.everyday.get(code, ())))
    content = msgspec.msgpack.encode({name: StoredArray.of(array) for name, array in arrays.items()})
    replace_file(path, sealed(content))


def sealed(content: bytes) -> bytes:
    """Return ``content`` with its CRC-32 behind it, as a model file ends."""
    return content + crc32(content).to_bytes(CHECK_BYTES, "big")


def _opened(data: bytes) -> memoryview:
    """Return what :func:`sealed` sealed. Raises ValueError where it is not as it was."""
    content = memoryview(data)[:-CHECK_BYTES]
    if crc32(content).to_bytes(CHECK_BYTES, "big") != data[-CHECK_BYTES:]:
        raise ValueError("damaged")
    return content


def read_model(path: Path, samples: str | None = None) -> Model:
    """Return the model in ``path``; ``samples`` is the :func:`recipe` that it must have been made from.

    Raises ModelError where the file is missing, unreadable, of another format or stale.
    """
    try:
        stored = msgspec.msgpack.decode(_opened(path.read_bytes()), type=dict[str, StoredArray])
        model = _from_arrays({name: item.array() for name, item in stored.items()})
    except FileNotFoundError:
        raise ModelError("there is no trained model: run `faqbot train`") from None
    except (OSError, KeyError, ValueError, IndexError, msgspec.MsgspecError):
        raise ModelError("the trained model cannot be read: run `faqbot train`") from None
    if samples is not None and model.samples != samples:
        raise ModelError(
            "the samples have changed since the model was trained, or the code that learns: run `faqbot train`"
        )
    return model


def _from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Model:
    number = arrays["format"]
    if number.dtype != np.int64 or number.shape != (1,):
        raise ValueError("no format number")
    if number[0] != FORMAT:
        raise ModelError("the trained model is of another version: run `faqbot train`")
    codes = [name.split(".")[1] for name in arrays if name.startswith("intents.") and name.endswith(".labels")]
    return Model(
        intents={code: Classifier.from_arrays(f"intents.{code}", arrays) for code in codes},
        languages=Classifier.from_arrays("languages", arrays),
        words={code: tuple(unpack_text(arrays[f"words.{code}"]).split()) for code in codes},
        samples=unpack_text(arrays["samples"]),
        everyday={code: tuple(unpack_text(arrays[f"everyday.{code}"]).split()) for code in codes},
        alike=tuple(tuple(line.split()) for line in unpack_text(arrays["alike"]).splitlines()),
        together=msgspec.json.decode(unpack_text(arrays["together"]), type=dict[str, dict[str, int]]),
    )
