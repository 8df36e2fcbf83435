"""``gongkai changes``: what changed in the whole archive, as lines, JSON or an Atom feed."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import get_args

import click

from archive import printing_history
from archive.changes import changes as archive_changes
from archive.changes_feed import changes_feed
from archive.feeds import atom
from archive.model import Change
from archive.options import home_option, json_option, opened, print_json, reports_errors, since_option

__all__ = ["changes"]

FEED_LENGTH = 100  # entries, where no --limit says otherwise: readers fetch the whole feed each time


@click.command(short_help="List what changed in the archive, newest first.")
@since_option
@click.option("--limit", type=click.IntRange(min=1), help="How many changes [default: all; 100 in a feed]")
@click.option("--source", metavar="ID", help="Only documents of this source.")
@click.option(
    "--kind", "kinds", type=click.Choice(get_args(Change)), multiple=True, help="Only these changes; may be repeated."
)
@click.option("--cursor", metavar="CURSOR", help="Go on behind the change that has this cursor in --json.")
@click.option("--atom", "as_atom", is_flag=True, help="An Atom feed.")
@json_option
@home_option
@reports_errors
def changes(
    since: str, limit: int | None, source: str | None, kinds: tuple[str, ...], cursor: str | None, as_atom: bool,
    as_json: bool, home: Path,
) -> None:  # fmt: skip
    """List what changed in the archive, newest first: created, text, metadata, attachment, gone, restored, moved.

    In JSON with the captures that prove both ends of each change.
    """
    if as_atom and as_json:
        raise click.UsageError("--atom and --json are two forms: give one of them")
    length = limit or (FEED_LENGTH if as_atom else -1)
    with opened(home) as db:
        _known_source(db.execute("SELECT id FROM sources WHERE id = ?", [source]).fetchone(), source)
        found = archive_changes(db, since, length, source=source, kinds=kinds, cursor=cursor, proofs=as_json)
        if as_atom:
            click.echo(atom(changes_feed(found, source=source, kinds=kinds)), nl=False)
            return
        for change in found:
            if as_json:
                print_json(asdict(change))
            else:
                click.echo(printing_history.change_line(change))


def _known_source(row: object, source: str | None) -> None:
    if source is not None and row is None:
        raise click.UsageError(f"no source {source!r} in this archive; `gongkai stats` names them")
