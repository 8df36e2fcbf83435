"""Storing what a page was read as: which document it is, whether the publisher changed it, its rendition.

A *version* is a change by the publisher, a *rendition* our reading of a version's capture by one reader.
A new capture is compared with the last version under the same reader: where that reader has not read
the last version's capture yet, the caller has it read again first (``unread_pages``) and hands that
reading in as ``previous``. A better rule therefore adds renditions and never a version. No more does a further page of
an article that did not come before: the last version is read again with it, and then compared.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Literal

from archive.addresses import add_aliases, document_of, find_document
from archive.clock import stamp
from archive.duplicates import await_links
from archive.identity import canonical_url, document_id
from archive.index import await_index
from archive.model import AttachmentLink, Capture, Change, Draft, Part, Reading
from archive.proofs import last_missing
from archive.renditions import Pages, Writing, add_rendition, as_json, content_of, last_pages, stored_content
from archive.versions import Content, changed_fields, content_sha256, difference, text_sha256
from archive.withdrawals import withdrawn_answer

__all__ = [
    "Stored",
    "held_parts",
    "put_draft",
    "seen_again",
    "show_rendition",
    "unchanged_payload",
    "unread_pages",
]

OLDER = """
    SELECT v.id FROM versions v JOIN renditions r ON r.version = v.id
    WHERE v.document = ? AND (r.content_sha256 = ? OR r.text_sha256 = ?) ORDER BY v.first_seen_at LIMIT 1
"""
"""The version that an older capture shows. The same text will do: the fields of the two may come from two readers."""
WITH_CONTENT = "('created', 'text', 'metadata', 'attachment', 'restored')"


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a reading. ``change`` is None where the publisher changed nothing. ``compared`` is False where
    that could not be told: the text is another one, and the reader of now could not read the last capture."""

    document: str
    outcome: Literal["same", "changed"]
    change: Change | None
    compared: bool = True


@dataclass(frozen=True, slots=True)
class _Last:
    """The last version that has content, the captures of its newest reading, and its content as this reader reads
    it (None: not read by it)."""

    version: int
    pages: Pages
    last_seen_at: str
    content: Content | None

    def lacks(self, parts: tuple[Part, ...]) -> bool:
        """Whether its reading missed a further page and ``parts`` hold one that it has not."""
        held = {part.number for part in self.pages.parts if part.capture is not None}
        missed = len(held) < len(self.pages.parts)
        return missed and any(part.capture is not None and part.number not in held for part in parts)


def unread_pages(
    conn: sqlite3.Connection, url: str, final_url: str, reader: str, parts: tuple[Part, ...] = ()
) -> Pages | None:
    """The captures to read first, where this reader has not read the last version of the document that an answer
    from ``final_url`` to ``url`` belongs to, or not with further pages that this answer has (``parts``); None: none."""
    document = document_of(conn, url, final_url)
    last = _last(conn, document, reader) if document else None
    return last.pages if last and (last.content is None or last.lacks(parts)) else None


def held_parts(conn: sqlite3.Connection, url: str, final_url: str) -> tuple[Part, ...]:
    """The further pages that the last version of an answer's document was read from."""
    document = document_of(conn, url, final_url)
    last = _last(conn, document, "") if document else None
    return tuple(part for part in last.pages.parts if part.capture is not None) if last else ()


def unchanged_payload(conn: sqlite3.Connection, url: str, capture: Capture, reader: str) -> bool:
    """Whether the last good capture of ``url`` had the same payload and this reader has read it: then there is
    nothing to read. Never where there are further pages, whose payloads are not known yet. ``url`` is canonical."""
    row = conn.execute(
        """SELECT c.payload_sha256 FROM observations o JOIN captures c ON c.id = o.capture
           WHERE o.url = ? AND o.outcome IN ('same', 'changed') ORDER BY o.id DESC LIMIT 1""",
        [url],
    ).fetchone()
    if row is None or row[0] != capture.payload_sha256:
        return False
    document = find_document(conn, url)
    last = _last(conn, document, reader) if document else None
    if document is None or last is None or last.content is None or last.pages.parts:
        return False
    return not _is_gone(conn, document)


def seen_again(conn: sqlite3.Connection, document: str, seen: str) -> None:
    """The document stands as it was at the moment ``seen`` (UTC)."""
    last = conn.execute(
        f"SELECT id FROM versions WHERE document = ? AND change IN {WITH_CONTENT} ORDER BY number DESC LIMIT 1",
        [document],
    ).fetchone()
    if last is not None:
        _seen_again(conn, document, last[0], seen)


