"""How much room the archive takes, how fast it grows, and when its disk is full at that pace.

WARC files say when they were begun and how long they are, so their growth is known. The database's is not: it is taken
to grow with them, at the present ratio. Old WARC files may lie on other volumes (as links); new ones are written to
``warc/``, so growth is counted there.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlite_utils import Database

from archive.clock import now, stamp

__all__ = ["FEWEST_DAYS", "MONTH", "Disk", "Volume", "disk_use"]

WINDOWS = (30, 90, 365)  # days
MONTH = 30  # days
FEWEST_DAYS = 14  # of history, below which nothing is forecast
FIRST_LOAD = 7  # days at the beginning that are no pace: the first crawl brings a site's whole past
DATABASE = ("archive.db", "archive.db-wal")
DOCUMENTS = "SELECT count(*) FROM documents WHERE withdrawn_at IS NULL"


@dataclass(frozen=True, slots=True)
class Volume:
    """A file system that holds part of the archive. ``holds``: what of it (``archive.db``, ``warc``).
    ``growth``: bytes in 30 days, ``months_left`` until it is full at that pace (months of 30 days, None: it does not
    grow, or there is too little history)."""

    holds: tuple[str, ...]
    used_bytes: int
    free_bytes: int
    growth: int | None
    months_left: float | None


@dataclass(frozen=True, slots=True)
class Disk:
    """``growth``: bytes that came within the last 30, 90, 365 days, None where the archive is younger; the database's
    part is estimated. ``history_days``: since the first WARC file, None: there is none. ``pace_days``: what the
    forecast goes by, None: less than two weeks of history. ``months_left``: of the volume that is full first."""

    database_bytes: int
    warc_bytes: int
    bytes_a_document: int | None
    history_days: int | None
    growth: Mapping[str, int | None]
    pace_days: int | None
    months_left: float | None
    volumes: tuple[Volume, ...]


def disk_use(db: Database, home: Path, moment: datetime | None = None) -> Disk:
    """Measured at ``moment`` (UTC; None: now). Free room is what this user may fill."""
    moment = moment or now()
    database = sum(size for size in map(_size, (home / name for name in DATABASE)) if size)
    warc, first = db.execute("SELECT coalesce(sum(committed_length), 0), min(created_at) FROM warc_files").fetchone()
    documents = db.execute(DOCUMENTS).fetchone()[0]
    history = max(0, (moment - datetime.fromisoformat(first)).days) if first else None
    share = 1 + database / warc if warc else 1.0
    pace_days = min(MONTH, history - FIRST_LOAD) if history is not None and history >= FEWEST_DAYS else None
    pace = _came(db, moment, pace_days) * MONTH / pace_days if pace_days else None
    volumes = tuple(_volumes(db, home, pace, share - 1))
    return Disk(
        database_bytes=database,
        warc_bytes=warc,
        bytes_a_document=round((database + warc) / documents) if documents else None,
        history_days=history,
        growth={
            str(days): round(_came(db, moment, days) * share) if history is not None and history >= days else None
            for days in WINDOWS
        },
        pace_days=pace_days,
        months_left=min((v.months_left for v in volumes if v.months_left is not None), default=None),
        volumes=volumes,
    )


def _came(db: Database, moment: datetime, days: int) -> int:
    """Bytes of the WARC files that were begun within the last days."""
    query = "SELECT coalesce(sum(committed_length), 0) FROM warc_files WHERE created_at > ?"
    return int(db.execute(query, [stamp(moment - timedelta(days=days))]).fetchone()[0])


def _volumes(db: Database, home: Path, pace: float | None, database_share: float) -> Iterator[Volume]:
    """``pace``: WARC bytes in 30 days; ``database_share``: bytes of the database for each of them."""
    folder = home / "warc"
    used: dict[int, dict[str, int]] = defaultdict(lambda: {"archive.db": 0, "warc": 0})
    places: dict[int, Path] = {}
    growth: dict[int, float] = defaultdict(float)
    files = [("archive.db", home / name) for name in DATABASE]
    files += [("warc", folder / row[0]) for row in db.execute("SELECT name FROM warc_files")]
    for what, path in files:
        if (size := _size(path)) is not None:
            device = path.stat().st_dev
            places.setdefault(device, path)
            used[device][what] += size
    for path, share in ((home / "archive.db", database_share), (folder, 1.0)):
        if path.exists():
            device = path.stat().st_dev
            places.setdefault(device, path)
            growth[device] += share * (pace or 0)
    for device, path in places.items():
        free = shutil.disk_usage(path).free
        grows = round(growth[device]) if pace is not None else None
        held = used[device]
        holds = tuple(what for what, size in held.items() if size) or ("warc",)
        yield Volume(holds, sum(held.values()), free, grows, round(free / grows, 1) if grows else None)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.exists() else None
