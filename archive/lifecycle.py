"""When a page that was there is not there any more: gone only with evidence, and its return.

A page is *gone* after two failed checks (404, 410 or a soft 404) at least a day apart, in runs in which the site
answers otherwise, and while the document is at no other address. A site that blocks or fails never turns into
deletions. Whether the site answers is known only when a run ends: the checks of a run are therefore judged together
at its close, so that the order in which a site happens to answer decides nothing. The return is a version
``restored``, made by ``archive.documents`` when the page is read again.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from archive.addresses import answers_elsewhere, find_document
from archive.versions import confirms_gone

__all__ = ["GoneCheck", "mark_gone"]

NOT_THERE = "('not_found', 'gone', 'soft_404')"
ANSWERED = "('same', 'changed', 'not_modified')"
LAST_CHECKS = f"""
    SELECT o.url, o.at, o.capture FROM observations o
    WHERE o.run = ? AND o.outcome IN {NOT_THERE} AND o.capture IS NOT NULL
      AND o.id = (SELECT max(id) FROM observations l WHERE l.url = o.url)
    ORDER BY o.id
"""
# A check of a run whose lists did not come says nothing: the site may have been down for maintenance.
EARLIER_CHECKS = f"""
    SELECT o.at FROM observations o JOIN runs r ON r.id = o.run
    WHERE o.url = :url AND o.outcome IN {NOT_THERE} AND (o.run = :run OR json_extract(r.counts, '$.lists') > 0)
      AND o.id > coalesce((SELECT max(id) FROM observations WHERE url = :url AND outcome IN {ANSWERED}), 0)
"""


@dataclass(frozen=True, slots=True)
class GoneCheck:
    """A canonical ``url`` whose document is gone, checked again at ``at`` (UTC); ``newly``: this check proved it."""

    url: str
    at: datetime
    newly: bool


def mark_gone(conn: sqlite3.Connection, run: int) -> list[GoneCheck]:
    """Make gone what the checks of ``run`` prove gone; returns those and what was gone before and still is not there.

    The caller knows that the site answered otherwise in that run (its lists came).
    """
    gone = []
    for url, at, capture in conn.execute(LAST_CHECKS, [run]).fetchall():
        document = find_document(conn, url)
        if document is None:
            continue
        if _gone_already(conn, document):
            gone.append(GoneCheck(url, datetime.fromisoformat(at), newly=False))
            continue
        checks = [row[0] for row in conn.execute(EARLIER_CHECKS, {"url": url, "run": run})]
        moment = datetime.fromisoformat(at)
        if confirms_gone(checks, moment) and not answers_elsewhere(conn, document, url):
            _add_gone(conn, document, capture, at)
            gone.append(GoneCheck(url, moment, newly=True))
    return gone


def _gone_already(conn: sqlite3.Connection, document: str) -> bool:
    row = conn.execute("SELECT gone_at FROM documents WHERE id = ?", [document]).fetchone()
    return row[0] is not None


def _add_gone(conn: sqlite3.Connection, document: str, capture: int, at: str) -> None:
    """A version without content of its own: it carries the last one's digest and the capture of the refusal."""
    cursor = conn.execute(
        """INSERT INTO versions
               (document, number, first_seen_at, last_seen_at, capture, content_sha256, change, not_before)
           SELECT document, number + 1, :at, :at, :capture, content_sha256, 'gone', last_seen_at FROM versions
           WHERE document = :document ORDER BY number DESC LIMIT 1""",
        {"at": at, "capture": capture, "document": document},
    )
    conn.execute("UPDATE documents SET current_version = ?, gone_at = ? WHERE id = ?", [cursor.lastrowid, at, document])
