"""Load Trafford, Worcestershire, Leicester, Birmingham and Norfolk from a folder of open data, to look at their gaps.

python scripts/load_open_areas.py FOLDER          (into ASSET_MAP_HOME; `make open-areas` has one of its own)

Boundaries, population, disability, deprivation, rural or urban; public libraries for all, every list for Trafford.
Loading again changes nothing. It runs the commands that it shows, which anybody can type.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PLACES = ("Trafford", "Worcestershire", "Leicester", "Birmingham", "Norfolk")
SETS = (("lsoa", "2021", "LSOA21"), ("ward", "2025", "WD25"))
PROFILES = (
    "population/lsoa21_census2021_age_bands.csv.gz",
    "population/lsoa21_census2021_disability.csv.gz",
    "deprivation/imd2025_england_lsoa21.csv.gz",
    "geography/lookups/lsoa21_rural_urban_2021.csv.gz",
)
LISTS = ("council_lists/libraries/libraries_england_2023.csv", "council_lists/trafford_greater_manchester/*.csv")
SOME_LEFT_OUT = 3
"""What `asset-map load` ends with where a list is left out by its manifest, as two of Trafford's are."""


def commands(folder: Path) -> Iterator[list[str]]:
    """What is run, in order: boundaries before assets, so that each asset is placed as it comes."""
    for place in PLACES:
        for kind, edition, code in SETS:
            path = folder / "geography" / "boundaries" / f"{place.lower()}_{kind}{edition[2:]}.geojson"
            columns = ["--code", f"{code}CD", "--name", f"{code}NM"]
            yield ["areas", "load", str(path), "--kind", kind, "--edition", edition, *columns, "--place", place]
    yield ["areas", "profile", *(str(folder / name) for name in PROFILES)]
    for pattern in LISTS:
        yield ["load", *map(str, sorted(folder.glob(pattern)))]


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("ASSET_MAP_OPEN_DATA", "")
    folder = Path(given)
    if not given or not (folder / "geography" / "boundaries").is_dir():
        sys.exit(f"{given or 'no folder'}: expected the folder of open data, with geography/boundaries in it")
    began = time.perf_counter()
    for command in commands(folder):
        _run(command, folder)
    home = os.environ.get("ASSET_MAP_HOME")
    print(f"Done in {time.perf_counter() - began:.0f} s. To look at it:")
    print(f"  {f'ASSET_MAP_HOME={home} ' if home else ''}asset-map serve")


def _run(command: list[str], folder: Path) -> None:
    """Run one command, shown without the folder; ends the program where it fails."""
    shown = [part.removeprefix(f"{folder}/") for part in command]
    print("asset-map", *(shown if len(shown) < 20 else [*shown[:2], "…", f"({len(shown) - 1} files)"]), flush=True)
    done = subprocess.run(
        [str(Path(sys.executable).parent / "asset-map"), *command], capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, SOME_LEFT_OUT):
        sys.exit(done.stderr.strip() or done.stdout.strip())
    for line in done.stdout.splitlines():
        if not line.startswith(("  row ", "  perhaps one", "Run ")):
            print(f"  {line.replace(f'{folder}/', '')}", flush=True)


if __name__ == "__main__":
    main()
