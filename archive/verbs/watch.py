"""``gongkai watch``: searches that are kept, and what is new in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from archive import printing, printing_history
from archive import watch as watching
from archive.feeds import atom
from archive.options import (
    WORDS,
    check_argument,
    home_option,
    json_option,
    opened,
    print_json,
    query_text,
    reports_errors,
)

__all__ = ["watch"]


@click.command(context_settings=WORDS, short_help="Save a search, and see what is new in it.")
@click.argument("name", required=False)
@click.argument("query", nargs=-1, type=click.UNPROCESSED)
@click.option("--keep", is_flag=True, help="Leave what is shown unseen.")
@click.option("--remove", is_flag=True, help="Forget the search.")
@click.option("--atom", "as_atom", is_flag=True, help="An Atom feed of its last 100 changes, seen or not.")
@json_option
@home_option
@reports_errors
def watch(
    name: str | None, query: Sequence[str], keep: bool, remove: bool, as_atom: bool, as_json: bool, home: Path
) -> None:
    """Save a search, and see what is new in it.

    \b
    gongkai watch NAME QUERY…   save a search (QUERY as in search)
    gongkai watch NAME          what came or changed since the last look
    gongkai watch               all saved searches, each with the number of its news
    """
    if name is not None:
        check_argument(name)
    elif remove or as_atom:
        raise click.UsageError("name the saved search: `gongkai watch` lists them")
    with opened(home) as db:
        if name is None:
            _list(watching.saved_searches(db), as_json)
        elif query:
            kept = watching.save(db, name, query_text(query))
            click.echo(f"saved {kept.name}: {kept.query}", err=True)
        elif remove:
            watching.remove(db, name)
        elif as_atom:
            click.echo(atom(watching.feed(db, watching.saved(db, name))), nl=False)
        else:
            search = watching.saved(db, name)
            news = list(watching.news(db, search, -1))
            for change in news:
                if as_json:
                    print_json(asdict(change))
                else:
                    click.echo(printing_history.change_line(change))
            click.echo(f"{len(news):,} new since {printing.moment(search.looked_at)} UTC", err=True)
            if not keep:
                watching.look(db, search)


def _list(searches: Sequence[watching.SavedSearch], as_json: bool) -> None:
    for search in searches:
        if as_json:
            print_json(asdict(search))
        else:
            click.echo(
                f"{search.name}  {search.new:,} new since {search.looked_at[:10]}  {printing.shown(search.query)}"
            )
    if not searches:
        click.echo("no saved search yet: gongkai watch NAME QUERY", err=True)
