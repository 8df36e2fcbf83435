"""Two versions of a document side by side: both as one reader read them, row by row, differences marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from archive.diff import Span, diff_rows
from archive.readings import FieldChange, changes_of_fields, readings

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
    read = readings(conn, before, after)
    if read is None:
        return None
    rows = tuple(_rows(read.before.text, read.after.text))
    changed = sum(row.kind != "same" for row in rows)
    fields = changes_of_fields(read.before, read.after)
    return Comparison(read.reader, read.same_reader, fields, tuple(_folded(rows)), changed)


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
