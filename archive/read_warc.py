"""WARC files of other crawlers: every answer in them as an exchange that can be kept.

Reads .warc and .warc.gz, WARC 1.0 and 1.1 (and the drafts before). What is damaged becomes an Issue and
the rest is read on. What the file says of date, address, record id and its crawler is kept as it stands.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from archive.captures import BODY_LIMIT
from archive.coding import dechunk, decode_content
from archive.errors import ArchiveError
from archive.exchange import Exchange, Headers, read_head, split_message
from archive.model import Issue
from archive.warc_records import Record
from archive.warc_stream import Found, Place, records

__all__ = ["Foreign", "read_warc"]

OWN = "urn:gongkai:"
DATE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class Foreign:
    """One answer out of somebody's WARC file.

    ``exchange``: to be kept; ``status`` None for a ``resource`` record, whose media type is then its only header;
    ``at`` None where the date is not given to the second. ``body``: its payload after content decoding.
    ``captured_by``: the software that the file names, else the file's name. ``exchange.note["warc"]`` holds
    file, offset, record id and date; ``exchange.note["truncated"]`` says why an answer is not whole.
    """

    exchange: Exchange
    body: bytes
    captured_by: str
    record_id: str


def read_warc(path: Path) -> Iterator[Foreign | Issue]:
    """Every response and resource of the file, and an Issue for whatever could not be read. What a gongkai archive says
    there of itself (runs, source files, manifests) is left out: that is for ``gongkai merge``.

    A file that is none yields one Issue ``not_warc``. Raises ArchiveError where it cannot be opened or read.
    """
    try:
        with path.open("rb") as file:
            yield from _File(path, file).read()
    except OSError as error:
        raise ArchiveError(f"cannot read {path}: {error}") from error


@dataclass(slots=True)
class _File:
    path: Path
    file: BinaryIO
    captured_by: str = ""
    places: dict[str, Place] = field(default_factory=dict)  # of full records, by id, by address and date, by digest

    def read(self) -> Iterator[Foreign | Issue]:
        early: list[Issue] = []
        seen = False
        for found in records(self.file):
            if isinstance(found, Found):
                if not seen:
                    yield from early
                seen = True
                yield from self._record(found)
            elif seen:
                yield self._issue(found.place, found.message)
            else:
                early.append(self._issue(found.place, found.message))
        if not seen:
            why = early[0].message if early else f"{self.path.name} is empty"
            yield Issue("not_warc", "error", f"{self.path} holds no WARC record: {why}", data={"file": str(self.path)})

    def _record(self, found: Found) -> Iterator[Foreign | Issue]:
        record = found.record
        if not _digest_fits(record):
            yield self._issue(found.place, "a record is altered: its block digest does not fit", record)
        elif record.type == "warcinfo":
            self.captured_by = _software(record) or self.captured_by
        elif record.type == "continuation":
            yield self._issue(found.place, "a record in several segments is not put together", record)
        elif record.type == "resource" and _url(record).startswith(OWN):
            return
        elif record.type in ("response", "resource", "revisit"):
            try:
                exchange = self._exchange(found)
                coding = ", ".join(v for k, v in exchange.headers if k.lower() == "content-encoding")
                body = decode_content(exchange.body, coding, BODY_LIMIT)
            except ArchiveError as error:
                yield self._issue(found.place, str(error), record)
                return
            if "truncated" in exchange.note:
                yield self._issue(found.place, f"an answer is not whole ({exchange.note['truncated']})", record)
            yield Foreign(exchange, body, self.captured_by or self.path.name, record.id)

    def _exchange(self, found: Found) -> Exchange:
        """Raises ArchiveError where the record, or the one that it refers to, says too little."""
        record = found.record
        answer = self._revisited(record) if record.type == "revisit" else _answer(record)
        url, date = _url(record), record.header("WARC-Date")
        if not url:
            raise ArchiveError("a record without WARC-Target-URI")
        if record.type != "revisit":
            self.places.update({name: found.place for name in _names(record) if name not in self.places})
        origin = {"file": self.path.name, "offset": found.place.offset, "record_id": record.id, "date": date}
        note: dict[str, object] = {"warc": origin}
        if truncated := record.header("WARC-Truncated") or answer.truncated:
            note["truncated"] = truncated
        known = DATE.fullmatch(date)
        return Exchange(
            url=url, at=f"{known[1]}Z" if known else None, method="", request_headers=(), status=answer.status,
            reason=answer.reason, protocol=answer.protocol, headers=answer.headers, body=answer.body,
            ip=record.header("WARC-IP-Address") or None, note=note,
        )  # fmt: skip

    def _revisited(self, record: Record) -> _Answer:
        """The answer that a revisit stands for: its own status and headers where it has them, the payload of the
        record that it refers to."""
        place = next((self.places[name] for name in _references(record) if name in self.places), None)
        if place is None:
            raise ArchiveError("a revisit of a record that the file does not hold")
        with self.path.open("rb") as again:
            target = next(records(again, place))
        if not isinstance(target, Found):
            raise ArchiveError(f"a revisit of a record that cannot be read: {target.message}")
        full = _answer(target.record)
        own = _answer(record) if record.block else full
        return full if own.status in (None, 304) else replace(own, body=full.body, truncated=full.truncated)

    def _issue(self, place: Place, message: str, record: Record | None = None) -> Issue:
        url = _url(record) if record else ""
        data = {"file": str(self.path), "offset": place.offset}
        return Issue(
            "warc_damaged", "warning", f"{self.path.name} at {place.offset}: {message}", url or None, data=data
        )


@dataclass(frozen=True, slots=True)
class _Answer:
    """``truncated``: a reason of WARC-Truncated, "" where the answer is whole."""

    protocol: str
    status: int | None
    reason: str
    headers: Headers
    body: bytes
    truncated: str = ""


def _answer(record: Record) -> _Answer:
    """Raises ArchiveError where the block should be an HTTP answer and is none."""
    media_type = record.header("Content-Type")
    if record.type == "resource" or not (media_type.startswith("application/http") or record.block[:5] == b"HTTP/"):
        return _Answer("", None, "", (("Content-Type", media_type),) if media_type else (), record.block)
    head, body = split_message(record.block)
    protocol, status, reason, headers = read_head(head)
    if status is None:
        raise ArchiveError(f"an answer without HTTP status line ({reason[:40]!r})")
    said = {name.lower(): value for name, value in headers}
    whole = True
    if "chunked" in said.get("transfer-encoding", "").lower():
        body, whole = dechunk(body)
    elif body and (length := said.get("content-length", "")).isdecimal():
        whole = len(body) >= int(length)
    return _Answer(protocol, status, reason, headers, body, "" if whole else "disconnect")


def _url(record: Record) -> str:
    return record.header("WARC-Target-URI").strip("<> ")  # wget 1.19 writes angle brackets


def _names(record: Record) -> list[str]:
    """What a revisit may call this record, surest first."""
    names = [record.id, f"{_url(record)} {record.header('WARC-Date')}", record.header("WARC-Payload-Digest")]
    return [name for name in names if name.strip()]


def _references(record: Record) -> list[str]:
    url, date = record.header("WARC-Refers-To-Target-URI").strip("<> "), record.header("WARC-Refers-To-Date")
    names = [record.header("WARC-Refers-To").strip("<>"), f"{url} {date}", record.header("WARC-Payload-Digest")]
    return [name for name in names if name.strip()]


def _software(record: Record) -> str:
    lines = record.block.decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines)
    return next((value.strip() for name, _, value in pairs if name.strip().lower() == "software"), "")


def _digest_fits(record: Record) -> bool:
    """Whether the block is what its digest says; True where there is none, or one of an unknown kind."""
    algorithm, _, value = record.header("WARC-Block-Digest").partition(":")
    name = algorithm.lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha512"):
        return True
    real = hashlib.new(name, record.block, usedforsecurity=False).digest()
    forms = (base64.b32encode(real).decode().rstrip("="), real.hex().upper(), base64.b64encode(real).decode())
    return value.rstrip("=").upper() in forms[:2] or value in (forms[2], forms[2].rstrip("="))
