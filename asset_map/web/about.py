"""Pages about the product itself: where the facts come from, and how accessible it is."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from asset_map.web.here import directory

pages = Blueprint("about", __name__)


@pages.get("/about")
def about() -> str:
    """Sources, licences, attributions, and what is kept about a person: nothing."""
    return render_template("about.html", counts=directory().counts(), sources=directory().sources())


@pages.get("/accessibility")
def accessibility() -> str:
    """What works, what does not, and what to do then."""
    return render_template("accessibility.html")


@pages.get("/healthz")
def healthz() -> Response:
    """Plain "ok" while the directory answers."""
    directory().counts()
    return Response("ok\n", mimetype="text/plain")
