"""Serving the pages: gunicorn with threads, one open directory a worker process, and no ask in any log."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from asset_map.config import Settings
from asset_map.web.app import create_app

if TYPE_CHECKING:
    from flask import Flask

THREADS = 4
SLOWEST_S = 180
"""A worker that is silent for longer is replaced; opening a model for the first time may take a minute."""
ACCESS_LOG = "%(t)s %(m)s %(U)s %(s)s %(B)s bytes %(M)s ms"
"""Method and path only: a query may hold a postcode, an address tells who asked, a body holds the ask."""


def serve(host: str, port: int, workers: int, settings: Settings) -> None:
    """Serve until told to stop. Each worker opens its own directory after it was forked."""
    _Served(options(host, port, workers), with_key(settings)).run()


def with_key(settings: Settings) -> Settings:
    """Settings with a secret key: made once, before any fork, so that every worker signs alike."""
    return settings if settings.secret_key else replace(settings, secret_key=secrets.token_hex(32))


def options(host: str, port: int, workers: int) -> dict[str, Any]:
    """What gunicorn is told."""
    return {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": SLOWEST_S,
        "accesslog": "-",
        "access_log_format": ACCESS_LOG,
        "preload_app": False,
        "control_socket_disable": True,  # would write outside the one folder that we write to
    }


class _Served(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn without a command line; `load` runs in each worker."""

    def __init__(self, options: dict[str, Any], settings: Settings) -> None:
        self._options = options
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._options.items():
            if name in self.cfg.settings:  # older gunicorns lack the last of them
                self.cfg.set(name, value)

    def load(self) -> Flask:
        # Imported here, so that the master holds no store, no index and no model.
        from asset_map.directory import Directory

        directory = Directory.open(self._settings)
        directory.warm()  # now, so that nobody waits for it later
        return create_app(directory)
