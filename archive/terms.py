"""What filters ask for, as terms of the search index: the same words for what a document is and what a query means.

A term is ``name=value`` in searched form, without white space: ``source=zhoushan-wjw``, ``region=33`` and
``region=3309`` for a place and the province it lies in, ``year=2023 month=2023-05 day=2023-05-31``. Every document has
the term ALL, for queries that name no word; chance ones have ``sample=40``, so that many hits can be looked at in part.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from archive.normal import normalise

__all__ = ["ALL", "SAMPLES", "Facts", "day_of", "sample_term", "sample_terms", "span_terms", "term", "terms_of"]

ALL = "all"
SAMPLES = (40, 400, 4000)
"""One document in so many, chosen by its id: each larger step is a part of the one before."""
FIRST_YEAR, LAST_YEAR = 1900, 2149  # documents outside are found, but not by year in a negated or alternative date


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a shown document; ``day`` as ``YYYY-MM-DD`` or shorter, of publication, else of signing.
    ``kinds``: genre as printed, and type of document."""

    source: str | None
    region: str | None
    day: str | None
    trust: str
    flags: tuple[str, ...]
    kinds: tuple[str, ...]
    validity: str | None
    attachments: bool


def term(name: str, value: str) -> str:
    """The term of one value."""
    return f"{name}={normalise(value)}"


def terms_of(facts: Facts) -> Iterator[str]:
    """All terms of a document."""
    yield ALL
    yield term("trust", facts.trust)
    yield from (term("flag", flag) for flag in facts.flags)
    yield from (term("genre", kind) for kind in dict.fromkeys(facts.kinds))
    if facts.source:
        yield term("source", facts.source)
    if facts.region:
        yield from (term("region", facts.region[:size]) for size in (2, 4, 6) if _names_place(facts.region, size))
    if facts.validity:
        yield term("validity", facts.validity)
    if facts.attachments:
        yield term("has", "attachment")
    if day := day_of(facts.day):
        yield from (f"year={day:%Y}", f"month={day:%Y-%m}", f"day={day:%Y-%m-%d}")


def sample_terms(document: str) -> Iterator[str]:
    """The samples that a document (its id, hexadecimal) belongs to."""
    yield from (sample_term(every) for every in SAMPLES if int(document, 16) % every == 0)


def sample_term(every: int) -> str:
    return f"sample={every}"


def _names_place(code: str, size: int) -> bool:
    return len(code) >= size and code[size - 2 : size] != "00"


def day_of(printed: str | None) -> date | None:
    """A day, the first of a month or year that is printed without day; None where it is none of the calendar."""
    if not printed:
        return None
    parts = printed[:10].split("-")
    try:
        return date(*(int(part) for part in (*parts, "1", "1")[:3]))
    except ValueError:
        return None


def span_terms(after: date | None, before: date | None) -> Iterable[str]:
    """Terms of which a document from ``after`` to ``before`` (days, inclusive; None: open) has at least one, and no
    other has any: whole years, then whole months, then days."""
    first, last = after or date(FIRST_YEAR, 1, 1), before or date(LAST_YEAR, 12, 31)
    for year in range(first.year, last.year + 1):
        if date(year, 1, 1) >= first and date(year, 12, 31) <= last:
            yield f"year={year:04}"
        else:
            yield from _month_terms(year, first, last)


def _month_terms(year: int, first: date, last: date) -> Iterator[str]:
    for month in range(1, 13):
        length = calendar.monthrange(year, month)[1]
        if date(year, month, 1) >= first and date(year, month, length) <= last:
            yield f"month={year:04}-{month:02}"
        else:
            days = (date(year, month, day) for day in range(1, length + 1))
            yield from (f"day={day:%Y-%m-%d}" for day in days if first <= day <= last)
