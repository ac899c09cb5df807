"""How well asks are read: the share of wanted interests found, and readings nobody meant.

    python scripts/score_asks.py [--wrong] [asks_to_terms.json]

Without a file it takes `relevance/asks_to_terms.json` beside the folder of open data (ASSET_MAP_OPEN_DATA).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from asset_map.config import data_folder
from asset_map.match import Chip
from asset_map.match.ask import AskReader
from asset_map.search.embedder import open_embedder
from asset_map.taxonomy import load_taxonomy

CACHE = Path(tempfile.gettempdir()) / "asset-map-sayings"


def read_asks(arguments: list[str]) -> list[dict[str, Any]]:
    """The labelled asks."""
    named = [argument for argument in arguments if not argument.startswith("-")]
    if not named and not os.environ.get("ASSET_MAP_OPEN_DATA"):
        sys.exit("name a file of labelled asks, or set ASSET_MAP_OPEN_DATA to the folder of open data")
    path = Path(named[0]) if named else Path(os.environ["ASSET_MAP_OPEN_DATA"]).parent / "relevance/asks_to_terms.json"
    asks: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["asks"]
    return asks


def misses(ask: dict[str, Any], chips: list[Chip]) -> tuple[list[str], list[str], list[str], list[str]]:
    """(not read first, not in the first three, false readings, readings that no label asks for), as lines."""
    firsts = {chip.terms[0].id for chip in chips if chip.terms}
    threes = {reading.id for chip in chips for reading in chip.terms[:3]}
    wanted = {term for want in ask["want"] for term in want["any_of"]}
    return (
        [want["phrase"] for want in ask["want"] if firsts.isdisjoint(want["any_of"])],
        [want["phrase"] for want in ask["want"] if threes.isdisjoint(want["any_of"])],
        sorted(firsts & set(ask["not"])),
        sorted(firsts - wanted),
    )


def main(arguments: list[str]) -> None:
    """Print the figures, and with --wrong every miss."""
    asks = read_asks(arguments)
    embedder = None if "--words" in arguments else open_embedder("minilm")
    reader = AskReader(load_taxonomy(data_folder() / "interests"), embedder, CACHE)
    wanted = first = three = false = unasked = chips_in_all = 0
    for ask in asks:
        chips = [chip for chip in reader.read(ask["text"]) if chip.kind in ("interest", "strength")]
        missed, missed_three, wrong, extra = misses(ask, chips)
        wanted += len(ask["want"])
        first += len(ask["want"]) - len(missed)
        three += len(ask["want"]) - len(missed_three)
        false += bool(wrong)
        unasked += bool(extra)
        chips_in_all += len(chips)
        if "--wrong" in arguments and (missed or extra):
            print(f"{ask['id']} {ask['text']}")
            for chip in chips:
                print("      ", chip.kind, repr(chip.words), [(r.id, r.sure) for r in chip.terms])
            for mark, lines in (("first", missed), ("three", missed_three), ("FALSE", wrong), ("extra", extra)):
                print("".join(f"   {mark}: {line}\n" for line in lines), end="")
    print(f"{len(asks)} asks, {wanted} wanted interests, {chips_in_all} chips read")
    print(f"read first                      {first / wanted:.1%}")
    print(f"within a chip's first three     {three / wanted:.1%}")
    print(f"asks with a false reading       {false / len(asks):.1%}")
    print(f"asks with a reading not labelled {unasked / len(asks):.1%}")


if __name__ == "__main__":
    main(sys.argv[1:])
