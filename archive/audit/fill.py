"""Which fields are filled how often, by quarter, and where a rate fell at once.

A field that most pages of a site had and that suddenly few have says that the site was rebuilt, or that the reader has
lost its place there. Looked at by day of publication (the site's past) and by first capture (what the crawl met).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from sqlite_utils import Database

from archive.audit.report import Drop, FillPeriod
from archive.migrations.audit import FACTS
from archive.renditions import ARRAYS

__all__ = ["AUDITED_FIELDS", "fill_drops", "fill_periods", "fill_rates"]

AUDITED_FIELDS = FACTS
FEWEST = 20  # documents of a quarter that is judged
BEFORE = 4  # quarters that say what was usual
USUAL, FELL, SURE = 0.5, 0.3, 4.0  # the rate before; by how much it fell; in standard errors
DATES = frozenset({"issued_on", "published_at"})  # say which quarter of publication it is, so cannot be judged by it

By = Literal["published", "first_seen"]
PUBLISHED = "substr(coalesce(r.published_at, r.issued_on), 1, 7)"


def fill_periods(db: Database, source: str | None) -> tuple[FillPeriod, ...]:
    """Counts for each quarter, the undated first, of the documents that are not withdrawn."""
    counts = ", ".join(_filled(name) for name in AUDITED_FIELDS)
    rows = db.execute(
        f"""SELECT {PUBLISHED}, substr(d.first_seen_at, 1, 7), count(*), {counts} FROM documents d
            JOIN renditions r INDEXED BY renditions_facts ON r.id = d.current_rendition
            WHERE d.source IS ? AND d.withdrawn_at IS NULL GROUP BY 1, 2""",
        [source],
    ).fetchall()
    return (*_quarters("published", ((row[0], row[2:]) for row in rows)),
            *_quarters("first_seen", ((row[1], row[2:]) for row in rows)))  # fmt: skip


def _quarters(by: By, months: Iterable[tuple[str | None, Sequence[int]]]) -> Iterator[FillPeriod]:
    sums: dict[str, list[int]] = {}
    for month, counts in months:
        quarter = f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}" if month and len(month) == 7 else ""
        sums[quarter] = [a + b for a, b in zip(sums.get(quarter, [0] * len(counts)), counts, strict=True)]
    for quarter, (documents, *filled) in sorted(sums.items()):
        yield FillPeriod(by, quarter or None, documents, dict(zip(AUDITED_FIELDS, filled, strict=True)))


def fill_rates(periods: Iterable[FillPeriod]) -> dict[str, float]:
    """Of all documents, each counted once; empty where there are none."""
    own = [p for p in periods if p.by == "first_seen"]
    documents = sum(p.documents for p in own)
    if not documents:
        return {}
    return {name: round(sum(p.filled[name] for p in own) / documents, 4) for name in AUDITED_FIELDS}


def fill_drops(periods: Sequence[FillPeriod]) -> tuple[Drop, ...]:
    """Each quarter in which a field fell clearly below the four judged quarters before; told once, not every quarter
    that it stays down."""
    found: list[Drop] = []
    for by in ("published", "first_seen"):
        judged = [p for p in periods if p.by == by and p.quarter and p.documents >= FEWEST]
        for name in AUDITED_FIELDS:
            if by == "first_seen" or name not in DATES:
                found += _drops(name, judged)
    return tuple(sorted(found, key=lambda drop: (drop.quarter, drop.field, drop.by)))


def _drops(name: str, periods: Sequence[FillPeriod]) -> Iterable[Drop]:
    usual: list[FillPeriod] = []
    for period in periods:
        if usual and _fell(name, usual, period):
            before, after = _rate(name, usual), _rate(name, [period])
            yield Drop(name, period.by, period.quarter or "", round(before, 4), round(after, 4), period.documents)
            usual = []
        usual = [*usual, period][-BEFORE:]


def _fell(name: str, usual: Sequence[FillPeriod], period: FillPeriod) -> bool:
    before, after = _rate(name, usual), _rate(name, [period])
    many = sum(p.documents for p in usual)
    pooled = (before * many + after * period.documents) / (many + period.documents)
    error = math.sqrt(pooled * (1 - pooled) * (1 / many + 1 / period.documents))
    return before >= USUAL and before - after >= FELL and before - after > SURE * error


def _rate(name: str, periods: Sequence[FillPeriod]) -> float:
    return sum(p.filled[name] for p in periods) / sum(p.documents for p in periods)


def _filled(name: str) -> str:
    column = f"nullif(r.\"{name}\", '[]')" if name in ARRAYS else f'r."{name}"'
    return f"count({column})"
