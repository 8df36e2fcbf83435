"""``gongkai export``: documents into files for other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from archive import printing
from archive.export import FORMATS, Manifest, Selection
from archive.export import export as export_documents
from archive.options import WORDS, check_argument, home_option, opened, print_lines, query_text, reports_errors, stop

__all__ = ["export"]

MOST_NAMED = 10


@click.command(context_settings=WORDS, short_help="Write documents to Parquet, JSON lines, CSV or WACZ.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.argument("query", metavar="[FILTER]...", nargs=-1, type=click.UNPROCESSED)
@click.option(
    "--format", type=click.Choice(FORMATS), help="Kind of files  [default: jsonl, or that of the update's base]"
)
@click.option("--include-untrusted", is_flag=True, help="Reposts, hijacked and unproven documents too.")
@click.option("--fold", is_flag=True, help="List copies with their original.")
@click.option(
    "--since-manifest",
    "since",
    metavar="OLD",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Only what is new or changed since the export with this manifest.json.",
)
@home_option
@reports_errors
def export(
    folder: Path,
    query: Sequence[str],
    format: str | None,
    include_untrusted: bool,
    fold: bool,
    since: Path | None,
    home: Path,
) -> None:
    """Write the current versions of official documents into the new folder DIR; FILTER as in search.

    Pages that are gone are included, with gone_at; withdrawn documents never, removed.jsonl lists their ids.
    manifest.json says what was written, README.md is a dataset card. wacz holds the captures themselves. CSV is UTF-8
    with BOM, arrays joined by " | ". --since-manifest takes the filters and flags of the earlier export again.
    """
    check_argument(str(folder))
    selection = Selection(query_text(query), include_untrusted, fold)
    with opened(home) as db:
        manifest = export_documents(db, folder, format, selection, since=since, warc_folder=home / "warc")
    click.echo(_summary(manifest), err=True)
    print_lines(str(folder / name) for name in (*(file.name for file in manifest.files), "manifest.json"))
    if manifest.uncaptured:
        lacking = printing.counted(len(manifest.uncaptured), "document")
        named = "".join(f"\n  {lost.id}  {lost.why}" for lost in manifest.uncaptured[:MOST_NAMED])
        stop(f"{lacking} without a readable capture; manifest.json lists them, `gongkai verify` says more:{named}", 1)


def _summary(manifest: Manifest) -> str:
    said = [f"{manifest.gone:,} gone"]
    if manifest.selection.fold:
        said.append(f"{printing.counted(manifest.folded, 'copy')} folded")
    if manifest.since:
        said += [f"{manifest.unchanged:,} unchanged", f"{manifest.removed:,} to be dropped"]
    return f"{printing.counted(manifest.documents, 'document')} ({', '.join(said)})"
