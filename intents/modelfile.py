"""The model file: classifiers by language, the language identifier, and what they were trained from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from intents.model import Classifier

MODEL_FILE = "model.msgpack"
FORMAT = 4
"""Raised with every change to features or file layout, so that an old file is never misread."""


class ModelError(Exception):
    """The model cannot be used; the text says which command mends it."""


@dataclass(frozen=True, slots=True)
class Model:
    """Everything learnt: ``intents`` by language code, ``languages`` labelled with the codes."""

    intents: dict[str, Classifier]
    languages: Classifier
    words: dict[str, tuple[str, ...]]
    """The words of the samples by language code, the commonest first."""
    samples: str
    """The digest of the samples it was trained from."""


class StoredArray(msgspec.Struct, array_like=True, frozen=True):
    """An array as the file holds it: its bytes in C order."""

    kind: Literal["uint8", "int8", "uint32", "float16", "float32", "int64"]
    shape: tuple[int, ...]
    data: bytes

    @classmethod
    def of(cls, array: NDArray[Any]) -> StoredArray:
        """Return ``array`` to be stored."""
        return msgspec.convert((array.dtype.name, array.shape, np.ascontiguousarray(array).tobytes()), cls)

    def array(self) -> NDArray[Any]:
        """Return the array, read-only. Raises ValueError where shape and bytes do not fit."""
        return np.frombuffer(self.data, dtype=self.kind).reshape(self.shape)


def write_model(model: Model, path: Path) -> None:
    """Write ``model`` to ``path`` (MessagePack), byte for byte the same for the same model."""
    arrays = {"format": np.array([FORMAT]), "samples": np.frombuffer(model.samples.encode(), dtype=np.uint8)}
    arrays |= model.languages.to_arrays("languages")
    for code, classifier in model.intents.items():
        arrays |= classifier.to_arrays(f"intents.{code}")
        arrays[f"words.{code}"] = np.frombuffer(" ".join(model.words[code]).encode(), dtype=np.uint8)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(msgspec.msgpack.encode({name: StoredArray.of(array) for name, array in arrays.items()}))


def read_model(path: Path, samples: str | None = None) -> Model:
    """Return the model in ``path``; ``samples`` is the digest that it must have been trained from.

    Raises ModelError where the file is missing, unreadable, of another format or stale.
    """
    try:
        stored = msgspec.msgpack.decode(path.read_bytes(), type=dict[str, StoredArray])
        model = _from_arrays({name: item.array() for name, item in stored.items()})
    except FileNotFoundError:
        raise ModelError("there is no trained model: run `faqbot train`") from None
    except (OSError, KeyError, ValueError, IndexError, msgspec.MsgspecError):
        raise ModelError("the trained model cannot be read: run `faqbot train`") from None
    if samples is not None and model.samples != samples:
        raise ModelError("the samples have changed since the model was trained: run `faqbot train`")
    return model


def _from_arrays(arrays: Mapping[str, NDArray[Any]]) -> Model:
    if int(arrays["format"][0]) != FORMAT:
        raise ModelError("the trained model is of another version: run `faqbot train`")
    codes = [name.split(".")[1] for name in arrays if name.startswith("intents.") and name.endswith(".labels")]
    return Model(
        intents={code: Classifier.from_arrays(f"intents.{code}", arrays) for code in codes},
        languages=Classifier.from_arrays("languages", arrays),
        words={code: tuple(arrays[f"words.{code}"].tobytes().decode().split(" ")) for code in codes},
        samples=arrays["samples"].tobytes().decode(),
    )
