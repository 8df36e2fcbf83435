"""Where pages show what other parts of the archive make: citations of a document, the audit of a source."""

from __future__ import annotations

from sqlite_utils import Database

from archive.record import Record
from archive.web.held import Held

__all__ = ["audit_of", "citations_of"]


def citations_of(record: Record, reading: Held, address: str) -> list[tuple[str, str]]:
    """Name of a style and the citation in it; ``address``: of the document in this archive."""
    who = record["publisher_full"] or record["publisher"] or record["site_name"] or ""
    said = [who, record["title"], record["document_number"], (record["published_at"] or record["issued_on"] or "")[:10]]
    parts = [". ".join(str(part) for part in said if part), str(record["url"])]
    parts += [f"captured {reading.captured_at}"] if reading.captured_at else []
    return [("", f"{'. '.join(parts)}. sha256:{reading.sha256}. {address}")]


def audit_of(db: Database, source: str) -> list[str]:
    """What the audit of a source says, a line each."""
    return []
