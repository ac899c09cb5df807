"""Cut the sample areas (Worcester city) out of national open data, into `data/sample/areas/`.

    ASSET_MAP_OPEN_DATA=/path/to/open-data python scripts/build_sample_areas.py

Reads, below that folder, `geography/boundaries/worcestershire_lsoa21.geojson` and `worcestershire_ward25.geojson`
(Office for National Statistics, generalised boundaries) and `population/areas_lsoa21_profile.csv` (Census 2021 and
Indices of Deprivation 2025). The same input gives the same bytes. Coordinates keep five decimals, about a metre.
"""

from __future__ import annotations

import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

DISTRICT = "E07000237"
TARGET = Path(__file__).parent.parent / "data" / "sample" / "areas"
PROPERTIES = {"lsoa21": ("LSOA21CD", "LSOA21NM"), "ward25": ("WD25CD", "WD25NM")}
PROFILE_COLUMNS = (
    "lsoa21_code",
    "lsoa21_name",
    "total",
    "Aged 15 years and under",
    "Aged 16 to 24 years",
    "Aged 25 to 34 years",
    "Aged 35 to 49 years",
    "Aged 50 to 64 years",
    "Aged 65 years and over",
    "disabled_residents",
    "IMD_decile",
    "IMD_score",
    "ruc21_code",
    "classification",
)
README = """# Sample areas: Worcester city

Real areas of one English district (E07000237), for the demonstration and for tests.

| file | what | rows |
|---|---|--:|
| `worcester_lsoa21.geojson` | LSOA boundaries, 2021 edition (`LSOA21CD`, `LSOA21NM`) | {lsoa21} |
| `worcester_ward25.geojson` | ward boundaries, 2025 edition (`WD25CD`, `WD25NM`) | {ward25} |
| `worcester_profile.csv` | residents by age, disability, deprivation and rural/urban class, for each LSOA | {profile} |

Boundaries are generalised and in degrees, longitude first, rounded to five decimals. Residents are
those of Census 2021. `IMD_decile` 1 is the most deprived tenth of England (Indices of Deprivation 2025).

Made by `scripts/build_sample_areas.py`; change that, not these files.

## Attribution

Source: Office for National Statistics licensed under the Open Government Licence v3.0.
Contains OS data © Crown copyright and database right 2025.
Contains Royal Mail data © Royal Mail copyright and database right 2025.
Indices of Deprivation 2025: Ministry of Housing, Communities and Local Government, licensed under the Open Government
Licence v3.0, https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/
"""


def main() -> None:
    where = os.environ.get("ASSET_MAP_OPEN_DATA")
    if not where:
        sys.exit("set ASSET_MAP_OPEN_DATA to the folder of open data")
    source = Path(where)
    TARGET.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    codes: set[str] = set()
    for layer, (code, name) in PROPERTIES.items():
        features = cut(source / "geography" / "boundaries" / f"worcestershire_{layer}.geojson", code, name)
        (TARGET / f"worcester_{layer}.geojson").write_text(as_geojson(features), encoding="utf-8")
        counts[layer] = len(features)
        if layer == "lsoa21":
            codes = {feature["properties"][code] for feature in features}
    counts["profile"] = copy_profile(source / "population" / "areas_lsoa21_profile.csv", codes)
    (TARGET / "README.md").write_text(README.format(**counts), encoding="utf-8")
    print(", ".join(f"{layer}: {count}" for layer, count in counts.items()))


def cut(path: Path, code: str, name: str) -> list[dict[str, Any]]:
    """The features of the district, with code and name only, sorted by code."""
    features = [
        {
            "type": "Feature",
            "properties": {code: feature["properties"][code], name: feature["properties"][name]},
            "geometry": {
                "type": feature["geometry"]["type"],
                "coordinates": rounded(feature["geometry"]["coordinates"]),
            },
        }
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]
        if feature["properties"]["LADCD_ACTIVE"] == DISTRICT
    ]
    return sorted(features, key=lambda feature: str(feature["properties"][code]))


def rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, list):
        return [rounded(one) for one in coordinates]
    return round(coordinates, 5)


def as_geojson(features: list[dict[str, Any]]) -> str:
    """One feature to a line, so that a change can be read in a diff."""
    lines = ",\n".join(json.dumps(feature, ensure_ascii=False, separators=(",", ":")) for feature in features)
    return '{"type":"FeatureCollection","features":[\n' + lines + "\n]}\n"


def copy_profile(path: Path, codes: set[str]) -> int:
    """Write the rows of these areas; leaves the script when one is missing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(
            (row for row in csv.DictReader(file) if row["lsoa21_code"] in codes), key=lambda r: r["lsoa21_code"]
        )
    missing = codes - {row["lsoa21_code"] for row in rows}
    if missing:
        sys.exit(f"{path.name} has no row for {', '.join(sorted(missing))}")
    with (TARGET / "worcester_profile.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, PROFILE_COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    main()
