"""The command that serves the pages."""

from __future__ import annotations

import click

from asset_map.cli.opening import Bar, open_directory, settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8080, show_default=True, help="Port to listen on.")
@click.option("--workers", default=2, show_default=True, help="Worker processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages. Stop with Ctrl+C."""
    # Here, because Flask takes a third of a second that no other command needs.
    from asset_map.web.server import serve as run_server

    with open_directory() as directory, Bar() as bar:
        directory.catch_up(lambda at, of: bar.step("Indexing", at, of))
        directory.learn_sayings()
        count = directory.counts().assets
    click.echo(f"{count} assets. Open http://{host}:{port}/ in a browser. Stop with Ctrl+C.")
    run_server(host, port, workers, settings())
