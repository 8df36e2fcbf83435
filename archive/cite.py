"""How to cite a document: GB/T 7714—2015, BibTeX (biblatex) and CSL-JSON, each with the capture's time and digest.

The digest is that of the payload as it was fetched (``captures.payload_sha256``), so that a reader can tell the cited
bytes from any later ones. Days of publication are the page's (Asia/Shanghai), times of captures UTC. A text that was
imported without a time of its fetch has no day of access; when it was imported is said instead.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from archive.errors import UnknownDocument
from archive.stored import stored_record

__all__ = ["STYLES", "Citation", "as_bibtex", "as_csl", "as_gbt7714", "citation"]

STYLES = ("gbt7714", "bibtex")
NAMED = 3  # authors; GB/T 7714 writes 等 for the others
PROVEN = """
    SELECT c.id, c.fetched_at, c.imported_at, c.payload_sha256, c.warc_file, c.warc_offset
    FROM renditions r JOIN captures c ON c.id = r.capture JOIN versions v ON v.id = r.version
    JOIN documents d ON d.id = v.document
    WHERE d.id = :id AND v.number = :version ORDER BY r.id = d.current_rendition DESC, r.id DESC LIMIT 1
"""
FURTHER = """
    SELECT c.payload_sha256 FROM rendition_parts p JOIN captures c ON c.id = p.capture
    WHERE p.rendition = (SELECT r.id FROM renditions r JOIN versions v ON v.id = r.version
        JOIN documents d ON d.id = v.document WHERE d.id = :id AND v.number = :version
        ORDER BY r.id = d.current_rendition DESC, r.id DESC LIMIT 1) ORDER BY p.number
"""
# BibTeX counts the braces also behind a backslash: a title's own ones are written in words.
LATEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
}  # fmt: skip
SPECIAL = re.compile(r"[\\{}$&#%_^~]")
UNSAFE_IN_URL = re.compile(r'[\s{}\\^|`"<>]')


@dataclass(frozen=True, slots=True)
class Citation:
    """What a citation is made of. ``authors``: who issued it, else who discloses it; ``date``: the day of publication,
    else of signing. ``fetched_at`` None: an import that does not say; then ``imported_at`` does. ``further_sha256``:
    payloads of the article's further pages."""

    id: str
    version: int
    authors: tuple[str, ...]
    title: str
    document_number: str | None
    publisher: str | None
    date: str | None
    url: str | None
    fetched_at: str | None
    imported_at: str | None
    payload_sha256: str
    further_sha256: tuple[str, ...]
    warc_file: str
    warc_offset: int
    gone_at: str | None

    @property
    def seen(self) -> str:
        """When the bytes were fetched, in words."""
        if self.fetched_at:
            return f"captured {self.fetched_at}"
        return f"time of capture unknown, imported {self.imported_at or 'at an unknown time'}"


def citation(db: Database, document: str, version: int | None = None) -> Citation:
    """The document (an id that exists) as it is shown, or one of its versions. Raises UnknownDocument where that one
    has no text."""
    record = stored_record(db, document, version).record
    asked = {"id": document, "version": record["version"]}
    row = db.conn.execute(PROVEN, asked).fetchone()
    if row is None:
        raise UnknownDocument(f"version {record['version']} of {document} has no capture to cite")
    _, fetched_at, imported_at, sha256, warc_file, warc_offset = row
    publisher = _plain(record["publisher_full"] or record["publisher"])
    url: str = record["url"]
    return Citation(
        id=document,
        version=record["version"],
        authors=tuple(a for name in record["issuers"] if (a := _plain(name))) or ((publisher,) if publisher else ()),
        title=_plain(record["title"]) or "无标题",
        document_number=_plain(record["document_number"]),
        publisher=publisher,
        date=(record["published_at"] or record["issued_on"] or "")[:10] or None,
        url=None if url.startswith("urn:") else UNSAFE_IN_URL.sub(_percent, url),
        fetched_at=fetched_at,
        imported_at=imported_at,
        payload_sha256=sha256,
        further_sha256=tuple(row[0] for row in db.conn.execute(FURTHER, asked)),
        warc_file=warc_file,
        warc_offset=warc_offset,
        gone_at=record["gone_at"],
    )


