"""Runs that judge themselves: ok, degraded or failed, with reasons. Pure but for reading the archive.

failed: a column's first list was empty, nothing answered, or the source file's ``[expect]`` is not met.
degraded: challenges, failed pages above one in twenty, a paging loop, a list page that did not come, pages that
need a browser.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

from archive.model import Verdict
from crawler.source import Source

__all__ = ["judge"]

FAILED_SHARE = 0.05
DEGRADING = {
    "challenged": "challenge pages answered",
    "paging_loop": "a column pages in a loop",
    "site_failed": "error or maintenance pages answered",
    "login_required": "pages ask for a login",
    "parked": "the domain seems to be given up",
    "needs_rendering": "pages need a browser",
    "foreign_entry": "entries lead to other hosts",
}


def judge(
    conn: sqlite3.Connection, source: Source, counts: Mapping[str, int], noted: Iterable[str], now: datetime
) -> tuple[Verdict, tuple[str, ...]]:
    """The verdict on a run that came to its end. ``noted``: reasons to fail that came up on the way."""
    failures = [*noted, *_expectations(conn, source, now)]
    if counts.get("fetched", 0) and not counts.get("answered", 0):
        failures.append("nothing answered")
    if failures:
        return "failed", tuple(failures)
    degraded = [f"{text}: {counts[f'issue/{code}']}" for code, text in DEGRADING.items() if counts.get(f"issue/{code}")]
    if counts.get("broken_walks"):
        degraded.append(f"columns whose walk broke off at a list page: {counts['broken_walks']}")
    for what in ("failed", "unreadable"):
        if counts.get(what, 0) > FAILED_SHARE * max(counts.get("answered", 0) + counts.get("failed", 0), 1):
            degraded.append(f"{counts[what]} pages {what}")
    return ("degraded", tuple(degraded)) if degraded else ("ok", ())


def _expectations(conn: sqlite3.Connection, source: Source, now: datetime) -> list[str]:
    expect = source.expect
    held = conn.execute(
        "SELECT count(*) FROM documents WHERE source = ? AND gone_at IS NULL AND withdrawn_at IS NULL", [source.id]
    ).fetchone()[0]
    broken = []
    if expect.documents is not None and held < expect.documents:
        broken.append(f"expect.documents: {held} held, {expect.documents} expected")
    for name, share in expect.fill.items():
        filled = _filled(conn, source.id, name)
        if held and filled / held < share:
            broken.append(f"expect.fill.{name}: {filled / held:.2f}, {share:.2f} expected")
    if expect.newest_within_days is not None:
        broken += _newest(conn, source.id, expect.newest_within_days, now)
    return broken


def _filled(conn: sqlite3.Connection, source: str, name: str) -> int:
    """``name`` is one of METADATA_FIELDS (the source file was checked)."""
    count: int = conn.execute(
        f"""SELECT count(*) FROM documents d JOIN renditions r ON r.id = d.current_rendition
            WHERE d.source = ? AND d.gone_at IS NULL AND d.withdrawn_at IS NULL AND r."{name}" IS NOT NULL
              AND r."{name}" != '[]'""",
        [source],
    ).fetchone()[0]
    return count


def _newest(conn: sqlite3.Connection, source: str, days: int, now: datetime) -> list[str]:
    newest = conn.execute(
        """SELECT max(coalesce(r.published_at, r.issued_on)) FROM documents d
           JOIN renditions r ON r.id = d.current_rendition WHERE d.source = ?""",
        [source],
    ).fetchone()[0]
    if newest is None:
        return [f"expect.newest_within_days: no dated document, one within {days} days expected"]
    age = (now.date() - datetime.fromisoformat(newest[:10]).date()).days
    return [f"expect.newest_within_days: the newest is {age} days old, {days} expected"] if age > days else []
