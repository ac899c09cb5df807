"""Every deliberate error has a status and an exit code of its own class."""

from __future__ import annotations

import pytest

from asset_map import errors

STATUS = {
    "AssetMapError": (500, 1),
    "BadInput": (400, 2),
    "BadSetting": (500, 2),
    "UnknownPlace": (404, 2),
    "EmptyAsk": (400, 2),
    "BadFacts": (500, 2),
    "RefusedFile": (422, 3),
    "NotFound": (404, 4),
    "Busy": (503, 5),
}


def every(kind: type[errors.AssetMapError]) -> list[type[errors.AssetMapError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in every(child))]


@pytest.mark.parametrize("kind", every(errors.AssetMapError), ids=lambda kind: kind.__name__)
def test_status_and_exit_code_are_those_of_the_class(kind: type[errors.AssetMapError]) -> None:
    made = kind("empty", "hull.csv is empty") if kind is errors.RefusedFile else kind("what is wrong")
    assert (made.status, made.exit_code) == STATUS[kind.__name__]
    assert made.message


def test_a_refused_file_says_why_in_a_stable_code() -> None:
    refused = errors.RefusedFile("empty", "hull.csv is empty; export it again")
    assert refused.code == "empty"
    assert refused.message == "hull.csv is empty; export it again"
