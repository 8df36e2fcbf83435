"""``gongkai export``: documents into files for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from archive import printing
from archive.export import FORMATS, Selection
from archive.export import export as export_documents
from archive.options import WORDS, home_option, opened, query_text, reports_errors

__all__ = ["export"]


@click.command(context_settings=WORDS, short_help="Write documents to JSON lines or CSV.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("query", metavar="[FILTER]...", nargs=-1, type=click.UNPROCESSED)
@click.option("--format", type=click.Choice(FORMATS), default="jsonl", show_default=True, help="Kind of files.")
@click.option("--include-untrusted", is_flag=True, help="Reposts, hijacked and unproven documents too.")
@click.option("--fold", is_flag=True, help="List copies with their original.")
@home_option
@reports_errors
def export(folder: Path, query: Sequence[str], format: str, include_untrusted: bool, fold: bool, home: Path) -> None:
    """Write the current versions of official documents into the new folder DIR; FILTER as in search.

    Pages that are gone are included, with gone_at. manifest.json says what was written. CSV is UTF-8 with
    BOM, arrays joined by " | ".
    """
    selection = Selection(query_text(query), include_untrusted, fold)
    with opened(home) as db:
        manifest = export_documents(db, folder, format, selection)
    folded = f", {printing.counted(manifest.folded, 'copy')} folded" if fold else ""
    click.echo(f"{printing.counted(manifest.documents, 'document')} ({manifest.gone:,} gone{folded})", err=True)
    for file in manifest.files:
        click.echo(f"{folder / file.name}")
    click.echo(f"{folder / 'manifest.json'}")
