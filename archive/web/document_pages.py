"""The pages of one document: its text and facts, the comparison of two versions, and a raw capture of it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from archive.cite import as_bibtex, as_gbt7714, citation
from archive.errors import CaptureDamaged, PayloadUnreadable, UnknownDocument
from archive.model import METADATA_FIELDS
from archive.record import Record
from archive.stored import stored_record
from archive.web.comparing import compare
from archive.web.held import (
    HeldVersion,
    capture_document,
    captures_of,
    check_withdrawn,
    held,
    id_of,
    versions_of,
)
from archive.web.pages import page, site_of
from archive.web.raw import RAW_CSP, raw_capture, warc_records
from archive.web.richtext import LONGEST, html_of_markdown

__all__ = ["capture_page", "diff_page", "document_page", "raw_answer", "warc_answer"]

FIRST = ("publisher_full", "publisher", "index_number", "document_number", "published_at", "issued_on")
SHOWN_CAPTURES = 12
FILE_TEXT = 20_000  # characters of an attachment's text on the page


def document_page(request: Request) -> Response:
    named, number = request.path_params["id"], request.path_params.get("number")
    with site_of(request).connections.reading() as db:
        document = id_of(db, named)
        if document != named:
            return RedirectResponse(f"/doc/{document}" + (f"/v/{number}" if number else ""), 303)
        versions = versions_of(db, document)
        stored = stored_record(db, document, number)
        reading = held(db, document, number)
        captures = captures_of(db, document)
        cited = citation(db, document, number)
        moved = db.execute("SELECT moved_to FROM documents WHERE id = ?", [document]).fetchone()[0]
    record = stored.record
    return page(
        request, "document.html", record=record, stored=stored, reading=reading, versions=versions, captures=captures,
        text=html_of_markdown(record["markdown"]), cut=len(record["markdown"]) > LONGEST, facts=_facts(record),
        number=record["version"], current=number is None, moved=moved, diffs=_diffs(versions),
        shown_captures=SHOWN_CAPTURES, file_text=FILE_TEXT,
        citations=(("GB/T 7714—2015", as_gbt7714(cited)), ("BibTeX", as_bibtex(cited))),
    )  # fmt: skip


def diff_page(request: Request) -> Response:
    with site_of(request).connections.reading() as db:
        document = id_of(db, request.path_params["id"])
        versions = versions_of(db, document)
        readable = [v for v in versions if v.readable]
        if len(readable) < 2:
            raise UnknownDocument(f"document {document} has one version with a text: there is nothing to compare")
        after = _chosen(readable, request.query_params.get("to"), readable[-1])
        earlier = [v for v in readable if v.number < after.number] or [v for v in readable if v is not after]
        before = _chosen(readable, request.query_params.get("from"), earlier[-1])
        comparison = compare(db.conn, before.id, after.id)
        title = stored_record(db, document).record["title"]
    return page(
        request, "diff.html", id=document, title=title, before=before, after=after, readable=readable,
        comparison=comparison,
    )  # fmt: skip


def capture_page(request: Request) -> Response:
    document, number = request.path_params["id"], request.path_params["capture"]
    site = site_of(request)
    damage = None
    with site.connections.reading() as db:
        check_withdrawn(db, document)
        capture = next((c for c in captures_of(db, document) if c.id == number), None)
        if capture is None:
            raise UnknownDocument(f"document {document} has no capture {number}")
        title = stored_record(db, document).record["title"]
        raw = None
        try:
            raw = raw_capture(site, db, number)
        except (CaptureDamaged, PayloadUnreadable) as error:
            damage = error
    framed = raw is not None and raw.content_type is not None and bool(raw.body)
    status = 200 if raw else 410
    return page(
        request, "capture.html", status, id=document, title=title, capture=capture, framed=framed, damage=damage,
        empty=raw is not None and not raw.body,
    )  # fmt: skip


def raw_answer(request: Request) -> Response:
    """The bytes as they were served, in a sandbox that runs nothing and loads nothing."""
    site, number = site_of(request), request.path_params["capture"]
    with site.connections.reading() as db:
        capture_document(db, number)
        raw = raw_capture(site, db, number)
    headers = {"Content-Security-Policy": RAW_CSP}
    if raw.content_type is None:
        headers["Content-Disposition"] = f'attachment; filename="capture-{number}.bin"'
    return Response(raw.body, headers=headers, media_type=raw.content_type or "application/octet-stream")


def warc_answer(request: Request) -> Response:
    site, number = site_of(request), request.path_params["capture"]
    with site.connections.reading() as db:
        capture_document(db, number)
        records = warc_records(site, db, number)
    name = f'attachment; filename="capture-{number}.warc.gz"'
    return Response(records, headers={"Content-Disposition": name}, media_type="application/warc")


def _facts(record: Record) -> list[tuple[str, list[str]]]:
    """The metadata that the document has, the most asked for first."""
    names = [*FIRST, *(n for n in METADATA_FIELDS if n not in FIRST and n != "title")]
    values = ((name, record[name]) for name in names)
    return [(name, value if isinstance(value, list) else [value]) for name, value in values if value]


def _diffs(versions: tuple[HeldVersion, ...]) -> dict[int, int]:
    """Number of a version → number of the one with a text before it, to compare it with."""
    readable = [v.number for v in versions if v.readable]
    return dict(zip(readable[1:], readable, strict=False))


def _chosen(readable: list[HeldVersion], said: str | None, otherwise: HeldVersion) -> HeldVersion:
    if not said:
        return otherwise
    found = next((v for v in readable if str(v.number) == said), None)
    if found is None:
        raise UnknownDocument(f"there is no version {said[:20]!r} with a text")
    return found
