"""Everything that happened to an archive, gone through again in its order, from the WARC files alone.

The order is that in which the answers were settled then (``archive.past_runs``), so that what depended on it, such as
which of two addresses became the document and which its alias, comes out as it did.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit

from archive.clock import now, parse_moment, standing_at
from archive.errors import ArchiveError, NotWritable
from archive.frontier import Leased
from archive.model import Issue, Level
from archive.past_runs import Check, Happening, PastRun, load_check, load_run, put_issues, source_file
from archive.staging import is_withdrawn
from archive.withdrawals import take_tombstone
from crawler.errors import SourceError
from crawler.items import NoAnswer
from crawler.kept import answer_from_archive
from crawler.pool import PoolBroken
from crawler.replayed_imports import replay_import
from crawler.replayed_run import RebuildSession, ReplayedRun
from crawler.replayed_urls import as_kept, as_leased, awaited_parts, first_capture, outcome_of
from crawler.settle import settle_answer, settle_no_answer
from crawler.source import Source, parse_source
from crawler.transport import comes_again

__all__ = ["Replay"]

PARTS_CAME = ("same", "changed")


class Replay:
    """``counts``: answers, checks, imports, and ``otherwise``: checks that came to something else than then."""

    def __init__(self, session: RebuildSession, read_at: datetime) -> None:
        self.session, self.read_at = session, read_at
        self.archive, self.conn = session.archive, session.archive.conn
        self.runs: dict[int, ReplayedRun] = {}
        self.past: dict[int, PastRun] = {}
        self.counts: Counter[str] = Counter()

    async def happen(self, happening: Happening) -> None:
        """Let it happen again. Raises NotWritable or PoolBroken; whatever else a page can cause is an issue."""
        with standing_at(parse_moment(happening.at)):
            try:
                await self._happen(happening)
            except (NotWritable, PoolBroken):
                raise
            except Exception as error:  # our own mistake, as in a crawl: the rest goes on
                logging.getLogger(__name__).error("%s", happening, exc_info=True)
                self._issue("internal", "error", f"{happening}: {type(error).__name__}: {error}")

    async def _happen(self, happening: Happening) -> None:
        what, run = happening.what, happening.run
        if what == "tombstone":
            with self.archive.transaction() as conn:
                take_tombstone(conn, json.loads(happening.said or "{}"))
        elif run is None:
            raise ArchiveError("belongs to no run")
        elif what == "open":
            self._open(run, json.loads(happening.said or "{}"))
        elif what == "import":
            self.counts["imported"] += replay_import(self.session, self._past(run), self.read_at)
        elif what == "close":
            self._close(run, happening.at)
        elif what == "answer":
            await self._answered(run, happening)
        else:
            await self._unanswered(run, happening)

    # -- runs ------------------------------------------------------------------------------------------

    def _past(self, run: int) -> PastRun:
        if run not in self.past:
            self.past[run] = load_run(self.conn, run)
        return self.past[run]

    def source_of(self, run: int) -> Source | None:
        """The source of a run that has begun."""
        return self.runs[run].source if run in self.runs else None

    def _open(self, run: int, said: dict[str, str | None]) -> None:
        past = self._past(run)
        if past.source is None:
            return
        replayed = self.runs.setdefault(run, ReplayedRun(self.session, past, self.read_at))
        replayed.take_up(self._source(past.source, said.get("source_toml_sha256")))

    def _source(self, id: str, sha256: str | None) -> Source:
        """The source file that the run had; where it is not known, or cannot be read any more, one without columns."""
        found = source_file(self.conn, id, sha256)
        try:
            if found is not None:
                return parse_source(found[0], f"{id}.toml")
        except SourceError as error:
            self._issue("source", "warning", f"{error}; its columns are not walked again")
        home = self.conn.execute("SELECT homepage FROM sources WHERE id = ?", [id]).fetchone()[0]
        host = urlsplit(home).netloc
        return Source(id, id, home, (), domains=(host,) if host else (), toml=found[0] if found else "")

    def _close(self, run: int, at: str) -> None:
        past = self._past(run)
        if past.source is None:
            self._close_without_source(past)
        elif run in self.runs:
            self.runs[run].end()
        if past.said is None:
            of = past.source or past.mode
            text = (
                f"run {past.row} ({of}, {past.started_at}): no WARC file holds its record: its verdict is judged anew, "
                "and what it asked for without an answer is not known"
            )
            self._issue("run_unrecorded", "info", text)

    def _close_without_source(self, past: PastRun) -> None:
        self.archive.index_waiting()
        self.archive.link_copies()
        said = past.said
        with self.archive.transaction() as conn:
            if said is None or said.verdict is None or said.finished_at is None:
                self.archive.close_run(past.row, "ok", (), {}, now())
            else:
                at = parse_moment(said.finished_at)
                self.archive.close_run(past.row, said.verdict, said.reasons, said.counts, at)
                put_issues(conn, past)

    # -- answers ---------------------------------------------------------------------------------------

    async def _answered(self, run: int, happening: Happening) -> None:
        """A check that brought an answer."""
        past, check = self._past(run), load_check(self.conn, run, happening.said)
        if happening.capture is None:
            self._as_noted(past, check, "its answer is in no WARC file any more")
            return
        capture: int = happening.capture
        row = self.conn.execute(
            "SELECT kind, settles, done FROM stage.captures WHERE capture = ?", [capture]
        ).fetchone()
        kind, settles, done = row
        if check is not None and kind == "part" and check.outcome in PARTS_CAME:
            return  # it comes with its first page
        if not settles:
            self._as_noted(past, check, "its answer cannot be read any more")
            return
        replayed = self._begun(run)
        if not done:
            await self._await_first(replayed, check)
            await self._settle(replayed, capture)
            self.counts["answers"] += 1
        self._compare(past, check, capture)

    async def _unanswered(self, run: int, happening: Happening) -> None:
        """A check that brought none."""
        check, replayed = load_check(self.conn, run, happening.said), self._begun(run)
        if check is None:
            return
        await self._await_first(replayed, check)
        with self.archive.transaction() as conn:
            lease = as_leased(conn, replayed.past, check.url)
        code = check.reason or "fetch"
        await settle_no_answer(replayed, NoAnswer(lease, code, f"{lease.address}: {code}", comes_again(code)), _later)
        self.counts["checks"] += 1

    def _begun(self, run: int) -> ReplayedRun:
        if run not in self.runs:
            self._open(run, {})
        return self.runs[run]

    async def _await_first(self, run: ReplayedRun, check: Check | None) -> None:
        """A further page that failed: its first page was settled before it was asked for."""
        if check is not None and check.first:
            first = first_capture(self.conn, run.past, check.first)
            if first is not None:
                await self._settle(run, first)

    async def _settle(self, run: ReplayedRun, capture: int) -> None:
        """Settle an answer, then the further pages that it asks for."""
        with self.archive.transaction() as conn:
            lease = as_kept(conn, run.past, capture)
        answer = answer_from_archive(run, lease)
        if isinstance(answer, NoAnswer):
            await settle_no_answer(run, answer, _later)
            return
        await settle_answer(run, answer, _later)
        while run.past.checked and (part := awaited_parts(self.conn, run.past, capture)) is not None:
            await self._settle(run, part)

    def _compare(self, past: PastRun, check: Check | None, capture: int) -> None:
        """Say where a check comes to something else than it did: another reader, or damage."""
        if check is None:
            return
        found = outcome_of(self.conn, past, capture)
        if found is None:
            with self.archive.transaction():
                self.archive.observe(
                    check.url, check.outcome, now(), capture=capture, run=past.row, reason=check.reason
                )
        if found != check.outcome:
            self.counts["otherwise"] += 1
            text = f"{check.url}: found {check.outcome} in run {past.row}, read again: {found or 'nothing'}"
            self._issue("rebuilt_otherwise", "info", text, check.url)

    def _as_noted(self, past: PastRun, check: Check | None, why: str) -> None:
        """Of an answer that is lost, what its run noted is what there is."""
        if check is None:
            return
        with self.archive.transaction():
            self.archive.observe(check.url, check.outcome, now(), capture=None, run=past.row, reason=check.reason)
        if is_withdrawn(self.conn, check.url):
            return
        self._issue("capture_lost", "error", f"{check.url}: {why}; found {check.outcome} in run {past.row}", check.url)

    def _issue(self, code: str, level: Level, message: str, url: str | None = None) -> None:
        with self.archive.transaction():
            issue = Issue(code, level, message, url=url)
            self.archive.put_issue(issue, run=None, source=None, now=now())
        self.counts[f"issue/{code}"] += 1


def _later(lease: Leased, attempts: int) -> None:
    """What was asked for again is a happening of its own."""
