"""Copies of an official document: reposts, altered and hijacked ones, also where words were swapped or chrome added.

A copy (a document that is not official) gets a ``reposts`` relation to the official document that its text comes from
and is folded under it in search and export. Candidates meet in a band of their sketches (``archive.sketch``);
the texts themselves decide. 转发 and 印发 are acts of their own and are never folded: two official documents with
one text stay two.

A document whose shown text or trust changed waits in ``unlinked`` until the end of its run: the rows of a sketch lie
all over the index, and many documents at once cost little more than one.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from archive.database import transaction
from archive.sketch import bands, plain, runs

__all__ = ["Likeness", "await_links", "likeness", "link_copies", "sketch_of"]

SHORTEST = 200  # characters; shorter texts (见附件, one-line notices) are alike without being copies
COMPARED = 20  # candidates whose texts are looked at, those that meet in most bands first
BY_CHANCE = 3  # of them, those that meet in one band alone: reports full of formulas do, copies of 0.6 hardly
SAMPLED = 50  # runs of a candidate that are looked up before all of them are
SAMPLE_SHARE = 0.3
NUMBER = re.compile(r"\d+(?:\.\d+)?")
YEAR = re.compile(r"(?:19|20)\d\d")
TELLING = 5  # numbers from which on they tell two texts of one template apart
SAME_NUMBERS = 0.5
SHARE = 0.45  # of the shorter text's runs: half the words of a sentence swapped leaves less
SHARE_ALONE = 0.62  # where too few numbers confirm it: reports of two bureaus share whole sentences of formulas

SHOWN = """
    SELECT d.trust = 'official', r.text FROM documents d JOIN renditions r ON r.id = d.current_rendition
    WHERE d.id = ? AND d.withdrawn_at IS NULL
"""
CANDIDATES = """
    SELECT s.document, count(*) FROM sketch_bands b JOIN sketches s ON s.id = b.sketch
    WHERE b.official = ? AND b.band IN ({places}) GROUP BY b.sketch ORDER BY count(*) DESC, b.sketch LIMIT ?
"""

PUT_SKETCH = """
    INSERT INTO sketches (document, official, bands) VALUES (?, ?, ?)
    ON CONFLICT (document) DO UPDATE SET official = excluded.official, bands = excluded.bands RETURNING id
"""
DROP_BAND = "DELETE FROM sketch_bands WHERE official = ? AND band = ? AND sketch = ?"
WIDTH = 5  # bytes of a stored band
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Likeness:
    """``share`` of the shorter text's runs of four characters that the other one has (0–1); ``numbers`` of the
    shorter list that both print, of ``of`` (years and single digits are no evidence)."""

    share: float
    numbers: int
    of: int

    @property
    def is_copy(self) -> bool:
        if self.of < TELLING:
            return self.share >= SHARE_ALONE
        return self.share >= SHARE and self.numbers >= SAME_NUMBERS * self.of

    @property
    def evidence(self) -> str:
        if self.share == 1.0:
            return "same text"
        numbers = f", {self.numbers} of {self.of} numbers" if self.of else ""
        return f"{self.share:.0%} of the text{numbers}"


@dataclass(frozen=True, slots=True)
class _Print:
    """What of a text is compared."""

    runs: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str, form: str) -> _Print:
        numbers = {n for n in NUMBER.findall(text) if len(n) > 1 and not YEAR.fullmatch(n)}
        return cls(frozenset(runs(form)), frozenset(numbers))


def likeness(one: str, other: str) -> Likeness:
    """How far two texts are one."""
    return _likeness(_Print.of(one, plain(one)), _Print.of(other, plain(other)))


def _likeness(one: _Print, other: _Print) -> Likeness:
    shorter = min(len(one.runs), len(other.runs))
    share = len(one.runs & other.runs) / shorter if shorter else 0.0
    return Likeness(share, len(one.numbers & other.numbers), min(len(one.numbers), len(other.numbers)))


def sketch_of(text: str) -> bytes:
    """A text's sketch as it is stored; empty where the text is too short to be told from others."""
    form = plain(text)
    return b"".join(key.to_bytes(WIDTH, "big") for key in bands(form)) if len(form) >= SHORTEST else b""


def await_links(conn: sqlite3.Connection, document: str, sketch: bytes | None = None) -> None:
    """Have the document's links looked for at the end of the run (same transaction as its change). ``sketch``: that of
    its shown text, where it was made before (in another process, while this one fetched)."""
    conn.execute("INSERT OR REPLACE INTO unlinked (document, sketch) VALUES (?, ?)", [document, sketch])


def link_copies(db: Database) -> int:
    """Link the documents that wait, copies to their official originals; returns how many waited. Transactions of its
    own, each of ``AT_ONCE`` documents, so that a kill costs little."""
    done = 0
    while True:
        with transaction(db) as conn:
            waiting = conn.execute("SELECT document, sketch FROM unlinked LIMIT ?", [AT_ONCE]).fetchall()
            sketched = {document: _sketch(conn, document, sketch) for document, sketch in waiting}
            _put_sketches(conn, sketched)
            for document, sketch in sketched.items():
                _link_document(conn, document, sketch)
            conn.executemany("DELETE FROM unlinked WHERE document = ?", [(document,) for document, _ in waiting])
        done += len(waiting)
        if len(waiting) < AT_ONCE:
            return done


