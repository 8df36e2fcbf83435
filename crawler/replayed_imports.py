"""An import of the past, gone through again: its pages from the WARC files, in the order in which they were brought."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from archive import Capture
from archive.clock import now, parse_moment
from archive.errors import ArchiveError
from archive.model import Issue
from archive.past_runs import PastRun
from crawler.importing import Import, Imported, KeptPage
from crawler.pages import page_of_capture
from crawler.session import Session

__all__ = ["replay_import"]

# Of a run whose checks are known, only what it came to store; of another one, all.
CAPTURES = """
SELECT s.capture, (SELECT min(k.at) FROM stage.checks k JOIN captures c ON c.record_id = k.record_id
                   WHERE k.run = s.run AND c.id = s.capture)
FROM stage.captures s WHERE s.run = ? AND s.kind = 'import' AND s.settles ORDER BY s.capture
"""


def replay_import(session: Session, past: PastRun, read_at: datetime) -> int:
    """Import again what that run imported; returns how many pages it was."""
    conn = session.archive.conn
    moments: dict[int, str] = {
        capture: at for capture, at in conn.execute(CAPTURES, [past.id]).fetchall() if at or not past.checked
    }

    def moment(capture: Capture) -> datetime:
        at = moments.get(capture.id) or capture.imported_at
        return parse_moment(at) if at else now()

    job = Import(session, {}, past.row, moment=moment, read_at=read_at)
    done = sum(1 for _ in job.store(_kept(session, list(moments), past)))
    return done + sum(1 for _ in job.put_paged())


def _kept(session: Session, captures: list[int], past: PastRun) -> Iterator[KeptPage | Imported]:
    for id in captures:
        capture = session.captures.load(id)
        try:
            body = session.captures.payload(id)
        except ArchiveError as error:
            with session.archive.transaction():
                issue = Issue(error.code, "error", str(error), url=capture.url)
                session.archive.put_issue(issue, run=None, source=None, now=now())
            continue
        page = page_of_capture(capture, body, capture.url, expected=None)
        yield KeptPage(capture, page, capture.import_path or capture.url, capture.url)