def as_gbt7714(cited: Citation) -> str:
    """``主要责任者. 题名: 文号[EB/OL]. (发布日期)[引用日期]. 网址. SHA-256: …`` on one line, in the punctuation of the
    standard. The day of reference is that of the capture, UTC."""
    authors = ", ".join(cited.authors[:NAMED]) + (", 等" if len(cited.authors) > NAMED else "")
    title = f"{cited.title}: {cited.document_number}" if cited.document_number else cited.title
    published = f"({cited.date})" if cited.date else ""
    accessed = f"[{cited.fetched_at[:10]}]" if cited.fetched_at else "[获取日期不详]"
    parts = [authors or "[责任者不详]", f"{title}[EB/OL]", f"{published}{accessed}", cited.url, _digest(cited)]
    return ". ".join(part for part in parts if part) + "."


def as_bibtex(cited: Citation) -> str:
    """A biblatex ``@online`` entry, UTF-8 (LuaLaTeX or XeLaTeX with biber). Chinese titles and names stand in braces of
    their own, so that nothing takes them apart."""
    fields = {
        "author": " and ".join(f"{{{_latex(name)}}}" for name in cited.authors) or None,
        "title": f"{{{_latex(cited.title)}}}",
        "titleaddon": _latex(cited.document_number),
        "organization": f"{{{_latex(cited.publisher)}}}" if cited.publisher else None,
        "date": cited.date,
        "url": cited.url,
        "urldate": cited.fetched_at[:10] if cited.fetched_at else None,
        "note": _latex(f"gongkai {cited.id}, version {cited.version}, {cited.seen}, {_sha256(cited)}"),
        "langid": "chinese",
    }
    lines = [f"  {name:<12} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@online{{gongkai-{cited.id}-v{cited.version},", *lines, "}"])


def as_csl(cited: Citation) -> dict[str, Any]:
    """A CSL-JSON item (1.0.2); what CSL has no place for stands under ``custom``."""
    item = {
        "id": f"gongkai-{cited.id}-v{cited.version}",
        "type": "webpage",
        "title": cited.title,
        "author": [{"literal": name} for name in cited.authors] or None,
        "number": cited.document_number,
        "publisher": cited.publisher,
        "issued": _date_parts(cited.date),
        "accessed": _date_parts(cited.fetched_at[:10] if cited.fetched_at else None),
        "URL": cited.url,
        "language": "zh-CN",
        "note": f"{cited.seen}; {_sha256(cited)}",
        "custom": {
            "id": cited.id, "version": cited.version, "captured_at": cited.fetched_at,
            "imported_at": cited.imported_at, "payload_sha256": cited.payload_sha256,
            "further_sha256": list(cited.further_sha256), "warc_file": cited.warc_file,
            "warc_offset": cited.warc_offset, "gone_at": cited.gone_at,
        },
    }  # fmt: skip
    return {key: value for key, value in item.items() if value is not None}


def _digest(cited: Citation) -> str:
    if cited.fetched_at:
        return f"采集于 {cited.fetched_at}, {_sha256(cited)}"
    return f"采集时间不详, {cited.imported_at or '日期不详'} 导入, {_sha256(cited)}"


def _sha256(cited: Citation) -> str:
    return "SHA-256: " + ", ".join((cited.payload_sha256, *cited.further_sha256))


def _plain(text: str | None) -> str | None:
    """One line without control characters and changes of direction; None where nothing is left."""
    if not text:
        return None
    kept = ("" if unicodedata.category(c) in ("Cc", "Cf", "Cs") and not c.isspace() else c for c in text)
    return " ".join("".join(kept).split()) or None


def _latex(text: str | None) -> str:
    return SPECIAL.sub(lambda found: LATEX[found[0]], text or "")


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _date_parts(day: str | None) -> dict[str, list[list[int]]] | None:
    return {"date-parts": [[int(part) for part in day.split("-")]]} if day else None
