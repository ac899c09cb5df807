"""Every deliberate error, as one small tree.

AssetMapError            500, exit 1
├── BadInput             400, exit 2   what was asked cannot be read
│   ├── BadSetting       500, exit 2   a setting holds something we cannot use
│   ├── UnknownPlace     404, exit 2   a place or postcode nobody knows
│   ├── EmptyAsk         400, exit 2   nothing was asked
│   ├── BadFacts         500, exit 2   a file under data/ (terms, manifest) is not sound
│   └── RefusedFile      422, exit 3   a file that cannot be read as a whole
├── NotFound             404, exit 4   no such asset, run or area
└── Busy                 503, exit 5   another load holds the store

A bad *row* is not an exception: it is a fix in the report. A message has three parts: the thing, what is
wrong, and what was expected or what to do next.
"""

from __future__ import annotations


class AssetMapError(Exception):
    """Something deliberate went wrong; `status` is for HTTP, `exit_code` for the command line."""

    status: int = 500
    exit_code: int = 1
    code: str = "error"

    @property
    def message(self) -> str:
        return str(self.args[0]) if self.args else self.code


class BadInput(AssetMapError):
    """What was asked cannot be read."""

    status = 400
    exit_code = 2
    code = "bad_input"


class BadSetting(BadInput):
    """A setting holds something that cannot be used."""

    status = 500
    code = "bad_setting"


class UnknownPlace(BadInput):
    """A place or postcode that is not one, or that nobody knows."""

    status = 404
    code = "unknown_place"


class EmptyAsk(BadInput):
    """Nothing was asked."""

    code = "empty_ask"


class BadFacts(BadInput):
    """A file under `data/` is not sound: interest terms, a manifest, a synonym list."""

    status = 500
    code = "bad_facts"


class RefusedFile(BadInput):
    """A file is refused whole. `reason` is a stable code such as `empty` or `zip_bomb`."""

    status = 422
    exit_code = 3

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.code = reason


class NotFound(AssetMapError):
    """No such asset, run or area."""

    status = 404
    exit_code = 4
    code = "not_found"


class Busy(AssetMapError):
    """Another load holds the store."""

    status = 503
    exit_code = 5
    code = "busy"
