"""The WARC records of one capture, in the order in which they are written: metadata, request, response.

The response is last, so that a file which ends with a whole response ends with a whole group. Instead of
the response stands a ``revisit`` where the payload is held already, or a ``resource`` for a saved file
that is no HTTP answer. The metadata record says all that the captures row says and the rest does not, so
that the row can be written again from the file alone. Pure: no file, no database, no clock.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal
from urllib.parse import quote

from archive.errors import CaptureDamaged
from archive.exchange import Exchange, head_of, header_bytes, read_head, read_request, request_block, split_message

__all__ = [
    "ERASED",
    "LAST_TYPES",
    "MANIFEST",
    "TOMBSTONE",
    "Erasure",
    "Filing",
    "Held",
    "Record",
    "Robots",
    "capture_records",
    "context_of",
    "digest",
    "erasure_of",
    "exchange_of",
    "filing_of",
    "is_erased",
    "is_group",
    "make_record",
    "new_record_id",
    "note_of",
    "payload_of",
    "record_uri",
]

Robots = Literal["allowed", "disallowed", "none"]

# Keys of ours in the metadata record: the URL where WARC-Target-URI cannot hold it as it is, and the headers of
# a saved file, whose record has no place for them.
URL_KEY, HEADERS_KEY = "unescaped_url", "resource_headers"
PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
HTTP_RESPONSE, HTTP_REQUEST = "application/http; msgtype=response", "application/http; msgtype=request"
LAST_TYPES = ("response", "revisit", "resource")
MANIFEST, TOMBSTONE = "urn:gongkai:manifest:", "urn:gongkai:tombstone:"  # resource records beside the captures
ERASED = "application/x-gongkai-erased"  # what stands in place of an answer that was erased (``archive.erase``)
PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record: header fields in order, and the block (without the blank lines after it)."""

    headers: tuple[tuple[str, str], ...]
    block: bytes

    def header(self, name: str) -> str:
        """The first field of that name in any letter case, "" where it is absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def type(self) -> str:
        return self.header("WARC-Type")

    @property
    def id(self) -> str:
        """``urn:uuid:…``, without the angle brackets."""
        return self.header("WARC-Record-ID").strip("<>")


@dataclass(frozen=True, slots=True)
class Filing:
    """Where a capture belongs and how it came: the part of its row that no HTTP message says."""

    kind: str
    final_url: str
    captured_by: str
    source: str | None = None
    column: str | None = None
    run: int | None = None
    media_type: str | None = None
    entry_title: str | None = None
    entry_date: str | None = None
    fetched_at: str | None = None
    imported_at: str | None = None
    import_path: str | None = None
    robots: Robots | None = None
    rendered: bool = False
    terms_url: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """The record that holds a payload already: what a revisit refers to. ``id`` is its captures row."""

    id: int
    record_id: str
    url: str
    date: str | None


@dataclass(frozen=True, slots=True)
class Erasure:
    """What stands in place of an erased answer. ``records_sha256``: of the group as it was; "" where the room did not
    suffice to say it, which may be so of the payload's digest too (the manifest that took the capture in says both)."""

    document: str
    payload_length: int
    payload_sha256: str = ""
    records_sha256: str = ""
    status: int | None = None


def digest(data: bytes) -> str:
    """``sha256:`` and lower-case hex; warcio's checker reads this form."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def new_record_id() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def record_uri(url: str) -> str:
    """The URL as a header field holds it: printable ASCII, everything else escaped."""
    return quote(header_bytes(url), safe=PRINTABLE)


def capture_records(
    exchange: Exchange, filing: Filing, date: str, payload_sha256: str, held: Held | None, warcinfo: str
) -> tuple[Record, ...]:
    """The group of one capture. ``date``: WARC-Date; ``held``: write a revisit of it."""
    common = [("WARC-Target-URI", record_uri(exchange.url)), ("WARC-Date", date), ("WARC-Warcinfo-ID", f"<{warcinfo}>")]
    answer = new_record_id()
    linked = [*common, ("WARC-Concurrent-To", f"<{answer}>")]
    group = [make_record("metadata", new_record_id(), "application/json", _note(exchange, filing), linked)]
    if exchange.method and exchange.status is not None:
        group.append(make_record("request", new_record_id(), HTTP_REQUEST, request_block(exchange), linked))
    kind, block = _answer(exchange, held)
    media_type = HTTP_RESPONSE if exchange.status is not None else filing.media_type or "application/octet-stream"
    extra = [*common, ("WARC-Payload-Digest", f"sha256:{payload_sha256}"), *_extra(exchange), *_refers(held)]
    return (*group, make_record(kind, answer, media_type, block, extra))


def make_record(
    kind: str, record_id: str, media_type: str, block: bytes, extra: Iterable[tuple[str, str]] = ()
) -> Record:
    """A record with its block digest and length; values are escaped where a header field cannot hold them."""
    headers = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", f"<{record_id}>"),
        *extra,
        ("WARC-Block-Digest", digest(block)),
        ("Content-Type", media_type),
        ("Content-Length", str(len(block))),
    ]
    return Record(tuple((name, _field(value)) for name, value in headers), block)


def is_group(records: Sequence[Record]) -> bool:
    """Whether these are exactly one capture's records: metadata first, the answer last, linked to it."""
    types = [r.type for r in records]
    if types[:1] != ["metadata"] or types[1:-1] not in ([], ["request"]):
        return False
    if len(types) == 1 or (types[-1] not in LAST_TYPES and not is_erased(records[-1])):
        return False
    return all(r.header("WARC-Concurrent-To").strip("<>") == records[-1].id for r in records[:-1])


