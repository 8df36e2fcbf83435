"""``gongkai backup``: a copy of the archive, also while a crawl writes it."""

from __future__ import annotations

from pathlib import Path

import click

from archive import printing
from archive.backup import backup as copy_archive
from archive.options import home_option, opened, reports_errors, stop
from archive.steps import steps

__all__ = ["backup"]


@click.command(short_help="Copy the archive, also while a crawl writes it.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--link", is_flag=True, help="Link finished WARC files instead of copying them (same disk only).")
@home_option
@reports_errors
def backup(folder: Path, link: bool, home: Path) -> None:
    """Copy the archive into the folder DIR; again, it copies what is new. The copy is an archive of its own.

    Check it with: gongkai verify --home DIR
    """
    with opened(home) as db, steps() as told:
        done = copy_archive(db, home, folder, told, link=link)
    files = printing.counted(done.copied, "WARC file")
    click.echo(f"{folder}: archive.db, {files} copied ({done.bytes:,} bytes), {done.held:,} there already")
    if done.missing:
        missing = ", ".join(done.missing[:5]) + (" …" if len(done.missing) > 5 else "")
        stop(
            f"{printing.counted(len(done.missing), 'WARC file')} not there to be copied: {missing}; mount its volume", 1
        )
