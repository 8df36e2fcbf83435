"""``gongkai audit``: what is not held, as far as numbers, lists and dates tell."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive.errors import UnknownSource
from archive.options import home_option, json_option, opened, print_json, print_lines, reports_errors, stop

__all__ = ["audit"]


@click.command(short_help="Say what seems to be missing.")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@json_option
@home_option
@reports_errors
def audit(sources: tuple[str, ...], as_json: bool, home: Path) -> None:
    """Say what seems to be missing: gaps in the series of index and document numbers, entries of lists that are not
    held, months without documents, fields that are filled less than before. Without SOURCE: a line for each. `imported`
    stands for the documents without a source.

    A serial that is not seen is no claim of a deletion.
    """
    from archive.audit import audits
    from archive.printing_audit import audit_lines, summary_head, summary_line

    with opened(home) as db:
        try:
            found = audits(db, sources or None)
        except UnknownSource as error:
            stop(str(error), 2)
        for number, source in enumerate(found):
            if as_json:
                print_json(asdict(source))
            elif sources:
                print_lines(["", *audit_lines(source)] if number else audit_lines(source))
            else:
                print_lines([summary_line(source)] if number else [summary_head(), summary_line(source)])
    if not as_json and not sources:
        click.echo("gongkai audit SOURCE says more; not seen: serials, not held: entries of lists", err=True)
