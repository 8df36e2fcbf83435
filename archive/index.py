"""Keeping the search index in step with the documents: which wait, what stands in the index for each, and writing it.

A document whose shown text, judgement or source's region changed waits in ``unindexed`` (triggers see to it) until a
hundred do, its run ends or somebody searches: each transaction that writes to the index adds a segment to it, and a
hundred documents in one cost a quarter of what they cost one by one.

The index holds no text. What it forgets must be said to it token by token: ``search_rows`` keeps the rendition that a
row was made of, ``search_terms`` the terms. When the rules of the searched form change (another OpenCC), the tokens
of old rows could not be made again; the index is then made anew (``searched_form`` in ``search_state``).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

from sqlite_utils import Database

from archive.database import transaction
from archive.facet_codes import facet_code
from archive.normal import form_revision, normalise
from archive.ranking import free_row
from archive.terms import Facts, day_of, sample_terms, terms_of
from archive.tokens import INDEX, NUMBER, PUBLISHER, TERM, TITLE, marked_tokens, match_term, tokens
from archive.turns import short_turns

__all__ = ["AT_ONCE", "await_index", "check_index", "index_waiting", "reindex"]

AT_ONCE = 100
MANY = 1000  # documents a transaction where ten thousand wait: fewer, larger segments
CHECKPOINT = 64_000  # pages of the journal then: what is merged soon is not copied first
MERGED = 8000  # pages of the index a step
UNMERGED = 250  # steps of MANY, about 800 segments: FTS5 has no more than 2,000
BULK = {"hashsize": 32 << 20, "automerge": 0, "crisismerge": 1900}
USUAL = {"hashsize": 1 << 20, "automerge": 8, "crisismerge": 16}
SET = "INSERT INTO search_index (search_index, rank) VALUES (?, ?)"
IS_WAITING = "SELECT 1 FROM unindexed LIMIT 1 OFFSET ?"

SHOWN = """
    SELECT d.id, r.id, d.withdrawn_at IS NULL, r.title, r.text, r.index_number, r.document_number, r.publisher,
        r.publisher_full, r.issuers, d.trust, d.flags, d.source, s.region, r.genre, r.doc_type, r.validity,
        coalesce(r.published_at, r.issued_on), r.attachments != '[]'
    FROM documents d JOIN renditions r ON r.id = d.current_rendition LEFT JOIN sources s ON s.id = d.source
    WHERE d.id = ?
"""
HELD = """
    SELECT s.id, s.rendition, t.terms, r.title, r.text, r.index_number, r.document_number
    FROM search_rows s JOIN search_terms t ON t.id = s.id JOIN renditions r ON r.id = s.rendition WHERE s.document = ?
"""
ALL_WAIT = """
    INSERT OR IGNORE INTO unindexed (document)
    SELECT id FROM documents WHERE current_rendition IS NOT NULL ORDER BY rowid
