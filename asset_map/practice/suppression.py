"""Which counts of unmet asks may be published, so that no small number can be worked out.

The asks for one interest term are counted twice, by where people live and by why nothing suited, and both ways add up
to one total. What is published:

* A count of 5 or more is shown. One of 0 to 4 is not: none cannot be told from a few, since "somebody here asked" may
  be too much to tell already.
* The total is shown only where it is 5 or more and every hidden count could, for all that is shown, still be any whole
  number from 0 to 4.
* Otherwise the total is left out. Where that is not enough, because the two ways of counting let on about each other,
  the reasons are left out too, all of them.

That is primary suppression of cells and secondary suppression of totals (L. H. Cox, "Suppression methodology and
statistical disclosure control", Journal of the American Statistical Association 75, 1980). Left-out totals cost less
than further left-out cells: "at least 40" still says what a commissioner needs. The choice rests on sums alone, so that
somebody who knows this method and tries every table finds each hidden count just as open; why that matters is said in
K. Kenthapadi, N. Mishra, K. Nissim, "Simulatable auditing", PODS 2005. Terms are never added up before suppression, so
no total joins two of them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

LARGEST_HIDDEN = 4
"""Counts up to this one are never shown, nor told from one another."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be published of the asks for one term; None is a number that is not shown.

    A hidden count is one of 0 to 4; but where no reason at all is shown, they may have been left out whatever they are.
    """

    by_area: tuple[int | None, ...]
    by_reason: tuple[int | None, ...]
    total: int | None

    @property
    def at_least(self) -> int:
        """The most that the shown numbers prove: the total, or else what is shown of it, added up."""
        if self.total is not None:
            return self.total
        return max(sum(filter(None, self.by_area)), sum(filter(None, self.by_reason)))


def suppress(by_area: Sequence[int], by_reason: Sequence[int]) -> Shown:
    """What may be published of the asks for one term; raises ValueError for counts that do not add up to one total."""
    total = sum(by_area)
    if total != sum(by_reason) or min((*by_area, *by_reason), default=0) < 0:
        raise ValueError("counts by area and by reason must be of the same asks")
    cells, hidden = _hidden(by_area)
    others, hidden_there = _hidden(by_reason)
    areas, reasons = _large(by_area), _large(by_reason)
    with_total = total > LARGEST_HIDDEN and _open([hidden], cells)
    if with_total and _open([hidden_there], others):
        return Shown(areas, reasons, total)
    # Without the total, what is shown of each tells how far the two hidden sums are apart, and no more than that.
    apart = hidden - hidden_there
    possible = [one for one in range(LARGEST_HIDDEN * others + 1) if 0 <= one + apart <= LARGEST_HIDDEN * cells]
    if _open([one + apart for one in possible], cells) and _open(possible, others):
        return Shown(areas, reasons, None)
    return Shown(areas, (None,) * len(by_reason), total if with_total else None)


def _open(sums: Collection[int], cells: int) -> bool:
    """Whether each of some hidden cells can be any of 0 to 4, when their sum is known to be one of `sums`."""
    rest = LARGEST_HIDDEN * (cells - 1)
    return not cells or all(any(0 <= one - value <= rest for one in sums) for value in range(LARGEST_HIDDEN + 1))


def _hidden(counts: Sequence[int]) -> tuple[int, int]:
    """How many counts are too small to show, and their sum."""
    small = [count for count in counts if count <= LARGEST_HIDDEN]
    return len(small), sum(small)


def _large(counts: Sequence[int]) -> tuple[int | None, ...]:
    return tuple(count if count > LARGEST_HIDDEN else None for count in counts)
