"""``gongkai stats``: what the archive holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from archive import printing
from archive.disk import disk_use
from archive.options import home_option, json_option, opened, print_json, print_lines, reports_errors
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
