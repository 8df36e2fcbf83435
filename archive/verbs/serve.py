"""``gongkai serve``: the archive as a web page."""

from __future__ import annotations

from pathlib import Path

import click

from archive.database import open_database
from archive.index import index_waiting
from archive.options import home_option, reports_errors

__all__ = ["serve"]


@click.command(short_help="Show the archive as a web page.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="Port; 0: any free one.")
@click.option("--token", help="Token that every client must show [default: $GONGKAI_TOKEN, else none on 127.0.0.1]")
@home_option
@reports_errors
def serve(host: str, port: int, token: str | None, home: Path) -> None:
    """Show the archive as a web page, with JSON and Atom feeds; it is only read, a crawl may write meanwhile.

    On another address than this machine's own a token is needed; without --token and GONGKAI_TOKEN one is made and
    printed with the address. There is no TLS: put a server that speaks it in front of an open network.
    """
    from archive.web.serving import serve as serve_archive

    db = open_database(home, create=False)  # brought up to date first: the page itself only reads
    try:
        index_waiting(db)
    finally:
        db.close()

    def announce(address: str) -> None:
        click.echo(f"gongkai: {home} is at {address} (Ctrl-C ends it)", err=True)

    try:
        serve_archive(home, host, port, token, announce)
    except KeyboardInterrupt:
        click.echo("gongkai: ended", err=True)
