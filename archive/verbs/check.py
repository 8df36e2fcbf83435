"""``gongkai stats``: what the archive holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive import printing
from archive.disk import disk_use
from archive.options import home_option, json_option, opened, print_json, print_lines, reports_errors, stop
from archive.stats import stats as archive_stats

__all__ = ["stats"]


@click.command(short_help="Count documents, captures, issues and bytes.")
@json_option
@home_option
@reports_errors
def stats(as_json: bool, home: Path) -> None:
    """Count documents by trust, source and year, captures, and issues; say how much room they take, and when the disk
    is full at the present pace."""
    with opened(home) as db:
        counted, disk = archive_stats(db), disk_use(db, home)
    if as_json:
        print_json(asdict(counted) | {"disk": asdict(disk)})
    else:
        print_lines([*printing.stats_lines(counted), *printing.disk_lines(disk)])


@click.command(short_help="Check every stored byte and row.")
@home_option
@reports_errors
def verify(home: Path) -> None:
    """Read the whole archive and compare it with its digests: every WARC record, every row."""
    with opened(home) as db:
        found = verify_archive(db, home)
    for damage in found.damages:
        hope = "can be rebuilt" if damage.rebuildable else "cannot be rebuilt"
        said = printing.shown(f"{damage.where}: {damage.message} ({hope})")
        click.echo(f"{click.style(damage.kind, fg='red')}  {said}")
    looked = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.checked.items())
    click.echo(f"checked {looked}", err=True)
    if not found.sound:
        stop(f"{printing.counted(len(found.damages), 'damage')} found", 1)
    click.echo("sound")
