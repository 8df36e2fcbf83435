"""What the archive holds, in numbers. Withdrawn documents count nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

__all__ = ["Stats", "stats"]

HELD = "FROM documents d LEFT JOIN renditions r ON r.id = d.current_rendition WHERE d.withdrawn_at IS NULL"
YEAR = "coalesce(substr(coalesce(r.published_at, r.issued_on), 1, 4), 'undated')"
GROUPS = {
    "by_trust": f"SELECT d.trust, count(*) {HELD} GROUP BY 1 ORDER BY 2 DESC, 1",
    "by_source": f"SELECT coalesce(d.source, 'imported'), count(*) {HELD} GROUP BY 1 ORDER BY 2 DESC, 1",
    "by_year": f"SELECT {YEAR}, count(*) {HELD} GROUP BY 1 ORDER BY 1",
    "issues": "SELECT code, count(*) FROM issues GROUP BY 1 ORDER BY 2 DESC, 1",
}
TOTALS = """
    SELECT count(*), coalesce(sum(gone_at IS NOT NULL), 0), coalesce(sum(duplicate_of IS NOT NULL), 0),
        (SELECT count(*) FROM versions v JOIN documents d ON d.id = v.document WHERE d.withdrawn_at IS NULL),
        (SELECT count(*) FROM captures), (SELECT count(*) FROM warc_files),
        (SELECT coalesce(sum(committed_length), 0) FROM warc_files)
    FROM documents WHERE withdrawn_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Stats:
    """``copies``: documents that repeat another one's text. ``by_year``: of publication, else of signing;
    ``undated`` where neither is known. ``warc_bytes``: committed, compressed."""

    documents: int
    gone: int
    copies: int
    versions: int
    captures: int
    warc_files: int
    warc_bytes: int
    by_trust: Mapping[str, int]
    by_source: Mapping[str, int]
    by_year: Mapping[str, int]
    issues: Mapping[str, int]


def stats(db: Database) -> Stats:
    """Count everything."""
    totals = db.execute(TOTALS).fetchone()
    groups: dict[str, Any] = {name: dict(db.execute(sql).fetchall()) for name, sql in GROUPS.items()}
    return Stats(*totals, **groups)
