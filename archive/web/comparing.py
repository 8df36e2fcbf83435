"""Two versions of a document side by side: both as one reader read them, row by row, differences marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from archive.diff import Span, diff_rows
from archive.history import FieldChange
from archive.renditions import stored_content
from archive.versions import Content, changed_fields

__all__ = ["Comparison", "Piece", "Row", "Stretch", "compare"]

Kind = Literal["same", "changed", "gone", "come"]
KINDS: dict[str, Kind] = {"=": "same", "~": "changed", "-": "gone", "+": "come"}
AROUND = 2  # unchanged sentences that are shown beside a change


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence, and whether the other side lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence on each side; empty where the other has no partner."""

    kind: Kind
    before: tuple[Piece, ...]
    after: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows that stand together; ``folded``: unchanged ones, far from any change."""

    folded: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """``same_reader`` False: no reader read both, so that a part of it may be our reading and no change."""

    reader: str
    same_reader: bool
    fields: tuple[FieldChange, ...]
    stretches: tuple[Stretch, ...]
    changes: int


def compare(conn: sqlite3.Connection, before: int, after: int) -> Comparison | None:
    """``before`` and ``after``: ids of versions; None where one of them has no text."""
    old, new = _readers(conn, before), _readers(conn, after)
    if not old or not new:
        return None
    reader = next((r for r in new if r in old), None)
    a, b = stored_content(conn, before, reader or old[0]), stored_content(conn, after, reader or new[0])
    if a is None or b is None:
        return None
    rows = tuple(_rows(a.text, b.text))
    changed = sum(row.kind != "same" for row in rows)
    return Comparison(reader or new[0], reader is not None, tuple(_fields(a, b)), tuple(_folded(rows)), changed)


def _readers(conn: sqlite3.Connection, version: int) -> list[str]:
    found = conn.execute("SELECT reader FROM renditions WHERE version = ? ORDER BY id DESC", [version])
    return [row[0] for row in found]


def _fields(a: Content, b: Content) -> Iterator[FieldChange]:
    for name in changed_fields(a.metadata, b.metadata):
        yield FieldChange(name, _value(getattr(a.metadata, name)), _value(getattr(b.metadata, name)))
    files = [" | ".join(f"{link.name} {link.url}" for link in c.attachments) or None for c in (a, b)]
    if files[0] != files[1]:
        yield FieldChange("attachments", files[0], files[1])


def _value(value: str | tuple[str, ...] | None) -> str | None:
    return (" | ".join(value) or None) if isinstance(value, tuple) else value


def _rows(before: str, after: str) -> Iterator[Row]:
    for row in diff_rows(before, after):
        yield Row(KINDS[row.op], _pieces(row.before, row.before_spans), _pieces(row.after, row.after_spans))


def _pieces(text: str | None, spans: Iterable[Span]) -> tuple[Piece, ...]:
    """A sentence in pieces, those of the spans marked."""
    pieces, at = [], 0
    for start, end in (*spans, (len(text or ""), len(text or ""))):
        pieces += [Piece(text[at:start], False)] if text and at < start else []
        pieces += [Piece(text[start:end], True)] if text and start < end else []
        at = end
    return tuple(pieces)


def _folded(rows: tuple[Row, ...]) -> Iterator[Stretch]:
    """The rows in stretches; of many unchanged ones in a row only those beside a change are left open."""
    near: set[int] = set()
    for at, row in enumerate(rows):
        if row.kind != "same":
            near.update(range(at - AROUND, at + AROUND + 1))
    for folded, group in groupby(enumerate(rows), key=lambda pair: pair[0] not in near):
        yield Stretch(folded, tuple(row for _, row in group))
