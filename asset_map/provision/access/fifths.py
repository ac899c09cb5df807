"""Fifths of people, not of areas: who has least, and who needs most. Shapes are (areas,); nan is not enough data."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
FIFTH = 0.2
DECIMALS = 9
"""Values that are equal to so many decimals tie: the order of adding up must not decide who is lowest."""


def lowest_fifth(people: Floats, values: Floats) -> Flags:
    """The areas below which, strictly, less than a fifth of all people live.

    Areas that tie are in together or out together. When more than a fifth of people have nought, all who have nought
    are lowest; when everyone has the same, everyone is. Areas without people or without a value are never in.
    """
    return _lowest(people, values, values)


def highest_fifth(people: Floats, values: Floats) -> Flags:
    """The areas above which, strictly, less than a fifth of all people live."""
    return _lowest(people, -values, -values)


def lowest_if_changed(people: Floats, values: Floats, changed: Floats) -> Flags:
    """For each area, whether it is in the lowest fifth when it alone has the value in `changed`."""
    return _lowest(people, values, changed)


def _lowest(people: Floats, values: Floats, changed: Floats) -> Flags:
    known = (people > 0) & np.isfinite(values) & np.isfinite(changed)
    flags = np.zeros(len(people), dtype=np.bool_)
    weight, held, own = people[known], np.round(values[known], DECIMALS), np.round(changed[known], DECIMALS)
    order = np.argsort(held, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(weight[order])])[np.searchsorted(held[order], own, side="left")]
    below -= np.where(held < own, weight, 0.0)  # an area is never among those below itself
    flags[known] = below < FIFTH * weight.sum() * (1 - 1e-12)
    return flags


def lower_than(coverage: Floats) -> Floats:
    """For each area the share of the other areas with a strictly higher coverage; nan where there are no others."""
    known = np.isfinite(coverage)
    held = np.sort(np.round(coverage[known], DECIMALS))
    found = np.full(len(coverage), np.nan)
    if len(held) > 1:
        higher = len(held) - np.searchsorted(held, np.round(coverage[known], DECIMALS), side="right")
        found[known] = higher / (len(held) - 1)
    return found
