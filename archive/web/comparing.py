"""Two versions of a document side by side: both as one reader read them, row by row, differences marked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest
from typing import Literal

from archive.history import FieldChange, sentence_diff
from archive.renditions import stored_content
from archive.versions import Content, changed_fields

__all__ = ["Comparison", "Piece", "Row", "Stretch", "compare"]

ALIKE = 0.5  # of 1: a sentence with a number or a clause changed reaches it, another sentence does not
COMPARABLE = 4000  # characters of two sentences: a table without any full stop would take minutes
NEAR = 8  # sentences in which the partner is looked for
AROUND = 2  # unchanged sentences that are shown beside a change


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a sentence, and whether the other side lacks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One sentence on each side; empty where the other has no partner."""

    kind: Literal["same", "changed", "gone", "come"]
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
    for same, group in groupby(sentence_diff(before, after), key=lambda s: s.op == "="):
        sentences = list(group)
        if same:
            yield from (Row("same", (Piece(s.text, False),), (Piece(s.text, False),)) for s in sentences)
        else:
            gone, come = ([s.text for s in sentences if s.op == op] for op in "-+")
            yield from _beside(_changed(gone, come))


def _changed(gone: list[str], come: list[str]) -> Iterator[Row]:
    rest = come
    for old in gone:
        partner = next((at for at, new in enumerate(rest[:NEAR]) if _alike(old, new)), None)
        if partner is None:
            yield Row("gone", (Piece(old, False),), ())
            continue
        yield from (Row("come", (), (Piece(new, False),)) for new in rest[:partner])
        yield _paired(old, rest[partner])
        rest = rest[partner + 1 :]
    yield from (Row("come", (), (Piece(new, False),)) for new in rest)


def _beside(rows: Iterable[Row]) -> Iterator[Row]:
    """Sentences that went beside those that came in their place, though they are not alike."""
    for paired, group in groupby(rows, key=lambda row: row.kind == "changed"):
        stretch = list(group)
        if paired:
            yield from stretch
            continue
        gone, come = [r.before for r in stretch if r.before], [r.after for r in stretch if r.after]
        for before, after in zip_longest(gone, come, fillvalue=()):
            yield Row("changed" if before and after else "gone" if before else "come", before, after)


def _alike(old: str, new: str) -> bool:
    if len(old) + len(new) > COMPARABLE:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).ratio() >= ALIKE


def _paired(old: str, new: str) -> Row:
    before, after = [], []
    for op, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        before += [Piece(old[i:j], op != "equal")] if i < j else []
        after += [Piece(new[k:m], op != "equal")] if k < m else []
    return Row("changed", tuple(before), tuple(after))


def _folded(rows: tuple[Row, ...]) -> Iterator[Stretch]:
    """The rows in stretches; of many unchanged ones in a row only those beside a change are left open."""
    near: set[int] = set()
    for at, row in enumerate(rows):
        if row.kind != "same":
            near.update(range(at - AROUND, at + AROUND + 1))
    for folded, group in groupby(enumerate(rows), key=lambda pair: pair[0] not in near):
        yield Stretch(folded, tuple(row for _, row in group))
