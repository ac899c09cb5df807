"""The API that other systems call: unmet asks. Errors are problem details (RFC 9457); nothing of a body is logged."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from typing import Any

import msgspec
from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from asset_map.asset import AreaCode
from asset_map.directory.as_json import unmet_json
from asset_map.directory.unmet import published, record
from asset_map.errors import AssetMapError, BadInput
from asset_map.web.here import directory

calls = Blueprint("api", __name__, url_prefix="/api/v1")
PATH = "/unmet-asks"
LONGEST_BODY_BYTES = 2000
NOTHING_ELSE = (
    "send interest, area, reason and perhaps month, and nothing else: no name, no postcode, no words of theirs"
)


class _Area(msgspec.Struct, forbid_unknown_fields=True):
    kind: str
    code: str
    edition: str = ""


class _UnmetAsk(msgspec.Struct, forbid_unknown_fields=True):
    interest: str
    area: _Area
    reason: str
    month: str | None = None


@calls.post(PATH)
def write_unmet_ask() -> Response:
    """Count an unmet ask; the answer is what is kept of it, never how many there are."""
    _check_token()
    if request.mimetype != "application/json":
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send the unmet ask as application/json")
    request.max_content_length = LONGEST_BODY_BYTES
    sent = _read(request.get_data(cache=False))
    where = AreaCode(kind=sent.area.kind, edition=sent.area.edition, code=sent.area.code)
    ask = record(directory(), sent.interest, where, sent.reason, sent.month)
    kept = {
        "interest": ask.term,
        "area": {"kind": ask.area.kind, "code": ask.area.code, "edition": ask.area.edition},
        "reason": ask.reason,
        "month": ask.month,
    }
    return _json(kept, HTTPStatus.CREATED)


@calls.get(PATH)
def read_unmet_asks() -> Response:
    """How often people asked in vain, as anybody may see it."""
    asked = request.args
    unknown = sorted(set(asked) - {"interest", "area_kind", "edition", "place"})
    if unknown:
        raise BadInput(f"unknown parameter {unknown[0]!r}; expected interest, area_kind, edition or place")
    terms = tuple(asked.getlist("interest"))
    kind, place = asked.get("area_kind", "ward"), asked.get("place", "")
    return _json(unmet_json(published(directory(), terms, kind, place, edition=asked.get("edition", ""))))


def _check_token() -> None:
    """Let nobody write without the token of the settings."""
    token = directory().settings.api_token
    if not token:
        abort(HTTPStatus.NOT_FOUND, "writing is off here: the setting ASSET_MAP_API_TOKEN is not there")
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    same = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not same:
        abort(HTTPStatus.UNAUTHORIZED, "send the token: Authorization: Bearer …")


def _read(body: bytes) -> _UnmetAsk:
    try:
        return msgspec.json.decode(body, type=_UnmetAsk)
    except msgspec.ValidationError as error:
        raise BadInput(f"{error}; {NOTHING_ELSE}") from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise BadInput(f"the body is not JSON; {NOTHING_ELSE}") from None


def _json(value: dict[str, Any], status: int = HTTPStatus.OK, mimetype: str = "application/json") -> Response:
    response = Response(msgspec.json.encode(value), status, mimetype=mimetype)
    response.headers["Cache-Control"] = "no-store"
    return response


@calls.errorhandler(AssetMapError)
def _deliberate(error: AssetMapError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return error_json(error.status)
    return error_json(error.status, error.message)


@calls.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """An error of HTTP, such as a wrong method, as problem details."""
    response = error_json(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, error.description)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers[name] = value
    return response


def error_json(status: int, detail: str | None = None) -> Response:
    """Problem details (RFC 9457): the plain kind, whose title is that of the HTTP status."""
    title = HTTPStatus(status).phrase
    value = {"type": "about:blank", "title": title, "status": int(status)}
    response = _json(value | ({"detail": detail} if detail else {}), status, "application/problem+json")
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
