"""What a source's lists say and show, against what is held; and what else waits, failed or is missing.

A list that was not walked to its end in its last walk cannot tell what is no longer listed. An address has a document
of its own, or leads to one as an alias; a withdrawn document counts as held.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set

from sqlite_utils import Database

from archive.audit.report import ColumnAudit, Files, Holder, NotHeld
from archive.identity import document_id

__all__ = ["audit_files", "audit_lists", "failed_reasons", "last_issues", "waiting"]

EXAMPLES = 20  # addresses named of one reason
COLUMNS = """
    SELECT id, name, total, walk, completed_at IS NOT NULL,
        NOT walk_open AND completed_at IS NOT NULL AND completed_at >= walk_started_at
    FROM columns WHERE source = ? ORDER BY id
"""
ENTRIES = 'SELECT url, walk FROM entries WHERE source = ? AND "column" = ?'
ELSEWHERE = """
    SELECT id FROM documents WHERE id = ? UNION ALL SELECT document FROM aliases WHERE url = ? LIMIT 1
"""
REASON = "SELECT state, reason FROM urls WHERE url = ?"
WAITING = ("discovered", "leased", "kept")
ATTACHMENTS = """
    SELECT {what} FROM documents d
    JOIN renditions r INDEXED BY renditions_facts ON r.id = d.current_rendition
    JOIN attachments a ON a.version = r.version
    WHERE d.source IS :source AND d.withdrawn_at IS NULL
"""
MISSING = "a.state IN ('failed', 'skipped')"


def audit_lists(db: Database, source: str, held: Set[str]) -> tuple[tuple[ColumnAudit, ...], int]:
    """The source's columns, and how many of its documents (``held``: their ids) no list ever showed."""
    listed: set[str] = set()
    columns = tuple(_column(db, source, row, held, listed) for row in db.execute(COLUMNS, [source]).fetchall())
    return columns, len(held - listed)


def waiting(db: Database, source: str) -> int:
    """Addresses of articles and lists that are not fetched or not read yet."""
    query = f"SELECT count(*) FROM urls WHERE source = ? AND state IN {WAITING}"
    return int(db.execute(query, [source]).fetchone()[0])


def failed_reasons(db: Database, source: str) -> dict[str, int]:
    """Failed addresses by reason, most first."""
    query = """SELECT coalesce(reason, 'failed'), count(*) FROM urls WHERE source = ? AND state = 'failed'
               GROUP BY 1 ORDER BY 2 DESC, 1"""
    return dict(db.execute(query, [source]).fetchall())


def last_issues(db: Database, run: int | None) -> dict[str, int]:
    """Issues of one run by code, most first."""
    query = "SELECT code, count(*) FROM issues WHERE run = ? GROUP BY 1 ORDER BY 2 DESC, 1"
    return dict(db.execute(query, [run]).fetchall())


def audit_files(db: Database, source: str | None) -> Files:
    """Attachments of the shown versions."""
    given = {"source": source}
    states = db.execute(f"{ATTACHMENTS.format(what='a.state, count(*)')} GROUP BY 1 ORDER BY 1", given).fetchall()
    if not any(state in ("failed", "skipped") for state, _ in states):
        return Files(dict(states), 0, ())
    base = f"{ATTACHMENTS.format(what='{what}')} AND {MISSING}"
    documents = db.execute(base.format(what="count(DISTINCT d.id)"), given).fetchone()[0]
    what = "d.id, a.name, a.url"
    rows = db.execute(f'{base.format(what=what)} ORDER BY d.id, a."order" LIMIT {EXAMPLES}', given).fetchall()
    return Files(dict(states), documents, tuple(Holder(*row) for row in rows))


def _column(
    db: Database, source: str, row: tuple[str, str | None, int | None, int, int, int], held: Set[str], listed: set[str]
) -> ColumnAudit:
    """One list; the ids of the documents that it showed are added to ``listed``."""
    column, name, says, walk, completed, whole = row
    total = now = here = unlisted = 0
    absent: list[str] = []
    for url, last in db.execute(ENTRIES, [source, column]):
        total += 1
        now += last == walk
        if (own := document_id(url)) in held:
            listed.add(own)
            here += 1
            unlisted += last != walk
        else:
            absent.append(url)
    not_held: Mapping[str, list[str]] = defaultdict(list)
    for url in absent:
        found = db.execute(ELSEWHERE, [document_id(url), url]).fetchone()
        if found is None:
            not_held[_reason(db, url)].append(url)
        else:
            listed.add(found[0])
            here += 1
    return ColumnAudit(
        column=column,
        name=name,
        says=says,
        listed=total,
        listed_now=now if whole else None,
        held=here,
        unlisted=unlisted if whole else 0,
        walked_to_end=bool(completed),
        not_held=_by_reason(not_held),
    )


def _by_reason(urls: Mapping[str, list[str]]) -> tuple[NotHeld, ...]:
    counts = Counter({reason: len(own) for reason, own in urls.items()})
    return tuple(NotHeld(reason, count, _examples(urls[reason])) for reason, count in counts.most_common())


def _examples(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(urls)[:EXAMPLES])


def _reason(db: Database, url: str) -> str:
    row = db.execute(REASON, [url]).fetchone()
    if row is None:
        return "not asked for"
    state, reason = row
    if state in WAITING:
        return "waiting"
    return reason or ("read, but no document of its own" if state == "done" else "failed")