"""
PUT_ROW = "INSERT INTO search_rows (id, document, rendition) VALUES (?, ?, ?)"


@dataclass(frozen=True, slots=True)
class _Row:
    """What stands in the index, or will. ``words``: title, text, index number, document number."""

    id: int
    rendition: int
    words: tuple[str | None, ...]
    terms: str

    def tokens(self) -> str:
        """The values, the text last, then the marked ones; parted so that no phrase runs from one to the next."""
        title, text, *numbers = self.words
        values = (title, *numbers, text)
        return " ".join((*(tokens(value) for value in values if value), self.terms))


@dataclass(frozen=True, slots=True)
class _Change:
    """The row that goes, and the one that comes."""

    old: _Row | None
    new: _Row | None


def await_index(conn: sqlite3.Connection, document: str) -> None:
    """Have the document indexed soon (same transaction as its change)."""
    conn.execute("INSERT OR IGNORE INTO unindexed (document) VALUES (?)", [document])


def index_waiting(db: Database, at_least: int = 1) -> None:
    """Index the documents that wait, if ``at_least`` so many do; transactions of its own."""
    if db.conn.execute("PRAGMA query_only").fetchone()[0]:
        return  # who only reads finds them once somebody has indexed them
    _see_to_searched_form(db)
    if db.conn.execute(IS_WAITING, [10 * MANY]).fetchone():
        _index_all(db)
    while db.conn.execute(IS_WAITING, [at_least - 1]).fetchone():
        _index_some(db, AT_ONCE)


def _index_all(db: Database) -> None:
    """A whole archive: larger steps, fewer checkpoints, each posting merged once, in steps that let others write."""
    (checkpoint,) = db.conn.execute("PRAGMA wal_autocheckpoint").fetchone()
    db.conn.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
    steps = 0
    while _index_some(db, MANY, BULK):
        steps += 1
        if steps % UNMERGED == 0:
            _merge(db)
    _merge(db)
    db.conn.execute(f"PRAGMA wal_autocheckpoint = {checkpoint}")


def _merge(db: Database) -> None:
    """Make one segment of those that a level has more than ``usermerge`` of."""
    while True:
        before = db.conn.total_changes
        with transaction(db) as conn:
            conn.execute(SET, ["merge", MERGED])
        if db.conn.total_changes - before < 2:  # FTS5: nothing was merged
            break


def _index_some(db: Database, many: int, settings: Mapping[str, int] = MappingProxyType({})) -> bool:
    """Index so many that have waited longest, under these settings of FTS5; whether any waited."""
    with transaction(db) as conn:
        waiting = conn.execute("SELECT document FROM unindexed ORDER BY number LIMIT ?", [many]).fetchall()
        # All rows before all tokens: a write to a table between two of the index has it write a segment out.
        changes = [_change(conn, document) for (document,) in waiting]
        conn.executemany(SET, settings.items())
        _write(conn, changes)
        if settings:
            conn.execute("SAVEPOINT written")  # has FTS5 write its segments under these settings, which are kept
            conn.execute("RELEASE written")
            conn.executemany(SET, ((name, USUAL[name]) for name in settings))
        conn.executemany("DELETE FROM unindexed WHERE document = ?", waiting)
    return bool(waiting)


def reindex(conn: sqlite3.Connection, document: str) -> None:
    """Bring the index in step with a document at once: its shown rendition, or nothing where it is withdrawn.

    To be called in the transaction that withdraws the document, before anything is taken out of the rendition that was
    indexed.
    """
    _write(conn, [_change(conn, document)])
    conn.execute("DELETE FROM unindexed WHERE document = ?", [document])


def check_index(conn: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """What is wrong with the index, as (where, what). Reads all of it, but takes no lock that a crawl needs (FTS5's own
    ``integrity-check`` is a write)."""
    try:
        conn.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.search_tokens USING fts5vocab(main, search_index, row)")
        conn.execute("SELECT count(*), sum(doc), sum(cnt) FROM temp.search_tokens").fetchone()
        has_all = [row[0] for row in conn.execute("SELECT rowid FROM search_index(?)", [match_term(["all"])])]
    except sqlite3.DatabaseError as error:
        yield "search index", f"cannot be read: {error}"
        return
    rows = {row[0] for row in conn.execute("SELECT id FROM search_rows")}
    yield from ((f"search row {id}", "is not in the search index") for id in sorted(rows.difference(has_all)))
    yield from ((f"search index {id}", "belongs to no document") for id in sorted(set(has_all) - rows))
    missing = conn.execute(
        """SELECT d.id FROM documents d LEFT JOIN search_rows s ON s.document = d.id
           LEFT JOIN unindexed u ON u.document = d.id
           WHERE d.withdrawn_at IS NULL AND d.current_rendition IS NOT NULL AND u.document IS NULL
             AND s.rendition IS NOT d.current_rendition"""
    )
    yield from ((f"document {id}", "is neither in the search index nor waiting for it") for (id,) in missing)


def _see_to_searched_form(db: Database) -> None:
    """Begin the index anew where it was made by other rules of the searched form: all documents wait then."""
    now = form_revision()
    row = db.conn.execute("SELECT value FROM search_state WHERE name = 'searched_form'").fetchone()
    if row and row[0] == now:
        return
    with transaction(db) as conn:
        if row is not None:
            conn.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
            conn.execute("DELETE FROM search_facets")
            conn.execute("DELETE FROM search_terms")
            conn.execute("DELETE FROM search_rows")
            conn.execute(ALL_WAIT)
        conn.execute("INSERT OR REPLACE INTO search_state (name, value) VALUES ('searched_form', ?)", [now])


def _change(conn: sqlite3.Connection, document: str) -> _Change:
    """Bring a document's rows in step; what follows from it for the index."""
    shown = conn.execute(SHOWN, [document]).fetchone()
    old = _held(conn, document)
    if shown is None or not shown[2]:
        if old:
            _drop_rows(conn, old.id)
        return _Change(old, None)
    facts = _facts(shown)
    day = day_of(facts.day)
    row = free_row(conn, facts.trust == "official", day, old.id if old else None)
    new = _Row(row, shown[1], shown[3:7], _terms(shown, facts))
    code = facet_code(conn, _facets(shown, facts))
    if old:
        _drop_rows(conn, old.id)
    conn.execute(PUT_ROW, [row, document, new.rendition])
    conn.execute("INSERT INTO search_facets (id, code) VALUES (?, ?)", [row, code])
    conn.execute("INSERT INTO search_terms (id, terms) VALUES (?, ?)", [row, new.terms])
    same = old is not None and (old.id, old.words, old.terms) == (new.id, new.words, new.terms)
    return _Change(None, None) if same else _Change(old, new)


