"""``gongkai show``, ``history``, ``cite``: one document, its versions, and how to name it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from sqlite_utils import Database

from archive import printing, printing_history
from archive.as_of import AsOf, as_of
from archive.cite import STYLES, as_bibtex, as_csl, as_gbt7714, citation
from archive.history import history as document_history
from archive.lookup import resolve
from archive.options import as_of_option, home_option, json_option, opened, print_json, print_lines, reports_errors
from archive.stored import stored_record

__all__ = ["cite", "history", "show"]

version_option = click.option(
    "--version", type=click.IntRange(min=1), help="Number of the version [default: the current one]"
)


@click.command(short_help="Show a document: its facts and text.")
@click.argument("document", metavar="ID")
@version_option
@as_of_option
@json_option
@home_option
@reports_errors
def show(document: str, version: int | None, as_of: str | None, as_json: bool, home: Path) -> None:
    """Show a document: ID is its id, the first 4 or more digits of it, or its address.

    With --as-of, the version that was current then, and what is known of that time: between two checks it may have
    changed at any moment.
    """
    with opened(home) as db:
        id = resolve(db, document)
        state = _state(db, id, version, as_of)
        stored = stored_record(db, id, state.version if state else version)
    if as_json:
        ties = {name: [asdict(tie) for tie in getattr(stored, name)] for name in ("copies", "moved_to", "moved_from")}
        print_json(stored.record | ties | ({"as_of": asdict(state)} if state else {}))
        return
    if state:
        print_lines(printing_history.as_of_lines(state))
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
        print_lines(printing_history.history_lines(title, id, steps))


@click.command(short_help="Print how to cite a document.")
@click.argument("document", metavar="ID")
@version_option
@as_of_option
@click.option("--style", type=click.Choice(STYLES), default=STYLES[0], show_default=True, help="Form of the citation.")
@json_option
@home_option
@reports_errors
def cite(document: str, version: int | None, as_of: str | None, style: str, as_json: bool, home: Path) -> None:
    """Print how to cite a document: GB/T 7714-2015 or BibTeX, with the time of its capture (UTC) and the SHA-256 digest
    of what was fetched. --json: CSL-JSON."""
    with opened(home) as db:
        id = resolve(db, document)
        state = _state(db, id, version, as_of)
        cited = citation(db, id, state.version if state else version)
    if as_json:
        print_json(as_csl(cited))
    else:
        click.echo(as_bibtex(cited) if style == "bibtex" else as_gbt7714(cited))


def _state(db: Database, id: str, version: int | None, moment: str | None) -> AsOf | None:
    if moment is None:
        return None
    if version is not None:
        raise click.UsageError("--version and --as-of both name a version: give one of them")
    return as_of(db, id, moment)
