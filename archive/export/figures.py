"""The figures of an export: counted from the documents as they pass, and from the archive what is known to be missing.

They fill the manifest and the dataset card. Known gaps are those of the sources that the exported documents come from.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.export.batches import Batch
from archive.export.fields import REPEATED, TEXTS

__all__ = ["Figures", "Gaps", "SourceFacts", "gaps_of"]

NO_SOURCE = "imported"
UNDATED, YEAR = "none", 4

SOURCES = "SELECT id, name, homepage FROM sources ORDER BY id"
TERMS = "SELECT DISTINCT source, terms_url FROM captures WHERE terms_url IS NOT NULL ORDER BY 1, 2"
FAILED = "SELECT source, count(*) FROM urls WHERE state = 'failed' GROUP BY 1"
ISSUES = "SELECT coalesce(source, ?), code, count(*) FROM issues GROUP BY 1, 2 ORDER BY 2"
UNREAD = "SELECT coalesce(source, ?), count(*) FROM documents WHERE current_rendition IS NULL GROUP BY 1"


@dataclass(slots=True)
class Figures:
    """Counts of the written documents. ``bytes_of_text``: UTF-8; ``filled``: field → documents that have it;
    ``years`` of publication, else of signing, ``none`` where neither is known; ``by_robots``: (source, what
    robots.txt said: allowed, none, unknown) → documents."""

    documents: int = 0
    folded: int = 0
    gone: int = 0
    bytes_of_text: int = 0
    by_source: Counter[str] = field(default_factory=Counter)
    by_trust: Counter[str] = field(default_factory=Counter)
    by_rights: Counter[str] = field(default_factory=Counter)
    by_robots: Counter[tuple[str, str]] = field(default_factory=Counter)
    years: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    filled: Counter[str] = field(default_factory=Counter)

    def add(self, batch: Batch) -> None:
        columns = batch.columns
        self.documents += len(batch)
        self.folded += sum(map(len, columns.get("copies", ())))
        self.gone += len(batch) - columns["gone_at"].count(None)
        self.bytes_of_text += sum(map(len, columns[TEXTS[0]]))
        sources = [source or NO_SOURCE for source in columns["source"]]
        self.by_source.update(sources)
        self.by_trust.update(columns["trust"])
        self.by_rights.update(columns["rights_basis"])
        self.by_robots.update(zip(sources, (said or "unknown" for said in batch.robots), strict=True))
        days = zip(columns["published_at"], columns["issued_on"], strict=True)
        self.years.update((published or issued or UNDATED)[:YEAR] for published, issued in days)
        self.flags.update(flag for flags in columns["flags"] for flag in flags)
        for name, column in columns.items():
            empty: object = [] if name in REPEATED else b"" if name in TEXTS else None
            self.filled[name] += len(column) - column.count(empty)


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """``terms``: addresses of the terms of use that its captures name."""

    id: str
    name: str
    homepage: str | None
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the exported documents' sources are known to lack. ``unread``: documents captured but not read yet."""

    sources: tuple[SourceFacts, ...]
    failed_urls: dict[str, int]
    issues: dict[str, int]
    unread: int


def gaps_of(conn: sqlite3.Connection, sources: Iterable[str]) -> Gaps:
    """The facts and gaps of these sources (``Figures.by_source``), by id."""
    wanted = set(sources)
    terms: dict[str, list[str]] = {}
    for source, url in conn.execute(TERMS):
        terms.setdefault(source, []).append(url)
    facts = [
        SourceFacts(id, name, homepage, tuple(terms.get(id, ())))
        for id, name, homepage in conn.execute(SOURCES)
        if id in wanted
    ]
    issues: Counter[str] = Counter()
    for source, code, count in conn.execute(ISSUES, [NO_SOURCE]):
        if source in wanted:
            issues[code] += count
    failed = {source: count for source, count in conn.execute(FAILED) if source in wanted}
    unread = sum(count for source, count in conn.execute(UNREAD, [NO_SOURCE]) if source in wanted)
    if NO_SOURCE in wanted:
        facts.append(SourceFacts(NO_SOURCE, "imported files 导入的文件", None, ()))
    return Gaps(tuple(facts), failed, dict(sorted(issues.items())), unread)
