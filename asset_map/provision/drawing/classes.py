"""Classes of a map: numbers put into a few groups that a legend can name."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

MOST = 5
"""More shades than this cannot be told apart in print."""
_SAMPLE = 200
"""Fisher-Jenks takes the square of the number of values: 3 seconds for 1,500, and 0.05 for 200."""


@dataclass(frozen=True, slots=True)
class Classes:
    """Numbers in classes, lowest first.

    `breaks` are the lower ends of all classes but the first, and rise; `labels` name the classes; `of` is the class of
    each value, from 0, None where a value is not known.
    """

    breaks: tuple[float, ...]
    labels: tuple[str, ...]
    of: tuple[int | None, ...]

    def class_of(self, value: float) -> int:
        """The class of a value, from 0: the number of breaks it reaches."""
        return sum(value >= lower for lower in self.breaks)


def classify(values: Iterable[float | None], say: Callable[[float], str], most: int = MOST) -> Classes:
    """Natural breaks (Fisher-Jenks), moved to the roundest number that parts the same values.

    Fewer distinct values than `most` make fewer classes, and no known value makes none. `say` writes a value. Classes
    hold the same numbers for any order of the values. Source: Fisher (1958), Journal of the American Statistical
    Association 53(284), 789-798.
    """
    given = [None if value is None or math.isnan(value) else float(value) for value in values]
    known = np.sort(np.array([value for value in given if value is not None]))
    breaks = _breaks(known, most) if len(known) else ()
    labels = _labels(breaks, known, say) if len(known) else ()
    found = Classes(breaks, labels, ())
    return replace(found, of=tuple(None if one is None else found.class_of(one) for one in given))


def _breaks(known: np.ndarray[tuple[int], np.dtype[np.float64]], most: int) -> tuple[float, ...]:
    from mapclassify import FisherJenks  # here, because it takes seconds to import

    # It says so each time, and means only that it takes longer.
    warnings.filterwarnings("ignore", message="Numba not installed")
    distinct = np.unique(known)
    if len(distinct) <= most:
        uppers = distinct
    else:
        sample = known if len(known) <= _SAMPLE else np.quantile(known, np.linspace(0, 1, _SAMPLE), method="nearest")
        uppers = np.unique(FisherJenks(sample, k=min(most, len(np.unique(sample)))).bins)
    above = distinct[np.searchsorted(distinct, uppers[:-1], side="right")]
    return tuple(_roundest(float(low), float(high)) for low, high in zip(uppers[:-1], above, strict=True))


def _roundest(low: float, high: float) -> float:
    """The number in (low, high] with the fewest digits; the largest where several have as few."""
    for power in range(math.floor(math.log10(max(abs(low), abs(high)))), -12, -1):
        for step in (5, 1):
            found = math.floor(round(high / 10.0**power, 9) / step) * step * 10.0**power
            rounded = round(found, max(0, -power))
            if low < rounded <= high:
                return rounded
    return high


def _labels(
    breaks: Sequence[float], known: np.ndarray[tuple[int], np.dtype[np.float64]], say: Callable[[float], str]
) -> tuple[str, ...]:
    if not breaks:
        low, high = say(float(known[0])), say(float(known[-1]))
        return (low if low == high else f"{low} to {high}",)
    between = [f"{say(low)} to less than {say(high)}" for low, high in pairwise(breaks)]
    return (f"Less than {say(breaks[0])}", *between, f"{say(breaks[-1])} or more")