@dataclass(frozen=True, slots=True)
class _Sketch:
    """A document as it is shown. ``stored`` is empty where the text is too short to be told from others."""

    official: bool
    text: str
    stored: bytes

    @property
    def keys(self) -> list[int]:
        return [int.from_bytes(self.stored[at : at + WIDTH], "big") for at in range(0, len(self.stored), WIDTH)]


def _sketch(conn: sqlite3.Connection, document: str, made: bytes | None) -> _Sketch:
    official, text = conn.execute(SHOWN, [document]).fetchone() or (False, "")
    return _Sketch(bool(official), text, sketch_of(text) if made is None or not text else made)


def _link_document(conn: sqlite3.Connection, document: str, sketch: _Sketch) -> None:
    """A link to what is no original any more goes; the copies of a text that was changed since stay."""
    _unlink(conn, document)
    if not sketch.stored:
        return
    alike = _alike(conn, sketch, document)
    if sketch.official:
        for copy, like in alike:
            if _best(conn, copy) < like.share:
                _link(conn, copy, document, like)
    elif alike:
        _link(conn, document, *alike[0])


def _alike(conn: sqlite3.Connection, sketch: _Sketch, document: str) -> list[tuple[str, Likeness]]:
    """The documents of the other side (copies of an official one, originals of a copy) whose text is this one, most
    alike first, then the one seen first."""
    keys = sketch.keys
    query = CANDIDATES.format(places=", ".join("?" * len(keys)))
    met = conn.execute(query, [not sketch.official, *keys, COMPARED]).fetchall()
    if not met:
        return []
    text, form = sketch.text, plain(sketch.text)
    several = sum(count > 1 for _, count in met)
    whole, found, enough = None, [], 0
    for candidate, count in met[: several + BY_CHANCE]:
        if count < enough:
            break
        shown = conn.execute(SHOWN, [candidate]).fetchone()
        if shown is None:  # withdrawn, and its sketch waits to be taken out
            continue
        other: str = shown[1]
        other_form = plain(other)
        if _sampled_share(form, other_form) < SAMPLE_SHARE:
            continue
        whole = whole or _Print.of(text, form)
        like = _likeness(whole, _Print.of(other, other_form))
        if like.is_copy:
            found.append((candidate, like))
            enough = max(enough, count // 2)
    return sorted(found, key=lambda pair: (-pair[1].share, -pair[1].numbers))


def _sampled_share(one: str, other: str) -> float:
    """The share of a few runs of the shorter form that the other one has."""
    short, long = sorted((one, other), key=len)
    starts = range(0, len(short) - 3, max(1, len(short) // SAMPLED))
    return sum(short[at : at + 4] in long for at in starts) / len(starts)


def _put_sketches(conn: sqlite3.Connection, sketched: Mapping[str, _Sketch]) -> None:
    """Bring the stored sketches in step, their bands in the order of the index."""
    gone, new = [], []
    for document, sketch in sketched.items():
        old = conn.execute("SELECT id, official, bands FROM sketches WHERE document = ?", [document]).fetchone()
        if old and (bool(old[1]), old[2]) == (sketch.official, sketch.stored):
            continue
        if old:
            was = (int.from_bytes(old[2][at : at + WIDTH], "big") for at in range(0, len(old[2]), WIDTH))
            gone += [(old[1], key, old[0]) for key in was]
        if sketch.stored:
            id = conn.execute(PUT_SKETCH, [document, sketch.official, sketch.stored]).fetchone()[0]
            new += [(sketch.official, key, id) for key in sketch.keys]
        elif old:
            conn.executemany(DROP_BAND, gone)
            gone.clear()
            conn.execute("DELETE FROM sketches WHERE id = ?", [old[0]])
    conn.executemany(DROP_BAND, gone)
    conn.executemany("INSERT INTO sketch_bands (official, band, sketch) VALUES (?, ?, ?)", sorted(new))


def _best(conn: sqlite3.Connection, copy: str) -> float:
    """The share by which ``copy`` is linked already; 0 where it is not."""
    row = conn.execute("SELECT share FROM relations WHERE \"from\" = ? AND kind = 'reposts'", [copy]).fetchone()
    return float(row[0]) if row and row[0] is not None else 0.0


def _unlink(conn: sqlite3.Connection, copy: str) -> None:
    conn.execute("DELETE FROM relations WHERE \"from\" = ? AND kind = 'reposts'", [copy])
    conn.execute("UPDATE documents SET duplicate_of = NULL WHERE id = ? AND duplicate_of IS NOT NULL", [copy])


def _link(conn: sqlite3.Connection, copy: str, original: str, like: Likeness) -> None:
    _unlink(conn, copy)
    conn.execute("UPDATE documents SET duplicate_of = ? WHERE id = ?", [original, copy])
    conn.execute(
        """INSERT INTO relations ("from", "to", kind, evidence, share) VALUES (?, ?, 'reposts', ?, ?)""",
        [copy, original, like.evidence, like.share],
    )
