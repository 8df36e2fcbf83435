"""What an unfinished run brought before it was broken off, so that its verdict is on the whole run."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

__all__ = ["run_so_far"]

OUTCOMES = """
    SELECT c.kind, o.outcome, count(*) FROM observations o JOIN captures c ON c.id = o.capture
    WHERE o.run = ? GROUP BY 1, 2
"""
# A URL that failed and is to be asked again has not failed yet: it counts when its attempts are used up.
FAILED = """
    SELECT count(DISTINCT o.url) FROM observations o JOIN urls u ON u.url = o.url
    WHERE o.run = :run AND u.state = 'failed' AND o.outcome IN ('failed', 'refused', 'challenged')
"""
CREATED = """
    SELECT count(*) FROM versions v JOIN captures c ON c.id = v.capture WHERE c.run = ? AND v.change = 'created'
"""


def run_so_far(conn: sqlite3.Connection, run: int) -> tuple[list[str], Counter[str]]:
    """The reasons to fail that the run has noted, and its counts by the names that a run uses."""
    reasons: list[str] = json.loads(conn.execute("SELECT reasons FROM runs WHERE id = ?", [run]).fetchone()[0])
    counts: Counter[str] = Counter()
    for kind, outcome, number in conn.execute(OUTCOMES, [run]):
        if outcome in ("same", "changed", "not_found", "gone", "soft_404"):
            counts["answered"] += number
            there = outcome in ("same", "changed")
            if not (there and kind == "part"):  # a further page comes and goes with its article
                counts["missing" if not there else "lists" if kind == "list" else outcome] += number
    counts["new"] = conn.execute(CREATED, [run]).fetchone()[0]
    counts["changed"] -= counts["new"]
    counts["failed"] = conn.execute(FAILED, {"run": run}).fetchone()[0]
    for code, number in conn.execute("SELECT code, count(*) FROM issues WHERE run = ? GROUP BY 1", [run]):
        counts["issues"] += number
        counts[f"issue/{code}"] += number
    return reasons, +counts
