"""Settings as a table. With none set, everything runs embedded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from asset_map.errors import BadSetting

PREFIX = "ASSET_MAP_"


@dataclass(frozen=True, slots=True)
class Settings:
    """One field a setting; the environment variable is the name in capitals after `ASSET_MAP_`."""

    home: Path = field(default=Path("var"), metadata={"help": "The one folder that the product writes to."})
    open_data: Path | None = field(
        default=None, metadata={"help": "Folder of real open data, for tests and benchmarks on it only."}
    )
    embedder: str = field(
        default="minilm",
        metadata={"help": "minilm, none, or a folder with model.onnx and vocab.txt of another model."},
    )
    tiles: str = field(
        default="", metadata={"help": "Address of map tiles such as https://tiles.example.org/{z}/{x}/{y}.png."}
    )
    tiles_credit: str = field(default="", metadata={"help": "Words to show under the map for those tiles."})
    council: str = field(default="", metadata={"help": "Name of the council, shown in the page header."})
    safeguarding: str = field(
        default="", metadata={"help": "The council's adult safeguarding line, as it should be read out."}
    )
    secret_key: str = field(
        default="",
        metadata={"help": "Signs the form token. Needed when several machines serve; one box makes its own."},
    )
    workers_view: bool = field(
        default=False,
        metadata={"help": "1 to show assets that are for workers only. Only where nobody else can reach the pages."},
    )
    api_token: str = field(
        default="",
        metadata={"help": "Lets other systems write unmet asks to /api/v1/unmet-asks; off, answering 404, without it."},
    )
    load_wait_s: float = field(
        default=600.0, metadata={"help": "Seconds that a load waits for another load before it gives up."}
    )


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from a mapping such as `os.environ`; raises BadSetting that names the variable."""
    values: dict[str, object] = {}
    for item in fields(Settings):
        name = PREFIX + item.name.upper()
        raw = environment.get(name, "").strip()
        if raw:
            values[item.name] = _convert(name, raw, str(item.type))
    return Settings(**values)  # type: ignore[arg-type]


def _convert(name: str, raw: str, kind: str) -> object:
    if kind.startswith("Path"):
        return Path(raw).expanduser()
    if kind == "bool":
        if raw.lower() not in {"0", "1", "true", "false", "yes", "no"}:
            raise BadSetting(f"{name}={raw!r}: expected 1 or 0")
        return raw.lower() in {"1", "true", "yes"}
    if kind == "float":
        try:
            return float(raw)
        except ValueError as error:
            raise BadSetting(f"{name}={raw!r}: expected a number such as 600") from error
    return raw


def settings_table() -> list[tuple[str, str, str]]:
    """(environment variable, default, help) of every setting, for `--help` and the docs."""
    return [
        (PREFIX + item.name.upper(), "" if item.default in (None, "") else str(item.default), item.metadata["help"])
        for item in fields(Settings)
    ]


def data_folder() -> Path:
    """The facts people edit: `data/` beside the package in a checkout, `asset_map/_data` in an installed copy."""
    installed = Path(__file__).parent / "_data"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "data"


def read_yaml(path: Path, *, as_text: bool = False) -> Any:
    """The content of a YAML file under `data/`; `as_text` keeps every scalar as text. Raises yaml.YAMLError.

    Through libyaml where PyYAML was built with it, which takes a tenth of the time.
    """
    fast, slow = ("CBaseLoader", yaml.BaseLoader) if as_text else ("CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, fast, slow))  # noqa: S506