def is_erased(record: Record) -> bool:
    return record.type == "metadata" and record.header("Content-Type") == ERASED


def erasure_of(record: Record) -> Erasure:
    """Raises CaptureDamaged where the record does not say what was erased."""
    try:
        return Erasure(**json.loads(record.block))
    except (ValueError, TypeError) as error:
        raise CaptureDamaged(f"the erased record does not say what it held: {error}") from error


def payload_of(record: Record) -> bytes:
    """The body of a response, the block of a resource; b"" for a revisit."""
    if record.type == "resource":
        return record.block
    return split_message(record.block)[1]


def note_of(records: Sequence[Record]) -> dict[str, object]:
    """The metadata record's content. Raises CaptureDamaged when it is no JSON object."""
    try:
        note = json.loads(records[0].block)
    except ValueError as error:
        raise CaptureDamaged(f"the metadata record is no JSON: {error}") from error
    if not isinstance(note, dict):
        raise CaptureDamaged("the metadata record is no JSON object")
    return note


def filing_of(note: Mapping[str, object]) -> Filing:
    """The filing that the metadata record says. Raises CaptureDamaged where it says none."""
    known = {f.name: note[f.name] for f in fields(Filing) if f.name in note}
    try:
        return Filing(**known)  # type: ignore[arg-type]
    except TypeError as error:
        raise CaptureDamaged(f"the metadata record does not say where the capture belongs: {error}") from error


def exchange_of(records: Sequence[Record], body: bytes) -> Exchange:
    """The exchange that a group holds; ``body``: its payload (a revisit's own record has none)."""
    last, note = records[-1], note_of(records)
    method, asked = read_request(records[1].block) if len(records) == 3 else ("", ())
    protocol, status, reason, headers = read_head(b"")
    if last.header("Content-Type").startswith("application/http"):
        protocol, status, reason, headers = read_head(split_message(last.block)[0])
    elif isinstance(said := note.get(HEADERS_KEY), list):
        headers = tuple((str(name), str(value)) for name, value in said)
    return Exchange(
        url=str(note.get(URL_KEY) or last.header("WARC-Target-URI")),
        at=_text(note.get("fetched_at")),
        method=method,
        request_headers=asked,
        status=status,
        reason=reason,
        protocol=protocol,
        headers=headers,
        body=body,
        ip=last.header("WARC-IP-Address") or None,
        note=context_of(note),
    )


def context_of(note: Mapping[str, object]) -> dict[str, object]:
    """The part of a metadata record that the writer of the exchange put there."""
    ours = {f.name for f in fields(Filing)} | {URL_KEY, HEADERS_KEY}
    return {key: value for key, value in note.items() if key not in ours}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _field(value: str) -> str:
    return value if value.isascii() and value.isprintable() else quote(header_bytes(value), safe=PRINTABLE + " ")


FILED = tuple(field.name for field in fields(Filing))


def _note(exchange: Exchange, filing: Filing) -> bytes:
    said = ((name, getattr(filing, name)) for name in FILED)
    note = dict(exchange.note) | {name: value for name, value in said if value not in (None, False)}
    if record_uri(exchange.url) != exchange.url:
        note[URL_KEY] = exchange.url
    if exchange.status is None and exchange.headers:
        note[HEADERS_KEY] = exchange.headers
    try:
        return json.dumps(note, ensure_ascii=False, default=str).encode()
    except UnicodeEncodeError:  # a lone surrogate in a title or file name
        return json.dumps(note, default=str).encode()


def _answer(exchange: Exchange, held: Held | None) -> tuple[str, bytes]:
    """Type and block of the group's last record."""
    head = b"" if exchange.status is None else head_of(exchange)
    if held:
        return "revisit", head
    return "resource" if exchange.status is None else "response", head + exchange.body


def _extra(exchange: Exchange) -> list[tuple[str, str]]:
    fields = [("WARC-IP-Address", exchange.ip), ("WARC-Truncated", exchange.note.get("truncated"))]
    return [(name, str(value)) for name, value in fields if value]


def _refers(held: Held | None) -> list[tuple[str, str]]:
    if held is None:
        return []
    fields = [
        ("WARC-Profile", PROFILE),
        ("WARC-Refers-To", f"<{held.record_id}>"),
        ("WARC-Refers-To-Target-URI", record_uri(held.url)),
        ("WARC-Refers-To-Date", held.date or ""),
    ]
    return [(name, value) for name, value in fields if value]
