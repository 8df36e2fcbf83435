"""A small whole archive, written by the archive's own functions: a list, four documents, every kind of row in it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from archive import Captures, Exchange, SourceRow, canonical_url, close_books
from archive.clock import stamp
from archive.frontier import Leased
from archive.frontier_parts import add_parts
from archive.model import AttachmentLink, Capture, Draft, Entry, Issue, Metadata, Part, Reading
from archive.renditions import Writing
from archive.signing import Signer
from archive.store import Archive

__all__ = ["COPY", "MARK", "NOTICE", "PAGED", "SITE", "TWIN", "Whole"]

SITE = "http://xxgk.qinghe.example"
NOTICE, PAGED, TWIN = f"{SITE}/art/1.html", f"{SITE}/art/2.html", f"{SITE}/art/3.html"
COPY = "http://docs.example/p/9"
MARK = "莲溪镇疫苗接种点调整"  # stands in the notice and its copy and nowhere else
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = timedelta(days=1)


class Whole:
    """``crawl`` makes one run of the source; each run closes with its manifest."""

    def __init__(self, home: Path, signer: Signer | None = None) -> None:
        self.archive = Archive(home)
        self.captures = Captures(self.archive.db, home, software="gongkai test")
        self.signer = signer
        self.run = 0

    def crawl(self, now: datetime = NOW, said: str = "") -> None:
        """The notice (``said`` is added to its text) with an attachment, an article of two pages, a page that has the
        notice's bytes, a copy on another site."""
        self.open(now)
        notice = _draft(NOTICE, _text(MARK + said), title=f"{MARK}的通知", index_number="330900/2026-00017")
        body = _body(notice)
        with_file = replace(notice, attachments=(AttachmentLink(1, f"{MARK}附件.doc", f"{SITE}/a.doc"),))
        self.article(NOTICE, body, with_file, now, final_url=f"{SITE}/content/1.html")
        first = _draft(PAGED, _text("青禾县工作要点"), title="青禾县工作要点")
        part = self.keep(f"{SITE}/art/2_1.html", "part", "第二页".encode(), now)
        lease = Leased(canonical_url(PAGED), PAGED, "article", "gg", None, None, 0, None, None)
        with self.archive.transaction() as conn:
            add_parts(conn, "qinghe", lease, part.id, (Part(2, part.url),), self.run, now)
        self.article(PAGED, _body(first), first, now, parts=(Part(2, part.url, part.id),))
        self.article(TWIN, body, replace(notice, url=TWIN), now)
        copy = _draft(COPY, _text(MARK + said), title=f"转载：{MARK}")
        self.article(COPY, _body(copy) + b"<!-- copied -->", copy, now, trust="repost")
        self.close(now)

    def open(self, now: datetime) -> None:
        archive = self.archive
        with archive.transaction():
            toml = "name = '青禾县'"
            archive.put_source(SourceRow("qinghe", "青禾县", SITE, toml, _sha256(toml)), now)
            self.run, _ = archive.open_run(
                "qinghe", "full", tool_version="gongkai test", reader="r1", toml_sha256=None, now=now
            )
            frontier = archive.frontier("qinghe")
            frontier.open_walks([("gg", "公告", f"{SITE}/list.html")], now)
            entries = [Entry(f"第{n}条", url, "2026-11-01") for n, url in enumerate((NOTICE, PAGED, TWIN, COPY), 1)]
            frontier.add_entries("gg", entries, 1, f"{SITE}/list.html", now)
            frontier.set_done(canonical_url(f"{SITE}/list.html"), now, days=None)
            archive.observe(f"{SITE}/list.html", "changed", now, capture=None, run=self.run)
            issue = Issue("unknown_label", "info", f"未知栏目：{MARK}", NOTICE)
            archive.put_issue(issue, run=self.run, source="qinghe", now=now)

    def close(self, now: datetime) -> None:
        self.archive.index_waiting()
        self.archive.link_copies()
        with self.archive.transaction():
            self.archive.close_run(self.run, "ok", (), {"lists": 1}, now)
        close_books(self.archive.db, self.captures, self.run, self.signer)

    def keep(self, url: str, kind: str, body: bytes, now: datetime, final_url: str | None = None) -> Capture:
        headers = (("Content-Type", "text/html; charset=utf-8"),)
        exchange = Exchange(url, stamp(now), "GET", (("Host", "x"),), 200, "OK", "HTTP/1.1", headers, body, "192.0.2.7")
        return self.captures.keep(
            exchange, kind=kind, source="qinghe", run=self.run, final_url=final_url, entry_title=self.title(url)  # type: ignore[arg-type]
        )  # fmt: skip

    @staticmethod
    def title(url: str) -> str:
        return f"{MARK}（列表）" if url in (NOTICE, TWIN, COPY) else "青禾县"

    def article(
        self, url: str, body: bytes, draft: Draft, now: datetime, *, final_url: str | None = None,
        trust: str = "official", parts: tuple[Part, ...] = (),
    ) -> None:  # fmt: skip
        capture = self.keep(url, "article", body, now, final_url)
        reading = Reading("article", draft, trust=trust, trust_evidence=(f"印有{self.title(url)}",), parts=parts)  # type: ignore[arg-type]
        with self.archive.transaction():
            stored = self.archive.put_reading(capture, reading, Writing("r1", self.run, now))
            self.archive.observe(url, stored.outcome, now, capture=capture.id, run=self.run)
            for part in parts:
                self.archive.observe(part.url, stored.outcome, now, capture=part.capture, run=self.run)
            self.archive.frontier("qinghe").set_done(canonical_url(url), now, days=7)

    def shut(self) -> None:
        self.captures.close()
        self.archive.close()


def _draft(url: str, text: str, **metadata: str) -> Draft:
    return Draft(url, text, text, Metadata(publisher="青禾县卫生健康局", **metadata))


def _text(words: str) -> str:
    return "".join(
        f"第{n}项：{words}，安排编号{n * 7919}，由各乡镇卫生院落实，并于{n + 1}月底前报送情况。\n" for n in range(12)
    )


def _body(draft: Draft) -> bytes:
    return f"<html><title>{draft.title}</title><body>{draft.text}</body></html>".encode()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
