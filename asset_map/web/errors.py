"""Every error as a page in our own style: what happened, and what to do next."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from asset_map.errors import AssetMapError
from asset_map.web import api, conversation

WORDS = {
    400: ("We could not read that", "Go back, look at what you put in, and try again."),
    404: ("We cannot find that page", "The address may have a slip in it, or the page may have moved."),
    405: ("This page cannot be opened that way", "Go to the start and try from there."),
    413: ("That is more than we can read", "Go back and say it in fewer words."),
    500: ("Something went wrong on our side", "Nothing you did caused this. Try again in a few minutes."),
    503: ("We are busy for a moment", "New information is being loaded. Try again in a minute."),
}
EXPIRED = "Press the button once more. We check that each form comes from our own page, and that check had run out."

Page = tuple[str, int]


def register(app: Flask) -> None:
    """Let the application answer every error with a page."""
    app.register_error_handler(AssetMapError, _deliberate)
    app.register_error_handler(CSRFError, _without_token)
    app.register_error_handler(HTTPException, _http)


def _deliberate(error: Exception) -> Page:
    status = error.status if isinstance(error, AssetMapError) else 500
    if status >= 500:
        current_app.logger.error("%s on %s", type(error).__name__, request.path)
        return _page(status)
    return _page(status, error.message if isinstance(error, AssetMapError) else None)


def _without_token(error: Exception) -> Page:  # noqa: ARG001 Flask hands it over
    if request.path.startswith("/conversation"):
        return conversation.ask_again({"text": EXPIRED}), 400
    return _page(400, EXPIRED)


def _http(error: Exception) -> Any:
    status = (error.code if isinstance(error, HTTPException) else None) or 500
    if isinstance(error, HTTPException) and error.response is not None:
        return error.response
    if status < 400:
        return error
    if request.path.startswith("/api/") and isinstance(error, HTTPException):
        return api.http_error(error)
    page, status = _page(status)
    headers = [h for h in error.get_headers() if h[0] == "Allow"] if isinstance(error, HTTPException) else []
    return page, status, headers


def _page(status: int, message: str | None = None) -> Page:
    title, what_next = WORDS.get(status) or WORDS[500 if status >= 500 else 400]
    return render_template("error.html", title=title, message=message, what_next=what_next, status=status), status
