"""The pages: a Flask application over one open `Directory`. Importing opens nothing."""

from asset_map.web.app import create_app

__all__ = ["create_app"]