def put_draft(
    conn: sqlite3.Connection, capture: Capture, reading: Reading, writing: Writing, previous: Reading | None = None
) -> Stored:
    """Store an article reading (``reading.draft`` is set). ``previous``: the last version's captures as this reader
    reads them, needed where ``unread_pages`` named some. Without it (that capture is damaged or unreadable) no text
    change can be told from a change of readers: the new reading becomes a rendition of the last version.
    Nothing of a withdrawn document is stored, whoever brings it."""
    draft = reading.draft
    if draft is None:
        raise ValueError("put_draft needs an article reading")
    withdrawn = withdrawn_answer(conn, capture.url, capture.final_url, [capture.payload_sha256])
    if withdrawn is not None:
        return Stored(withdrawn.document, "same", None)
    document = document_of(conn, capture.url, capture.final_url)
    last = _last(conn, document, writing.reader) if document else None
    if document is None or last is None:
        return _create(conn, capture, reading, draft, writing)
    _add_addresses(conn, document, capture, reading, writing)
    seen = _seen(capture, writing)
    if seen < last.last_seen_at:
        return _put_older(conn, document, capture, reading, draft, writing)
    old = None if last.lacks(reading.parts) else last.content
    old = old or _read_last_again(conn, document, last, previous, writing)
    if old is None:
        return _put_uncompared(conn, document, last, capture, reading, writing)
    change = difference(old, content_of(draft))
    if change is None and _is_gone(conn, document):
        change = "restored"
    if change is None:
        _seen_again(conn, document, last.version, seen)
        if _judged(conn, document, reading):
            await_links(conn, document)
        return Stored(document, "same", None)
    names = _changed_names(change, old, draft)
    _put_version(conn, document, capture, reading, draft, writing, change, names)
    return Stored(document, "changed", change)


def show_rendition(
    conn: sqlite3.Connection, document: str, version: int, capture: int, reading: Reading, writing: Writing
) -> None:
    """Add what another reader made of a version's capture; it is shown where the version is the last with content."""
    rendition = add_rendition(conn, version, capture, reading, writing)
    last = _last(conn, document, writing.reader)
    if last is not None and last.version == version:
        _show(conn, document, rendition, reading)


def _read_last_again(
    conn: sqlite3.Connection, document: str, last: _Last, previous: Reading | None, writing: Writing
) -> Content | None:
    """The last version's content by this reader, its rendition added; None where it could not be read."""
    if previous is None or previous.draft is None:
        return None
    _show(conn, document, add_rendition(conn, last.version, last.pages.capture, previous, writing), previous)
    return content_of(previous.draft)


def _put_uncompared(
    conn: sqlite3.Connection, document: str, last: _Last, capture: Capture, reading: Reading, writing: Writing
) -> Stored:
    """This reader reads the new capture and cannot read the last one: another rendition, or a page that returned."""
    draft, stored = reading.draft, stored_content(conn, last.version)
    assert draft is not None
    alike = stored is not None and difference(stored, content_of(draft)) is None
    if _is_gone(conn, document):
        _put_version(conn, document, capture, reading, draft, writing, "restored", ())
        return Stored(document, "changed", "restored", compared=alike)
    _show(conn, document, add_rendition(conn, last.version, capture.id, reading, writing), reading)
    _seen_again(conn, document, last.version, _seen(capture, writing))
    return Stored(document, "same", None, compared=alike)


def _put_version(
    conn: sqlite3.Connection, document: str, capture: Capture, reading: Reading, draft: Draft, writing: Writing,
    change: Change, changed: tuple[str, ...],
) -> None:  # fmt: skip
    """A new current version with its rendition and attachments, shown from now on."""
    seen = _seen(capture, writing)
    before, gone = conn.execute("SELECT last_seen_at, gone_at FROM documents WHERE id = ?", [document]).fetchone()
    if gone:
        before = last_missing(conn, document, seen) or gone
    not_before = None if change == "created" else before
    version = _add_version(conn, document, capture, draft, change, changed, seen, not_before)
    rendition = add_rendition(conn, version, capture.id, reading, writing)
    conn.execute(
        "UPDATE documents SET current_version = ?, last_seen_at = ?, gone_at = NULL, moved_to = NULL WHERE id = ?",
        [version, seen, document],
    )
    _put_attachments(conn, document, version, draft.attachments)
    _show(conn, document, rendition, reading)


