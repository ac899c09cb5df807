"""Vectors as bytes: quantised to int8, so that a million fit in 400 MB and a cosine is exact.

Of a vector only its direction counts, so each is stretched until its largest part is 127 and kept with its norm. The
query is quantised the same way. Then a dot product is a sum of whole numbers below 2**24, which float32 adds up without
error in any order: the same two vectors have the same cosine in any batch, row order and BLAS (widths up to 1040).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from asset_map.search import Vector

Rows = NDArray[Any]
"""Quantised vectors, a structured array with `norm` (float32) and `part` (int8, width)."""

CHUNK = 4096
"""Rows that are unpacked to float32 at once: 6 MB at a width of 384."""

BLAS_THREADS_FROM = 1 << 18
"""Multiplications from which OpenBLAS shares a matrix product out to threads."""


def row_type(width: int) -> np.dtype[Any]:
    """How a row lies in a file; a row of zeros is no vector."""
    return np.dtype([("norm", "<f4"), ("part", "i1", (width,))])


def quantise(vectors: Vector) -> Rows:
    """Rows for vectors, shape (n, width); a vector of zeros (or one with a NaN in it) has norm 0 and points nowhere."""
    finite = np.where(np.isfinite(vectors).all(axis=1, keepdims=True), vectors, 0.0)
    largest = np.abs(finite).max(axis=1, keepdims=True, initial=0.0)
    parts = np.rint(finite * (127.0 / np.where(largest > 0, largest, 1.0))).astype(np.int8)
    rows = np.zeros(len(vectors), dtype=row_type(vectors.shape[1]))
    rows["part"] = parts
    rows["norm"] = np.sqrt((parts.astype(np.int64) ** 2).sum(axis=1))
    return rows


def cosines(rows: Rows, numbers: NDArray[np.int64], probes: Rows) -> NDArray[np.float64]:
    """Cosine, shape (len(probes), len(numbers)), of each probe with the rows of these numbers; 0 with no vector."""
    found = np.zeros((len(probes), len(numbers)))
    wanted = np.ascontiguousarray(probes["part"].astype(np.float32).T)
    for start in range(0, len(numbers), CHUNK):
        chunk = rows[numbers[start : start + CHUNK]]
        dots = _products(chunk["part"].astype(np.float32), wanted).T.astype(np.float64)
        norms = probes["norm"].astype(np.float64)[:, None] * chunk["norm"].astype(np.float64)[None, :]
        found[:, start : start + CHUNK] = np.divide(dots, norms, out=np.zeros_like(dots), where=norms > 0)
    return np.clip(found, -1.0, 1.0, out=found)


def _products(parts: NDArray[np.float32], wanted: NDArray[np.float32]) -> NDArray[np.float32]:
    """parts @ wanted, in blocks too small for BLAS to start threads on.

    Its threads wait for each other in busy loops: on a machine with other work 8 ms in place of 0.3.
    """
    width, count = wanted.shape
    block = max(1, BLAS_THREADS_FROM // (width * count))
    whole = len(parts) // block * block
    result = np.empty((len(parts), count), dtype=np.float32)
    np.matmul(parts[:whole].reshape(-1, block, width), wanted, out=result[:whole].reshape(-1, block, count))
    np.matmul(parts[whole:], wanted, out=result[whole:])
    return result
