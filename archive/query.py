"""The query language of search and export: text → Query (``archive.conditions`` makes SQL of it).

    卫生 总结            both, anywhere in title, text, index number or document number
    "工作 总结"          exactly this (white space and script do not count); 工作总结 says the same
    计划 OR 总结         one of the two; OR binds its two neighbours, tighter than the blank between words
    -转发                not this; also before a filter
    publisher:卫生局     part of the publisher's, the full publisher's or an issuer's name
    index:076478684      index number that begins so        number:〔2023〕10号   part of the document number
    title:通知           in the title                       source:zhoushan-wjw  id of the source
    trust:official       official, claimed, repost, hijacked, unknown
    flag:altered         altered, truncated, repaired, paywalled, image_only
    region:3309          place of the source: code of GB/T 2260 or name (舟山, 浙江省), with all that lies in it
    genre:通知           genre as printed, or type of document            validity:有效   as printed
    has:attachment       offers files
    after:2023-05 before:2024    inclusive, on the day of publication, else of signing

Full-width quotes “”, colon ： and hyphen － work as their plain forms. Errors point at the place.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from archive.errors import QueryError
from archive.model import Flag, Trust
from archive.normal import normalise
from archive.regions import places_called

__all__ = ["FILTERS", "Clause", "Filter", "Query", "Words", "parse_query", "quotable"]

FilterName = Literal[
    "publisher", "index", "number", "region", "source", "trust", "genre", "validity", "flag", "has", "after", "before"
]  # fmt: skip
FILTERS: tuple[str, ...] = ("title", *get_args(FilterName))
CHOICES = {"trust": get_args(Trust), "flag": get_args(Flag), "has": ("attachment",)}
MOST_TERMS = 500  # SQLite takes an expression of 1,000 levels; nobody types so many
QUOTES = '"“”＂'
NAME = re.compile(r"([A-Za-z_]+)[:：](?!//)")
DAY = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class Words:
    """Characters to be found side by side, searched form, at least one; ``in_title``: in the title only."""

    form: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition on what is known of the document; ``value`` as the SQL compares it."""

    name: FilterName
    value: str