def _drop_rows(conn: sqlite3.Connection, id: int) -> None:
    conn.execute("DELETE FROM search_facets WHERE id = ?", [id])
    conn.execute("DELETE FROM search_terms WHERE id = ?", [id])
    conn.execute("DELETE FROM search_rows WHERE id = ?", [id])


def _held(conn: sqlite3.Connection, document: str) -> _Row | None:
    row = conn.execute(HELD, [document]).fetchone()
    if row is None:
        return None
    inside = conn.execute(
        "SELECT 1 FROM search_index WHERE search_index MATCH ? AND rowid = ?", [match_term(["all"]), row[0]]
    ).fetchone()
    if inside is None:  # the index lost it: there is nothing to take out
        _drop_rows(conn, row[0])
        return None
    return _Row(row[0], row[1], row[3:], row[2])


def _facts(shown: Sequence[object]) -> Facts:
    (*_, trust, flags, source, region, genre, doc_type, validity, day, attachments) = shown
    kinds = tuple(kind for kind in (genre, doc_type) if kind)
    return Facts(source, region, day, trust, tuple(json.loads(flags)), kinds, validity, bool(attachments))  # type: ignore[arg-type]


def _facets(shown: Sequence[object], facts: Facts) -> dict[str, str | None]:
    publisher, day = shown[8] or shown[7], day_of(facts.day)
    return {
        "publisher": str(publisher) if publisher else None,
        "source": facts.source,
        "genre": facts.kinds[0] if facts.kinds else None,
        "year": f"{day:%Y}" if day else None,
        "validity": facts.validity,
        "trust": facts.trust,
    }


def _terms(shown: Sequence[object], facts: Facts) -> str:
    title, _, index_number, document_number, publisher, publisher_full, issuers = shown[3:10]
    names = dict.fromkeys(normalise(n) for n in (publisher, publisher_full, *json.loads(str(issuers or "[]"))) if n)
    marked = [(TITLE, normalise(str(title or ""))), *((PUBLISHER, name) for name in names)]
    marked += [(INDEX, normalise(str(index_number or ""))), (NUMBER, normalise(str(document_number or "")))]
    fields = (marked_tokens(mark, form) for mark, form in marked if form)
    return " ".join((*fields, *(TERM + term for term in (*terms_of(facts), *sample_terms(str(shown[0]))))))


def _write(conn: sqlite3.Connection, changes: Sequence[_Change]) -> None:
    """Take the old rows out, then put the new ones in, both in the order of their numbers: FTS5 writes a segment out
    whenever a number is lower than the last. The tokens of the next few rows are made while one is written."""
    gone = sorted((c.old for c in changes if c.old), key=lambda row: row.id)
    come = sorted((c.new for c in changes if c.new), key=lambda row: row.id)
    with ThreadPoolExecutor(1) as maker, short_turns():
        statement = "INSERT INTO search_index (search_index, rowid, tokens) VALUES ('delete', ?, ?)"
        conn.executemany(statement, zip((row.id for row in gone), maker.map(_Row.tokens, gone), strict=True))
        statement = "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)"
        conn.executemany(statement, zip((row.id for row in come), maker.map(_Row.tokens, come), strict=True))