def _create(conn: sqlite3.Connection, capture: Capture, reading: Reading, draft: Draft, writing: Writing) -> Stored:
    document, seen = document_id(canonical_url(capture.url)), _seen(capture, writing)
    conn.execute(
        """INSERT INTO documents (id, url, source, "column", trust, first_seen_at, last_seen_at, import_path)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [document, capture.url, capture.source, capture.column, reading.trust, seen, seen, capture.import_path],
    )
    _add_addresses(conn, document, capture, reading, writing)
    _put_version(conn, document, capture, reading, draft, writing, "created", ())
    return Stored(document, "changed", "created")


def _add_addresses(
    conn: sqlite3.Connection, document: str, capture: Capture, reading: Reading, writing: Writing
) -> None:
    parts = tuple(part.url for part in reading.parts)
    add_aliases(conn, document, capture.url, capture.final_url, _seen(capture, writing), parts)


def _put_older(
    conn: sqlite3.Connection, document: str, capture: Capture, reading: Reading, draft: Draft, writing: Writing
) -> Stored:
    """A capture from before the last check (an imported WARC file): a version of the past, or one already held."""
    seen = _seen(capture, writing)
    known = conn.execute(OLDER, [document, content_sha256(content_of(draft)), text_sha256(draft.text)]).fetchone()
    if known:
        conn.execute("UPDATE versions SET first_seen_at = min(first_seen_at, ?) WHERE id = ?", [seen, known[0]])
    else:
        version = _add_version(conn, document, capture, draft, "text", ("text",), seen, None)
        add_rendition(conn, version, capture.id, reading, writing)
    conn.execute("UPDATE documents SET first_seen_at = min(first_seen_at, ?) WHERE id = ?", [seen, document])
    _renumber(conn, document)
    return Stored(document, "same" if known else "changed", None)


def _renumber(conn: sqlite3.Connection, document: str) -> None:
    rows = conn.execute("SELECT id FROM versions WHERE document = ? ORDER BY first_seen_at, id", [document]).fetchall()
    conn.execute("UPDATE versions SET number = -number WHERE document = ?", [document])
    conn.executemany("UPDATE versions SET number = ? WHERE id = ?", [(n, row[0]) for n, row in enumerate(rows, 1)])
    conn.execute("UPDATE versions SET change = 'created', changed = '[]' WHERE id = ?", [rows[0][0]])
    conn.execute(
        "UPDATE versions SET change = 'text' WHERE document = ? AND number > 1 AND change = 'created'", [document]
    )


def _last(conn: sqlite3.Connection, document: str, reader: str) -> _Last | None:
    row = conn.execute(
        f"""SELECT id, last_seen_at FROM versions
            WHERE document = ? AND change IN {WITH_CONTENT} ORDER BY number DESC LIMIT 1""",
        [document],
    ).fetchone()
    if row is None:
        return None
    return _Last(row[0], last_pages(conn, row[0], reader), row[1], stored_content(conn, row[0], reader))


def _changed_names(change: Change, old: Content, draft: Draft) -> tuple[str, ...]:
    names = changed_fields(old.metadata, draft.metadata)
    return (change, *names) if change in ("text", "attachment") else names


def _add_version(
    conn: sqlite3.Connection, document: str, capture: Capture, draft: Draft, change: Change,
    changed: tuple[str, ...], seen: str, not_before: str | None,
) -> int:  # fmt: skip
    cursor = conn.execute(
        """INSERT INTO versions
               (document, number, first_seen_at, last_seen_at, capture, content_sha256, change, changed, not_before)
           VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM versions WHERE document = ?), ?, ?, ?, ?, ?, ?, ?)""",
        [document, document, seen, seen, capture.id, content_sha256(content_of(draft)), change,
         as_json(list(changed)), not_before],
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def _put_attachments(conn: sqlite3.Connection, document: str, version: int, links: tuple[AttachmentLink, ...]) -> None:
    conn.executemany(
        """INSERT OR REPLACE INTO attachments (document, version, "order", name, url, media_type, state)
           VALUES (?, ?, ?, ?, ?, ?, 'listed')""",
        [(document, version, a.order, a.name, a.url, a.media_type) for a in links],
    )


def _show(conn: sqlite3.Connection, document: str, rendition: int, reading: Reading) -> None:
    """Make a rendition the one that is shown, with the judgement that came with it, and index it."""
    conn.execute("UPDATE documents SET current_rendition = ? WHERE id = ?", [rendition, document])
    _judged(conn, document, reading)
    await_index(conn, document)
    await_links(conn, document, reading.sketch)


def _judged(conn: sqlite3.Connection, document: str, reading: Reading) -> bool:
    """The judgement of now; True where the document became official or ceased to be."""
    before: str = conn.execute("SELECT trust FROM documents WHERE id = ?", [document]).fetchone()[0]
    flags = reading.draft.flags if reading.draft else ()
    conn.execute(
        "UPDATE documents SET trust = ?, trust_evidence = ?, flags = ? WHERE id = ?",
        [reading.trust, as_json(list(reading.trust_evidence)), as_json(list(flags)), document],
    )
    return (before == "official") != (reading.trust == "official")


def _seen(capture: Capture, writing: Writing) -> str:
    return capture.fetched_at or capture.imported_at or stamp(writing.now)


def _seen_again(conn: sqlite3.Connection, document: str, version: int, seen: str) -> None:
    conn.execute("UPDATE versions SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", [seen, version])
    conn.execute("UPDATE documents SET last_seen_at = max(last_seen_at, ?) WHERE id = ?", [seen, document])


def _is_gone(conn: sqlite3.Connection, document: str) -> bool:
    row = conn.execute("SELECT gone_at FROM documents WHERE id = ?", [document]).fetchone()
    return bool(row and row[0])
