"""The application: what every page shares."""

from __future__ import annotations

import hashlib
import secrets
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from asset_map.config import Settings
from asset_map.errors import BadSetting
from asset_map.web import about, api, buildings, commissioner, conversation, errors, front, present, takeaway, what_if
from asset_map.web.here import EXTENSION

if TYPE_CHECKING:
    from asset_map.directory import Directory

BLUEPRINTS = (
    front.pages,
    conversation.pages,
    commissioner.pages,
    takeaway.pages,
    buildings.pages,
    what_if.pages,
    about.pages,
    api.calls,
)
STATIC = Path(__file__).parent / "static"
LONGEST_FORM_BYTES = 200_000


def create_app(directory: Directory) -> Flask:
    """The pages over an open directory. The caller opens and closes the directory."""
    app = _Site(__name__, static_folder=str(STATIC), static_url_path=f"/static/{_fingerprint(STATIC)}")
    app.session_interface = _Sessions()
    app.extensions[EXTENSION] = directory
    app.config.update(
        SECRET_KEY=directory.settings.secret_key or secrets.token_hex(32),
        MAX_CONTENT_LENGTH=LONGEST_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        SESSION_COOKIE_NAME="asset_map",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a page may lie open through a long visit
        WTF_CSRF_SSL_STRICT=False,  # wants the Referer that our own Referrer-Policy withholds; the token is the check
    )
    CSRFProtect(app).exempt(api.calls)  # its calls have a token of their own and no cookie
    _set_up_templates(app, directory)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.register(app)
    _set_up_headers(app, directory.settings)
    return app


class _Site(Flask):
    """Flask, but the log of an unexpected error holds no words that a person typed."""

    def log_exception(
        self, exc_info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None] | None
    ) -> None:
        kind, _, trace = exc_info or sys.exc_info()
        lines = "".join(traceback.format_tb(trace))
        self.logger.error("%s on %s\n%s", kind.__name__ if kind else "error", request.path, lines)


class _Sessions(SecureCookieSessionInterface):
    """The form token's cookie is marked Secure wherever the page came over https."""

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 the signature is Flask's
        return request.is_secure


def _fingerprint(folder: Path) -> str:
    """A short hash of every file in a folder, so that a changed file has a new address."""
    digest = hashlib.sha256()
    for path in sorted(item for item in folder.rglob("*") if item.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _set_up_templates(app: Flask, directory: Directory) -> None:
    app.jinja_loader = ChoiceLoader(
        [
            PackageLoader("asset_map.web"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(one_day=present.one_day, number=present.number)

    @app.context_processor
    def site() -> dict[str, Any]:
        return {"settings": directory.settings, "sample": any(source.sample for source in directory.sources())}


def _set_up_headers(app: Flask, settings: Settings) -> None:
    policy = content_security_policy(settings)

    @app.after_request
    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if request.endpoint == "static" and response.status_code < 400:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            # Never no-store: the back button must bring a result page back.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def content_security_policy(settings: Settings) -> str:
    """The policy of every page; raises BadSetting where the tiles have no web address."""
    tiles = ""
    if settings.tiles:
        address = urlsplit(settings.tiles.replace("{s}", "*"))
        if address.scheme not in {"http", "https"} or not address.netloc:
            raise BadSetting(
                f"ASSET_MAP_TILES={settings.tiles!r}: expected an address like https://tiles.example.org/{{z}}/{{x}}/{{y}}.png"
            )
        tiles = f" {address.scheme}://{address.netloc}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' data:{tiles}; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
