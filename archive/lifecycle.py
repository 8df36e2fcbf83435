"""When a page that was there is not there any more: gone only with evidence, and its return.

A page is *gone* after two failed checks (404, 410 or a soft 404) at least a day apart, while the site answers
otherwise and the document is at no other address. A site that blocks or fails never turns into deletions. The
return is a version ``restored``, made by ``archive.documents`` when the page is read again.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime

from archive.addresses import answers_elsewhere, find_document
from archive.clock import stamp
from archive.model import Outcome
from archive.versions import confirms_gone

__all__ = ["mark_failed_check"]

NOT_THERE = ("not_found", "gone", "soft_404")
ANSWERED = "('same', 'changed', 'not_modified')"


def mark_failed_check(
    conn: sqlite3.Connection,
    url: str,
    outcome: Outcome,
    now: datetime,
    *,
    capture: int | None,
    run: int | None,
    site_answers: bool,
) -> bool:
    """Record the check of a canonical ``url``; True when it makes the URL's document gone.

    ``outcome`` is one of not_found, gone (410), soft_404; any other is recorded and proves nothing.
    """
    earlier = conn.execute(
        f"""SELECT at FROM observations WHERE url = :url AND outcome IN ('not_found', 'gone', 'soft_404')
            AND id > coalesce((SELECT max(id) FROM observations WHERE url = :url AND outcome IN {ANSWERED}), 0)""",
        {"url": url},
    ).fetchall()
    conn.execute(
        "INSERT INTO observations (url, at, outcome, capture, run) VALUES (?, ?, ?, ?, ?)",
        [url, stamp(now), outcome, capture, run],
    )
    document = find_document(conn, url)
    if outcome not in NOT_THERE or capture is None or document is None or _gone_already(conn, document):
        return False
    if not confirms_gone([row[0] for row in earlier], now, site_answers) or answers_elsewhere(conn, document, url):
        return False
    _add_gone(conn, document, capture, now)
    return True


def _gone_already(conn: sqlite3.Connection, document: str) -> bool:
    row = conn.execute("SELECT gone_at FROM documents WHERE id = ?", [document]).fetchone()
    return row[0] is not None


def _add_gone(conn: sqlite3.Connection, document: str, capture: int, now: datetime) -> None:
    """A version without content of its own: it carries the last one's digest and the capture of the refusal."""
    cursor = conn.execute(
        """INSERT INTO versions
               (document, number, first_seen_at, last_seen_at, capture, content_sha256, change, not_before)
           SELECT document, number + 1, :at, :at, :capture, content_sha256, 'gone', last_seen_at FROM versions
           WHERE document = :document ORDER BY number DESC LIMIT 1""",
        {"at": stamp(now), "capture": capture, "document": document},
    )
    conn.execute(
        "UPDATE documents SET current_version = ?, gone_at = ? WHERE id = ?", [cursor.lastrowid, stamp(now), document]
    )
