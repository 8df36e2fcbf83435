"""``gongkai search``: find documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from archive import printing
from archive.facets import Facet
from archive.options import WORDS, home_option, json_option, opened, print_json, print_lines, query_text, reports_errors
from archive.search import hit_object
from archive.search import search as search_documents

__all__ = ["search"]


@click.command(context_settings=WORDS)
@click.argument("query", nargs=-1, required=True, type=click.UNPROCESSED)
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many hits.")
@click.option("--offset", type=click.IntRange(min=0), default=0, help="How many hits to pass over first.")
@click.option("--fold/--no-fold", default=None, help="Copies under their original [default: for people, not in JSON]")
@click.option("--facets", is_flag=True, help="Print instead how the hits are spread over publishers, years, places …")
@json_option
@home_option
@reports_errors
def search(
    query: Sequence[str], limit: int, offset: int, fold: bool | None, facets: bool, as_json: bool, home: Path
) -> None:
    """Find documents.

    \b
    卫生 总结              both           "工作 总结"   exactly so
    计划 OR 总结           one of them    -转发         not this
    publisher:卫生局  index:076478684  number:〔2023〕10号  title:通知  source:ID
    trust:official  flag:altered  region:3309 (or 舟山)  genre:通知  validity:有效  has:attachment
    after:2023-05  before:2024   (days inclusive)

    Title hits come first, then official documents, then newer ones. In JSON the snippet is HTML: hits
    in <mark>, the characters & < > escaped.
    """
    asked = query_text(query)
    folded = not as_json if fold is None else fold
    with opened(home) as db:
        found = search_documents(db, asked, limit, offset, fold=folded, facets=facets)
    if facets:
        _print_facets(found.facets, as_json)
        return
    if as_json:
        for hit in found.hits:
            print_json(hit_object(hit))
        return
    shown = f", {offset + 1}–{offset + len(found.hits)} shown" if found.total > len(found.hits) > 0 else ""
    click.echo(f"{printing.counted(found.total, 'document')}{shown}", err=True)
    for hit in found.hits:
        print_lines(["", *printing.hit_lines(hit)])


def _print_facets(facets: Sequence[Facet], as_json: bool) -> None:
    for facet in facets:
        if as_json:
            print_json(asdict(facet))
        elif facet.values:
            print_lines(printing.facet_lines(facet))
