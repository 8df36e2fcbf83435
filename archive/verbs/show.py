"""``gongkai show``, ``history``, ``changes``: one document, its versions, and what changed in the whole archive."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from archive import printing
from archive.clock import stamp
from archive.history import changes as archive_changes
from archive.history import history as document_history
from archive.lookup import resolve
from archive.options import home_option, json_option, opened, print_json, print_lines, reports_errors
from archive.stored import stored_record

__all__ = ["changes", "history", "show"]


@click.command(short_help="Show a document: its facts and text.")
@click.argument("document", metavar="ID")
@click.option("--version", type=click.IntRange(min=1), help="Number of the version [default: the current one]")
@json_option
@home_option
@reports_errors
def show(document: str, version: int | None, as_json: bool, home: Path) -> None:
    """Show a document: ID is its id, the first 4 or more digits of it, or its address."""
    with opened(home) as db:
        stored = stored_record(db, resolve(db, document), version)
    if as_json:
        print_json(stored.record | {"copies": [asdict(tie) for tie in stored.copies]})
    else:
        print_lines(printing.record_lines(stored))


@click.command(short_help="Show what changed in a document, and when.")
@click.argument("document", metavar="ID")
@json_option
@home_option
@reports_errors
def history(document: str, as_json: bool, home: Path) -> None:
    """Show the versions of a document, when each was seen, and what changed. Times are UTC."""
    with opened(home) as db:
        id = resolve(db, document)
        steps = document_history(db, id)
        title = stored_record(db, id).record["title"]
    if as_json:
        for step in steps:
            print_json({"id": id} | asdict(step))
    else:
        print_lines(printing.history_lines(title, id, steps))


def _since(ctx: click.Context, param: click.Parameter, given: str | None) -> str:
    if not given:
        return ""
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise click.BadParameter("a date or time is written 2026-11-21 or 2026-11-21T08:00:00Z") from None
    return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


@click.command(short_help="List what changed in the archive, newest first.")
@click.option("--since", callback=_since, metavar="DATE", help="From this day or time on, UTC [default: all]")
@click.option("--limit", type=click.IntRange(min=1), help="How many changes [default: all]")
@json_option
@home_option
@reports_errors
def changes(since: str, limit: int | None, as_json: bool, home: Path) -> None:
    """List what changed in the archive, newest first: created, text, metadata, attachment, gone, restored."""
    with opened(home) as db:
        for change in archive_changes(db, since, limit or -1):
            if as_json:
                print_json(asdict(change))
            else:
                click.echo(printing.change_line(change))