@dataclass(frozen=True, slots=True)
class Clause:
    """Alternatives (OR), or what must not be (then there is one)."""

    atoms: tuple[Words | Filter, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All clauses must hold; without any, every document is meant."""

    clauses: tuple[Clause, ...] = ()

    @property
    def words(self) -> tuple[Words, ...]:
        """Everything that a found text may show: what is asked for, not what is excluded."""
        return tuple(a for c in self.clauses if not c.negated for a in c.atoms if isinstance(a, Words))


@dataclass(frozen=True, slots=True)
class _Term:
    """One atom as written: where it begins and whether a minus stands before it."""

    at: int
    negated: bool
    atom: Words | Filter


def parse_query(text: str) -> Query:
    """Read a query; the empty one means everything. Raises QueryError with the place marked by a caret."""
    clauses: list[Clause] = []
    pending_or: int | None = None
    at = 0
    while (at := _skip_blank(text, at)) < len(text):
        word = _bare(text, at)
        if word in ("OR", "AND"):
            if not clauses or pending_or is not None:
                raise _error(text, at, f'{word} needs a word on both sides; write "{word}" to search for it')
            pending_or = at if word == "OR" else None
            at += len(word)
            continue
        if sum(len(c.atoms) for c in clauses) == MOST_TERMS:
            raise _error(text, at, f"more than {MOST_TERMS} terms")
        term, at = _term(text, at)
        if pending_or is not None:
            clauses[-1] = _joined(text, clauses[-1], term)
            pending_or = None
        else:
            clauses.append(Clause((term.atom,), term.negated))
    if pending_or is not None:
        raise _error(text, pending_or, 'OR needs a word on both sides; write "OR" to search for it')
    return Query(tuple(clauses))


def _joined(text: str, before: Clause, term: _Term) -> Clause:
    if before.negated or term.negated:
        raise _error(text, term.at, "a minus cannot stand beside OR: write -a -b for neither")
    return Clause((*before.atoms, term.atom))


def _term(text: str, at: int) -> tuple[_Term, int]:
    """The term that begins at ``at`` and the offset behind it."""
    start = at
    negated = text[at] in "-－" and at + 1 < len(text) and not text[at + 1].isspace()
    at += negated
    name = NAME.match(text, at)
    key = name[1].lower() if name else None
    if name and key not in FILTERS:
        known = " ".join(f"{f}:" for f in FILTERS)
        raise _error(text, at, f"no filter {name[0]!r}; there are {known}; put the word in quotes to search for it")
    at = name.end() if name else at
    value, end = _value(text, at)
    if name and not value.strip():
        raise _error(text, at, f"{name[0]} needs a value right behind it")
    atom = _filter(text, at, key, value) if key and key != "title" else _words(text, at, value, key == "title")
    return _Term(start, negated, atom), end


def _value(text: str, at: int) -> tuple[str, int]:
    """A quoted or bare value at ``at`` and the offset behind it."""
    if at < len(text) and text[at] in QUOTES:
        end = next((i for i in range(at + 1, len(text)) if text[i] in QUOTES), None)
        if end is None:
            raise _error(text, at, "this quote is not closed")
        return text[at + 1 : end], end + 1
    word = _bare(text, at)
    return word, at + len(word)


def _words(text: str, at: int, value: str, in_title: bool) -> Words:
    form = normalise(value)
    if not form:
        raise _error(text, at, "nothing to search for here")
    return Words(form, in_title)


def _filter(text: str, at: int, name: str, value: str) -> Filter:
    plain = unicodedata.normalize("NFKC", value).strip()
    if name in CHOICES and plain not in CHOICES[name]:
        raise _error(text, at, f"{name}: is one of {', '.join(CHOICES[name])}")
    if name == "region":
        plain = _region(text, at, plain)
    if name in ("after", "before"):
        plain = _day(text, at, plain, last=name == "before")
    elif name in ("publisher", "index", "number"):
        plain = _words(text, at, value, False).form
    return Filter(name, plain)  # type: ignore[arg-type]  # the name is one of FILTERS, and title went elsewhere


def _region(text: str, at: int, value: str) -> str:
    """The code of a place without the zeros at its end."""
    if value.isascii() and value.isdigit() and len(value) in (2, 4, 6):
        code = value
    else:
        places = places_called(value)
        if len(places) > 1:
            raise _error(text, at, f"several places: {', '.join(f'{name} {code}' for code, name in places.items())}")
        if not places:
            raise _error(text, at, "a region is a code of GB/T 2260 (33, 3309, 330900) or a province's or city's name")
        (code,) = places
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def quotable(value: str) -> str:
    """A value as it can be written behind a filter's colon: quoted where it has blanks, without quotes of its own."""
    if not re.search(rf"[{QUOTES}\s]", value):
        return value
    return '"' + max(re.split(f"[{QUOTES}]", value), key=len) + '"'


def _day(text: str, at: int, value: str, *, last: bool) -> str:
    """The first day of a year, month or day as written, or its last."""
    found = DAY.fullmatch(value)
    if not found:
        raise _error(text, at, "a date is written 2023, 2023-05 or 2023-05-31")
    year = int(found[1])
    month = int(found[2] or (12 if last else 1))
    try:
        day = int(found[3] or (monthrange(year, month)[1] if last else 1))
        return date(year, month, day).isoformat()
    except ValueError:
        raise _error(text, at, f"there is no {value} in the calendar") from None


def _skip_blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _bare(text: str, at: int) -> str:
    end = at
    while end < len(text) and not text[end].isspace():
        end += 1
    return text[at:end]


def _error(text: str, at: int, message: str) -> QueryError:
    """Three lines: what is wrong, the query, and a caret under the place (two columns a wide character)."""
    line = "".join(" " if c.isspace() else c for c in text)
    indent = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line[:at])
    return QueryError(f"{message} (character {at + 1} of the query)\n  {line}\n  {' ' * indent}^")
