"""What can go wrong in the archive, each kind with a stable code.

    ArchiveError            archive             the root: something about the stored archive
    ├─ SchemaTooNew         schema_too_new      a newer gongkai wrote this database
    ├─ CaptureDamaged       capture_damaged     a WARC record is cut, altered or missing
    ├─ PayloadUnreadable    payload_unreadable  a body that unpacks beyond the limit, or in an unknown coding
    ├─ QueryError           query               a search query or filter that cannot be read
    │  └─ UnknownCursor     unknown_cursor      a place to go on from that is none
    ├─ ExportExists         export_exists       the export directory is already there
    ├─ FilesAway            files_away          WARC files may be on a volume that is not mounted
    ├─ ManifestMismatch     manifest_mismatch   an update of an export with other filters, format or fields
    ├─ NotWritable          not_writable        disk full, read-only, or no permission
    ├─ UnknownDocument      unknown_document    no document with that id or URL
    └─ UnknownSource        unknown_source      no source with that id in the archive
    ├─ NotCapturedYet       not_captured_yet    nothing of the document was held at the moment asked for
    ├─ KeyUnusable          key                 a signing key that is missing, open to others or no Ed25519 key
    ├─ NotErasable          not_erasable        a payload that cannot be erased now, or an erasure that cannot be lifted
    └─ UnknownDocument      unknown_document    no document with that id or URL

``code`` is also the code of the Issue that records the event and the name of its statistic.
"""

from __future__ import annotations

__all__ = [
    "ArchiveError",
    "CaptureDamaged",
    "ExportExists",
    "FilesAway",
    "KeyUnusable",
    "ManifestMismatch",
    "NotCapturedYet",
    "NotErasable",
    "NotWritable",
    "PayloadUnreadable",
    "QueryError",
    "SchemaTooNew",
    "UnknownCursor",
    "UnknownDocument",
    "UnknownSource",
]


class ArchiveError(Exception):
    """Root of everything the archive raises on purpose; the text says what to do."""

    code = "archive"


class SchemaTooNew(ArchiveError):
    code = "schema_too_new"


class CaptureDamaged(ArchiveError):
    code = "capture_damaged"


class PayloadUnreadable(ArchiveError):
    code = "payload_unreadable"


class QueryError(ArchiveError):
    code = "query"


class ExportExists(ArchiveError):
    code = "export_exists"


class FilesAway(ArchiveError):
    code = "files_away"


class ManifestMismatch(ArchiveError):
    code = "manifest_mismatch"


class NotWritable(ArchiveError):
    code = "not_writable"


class UnknownCursor(QueryError):
    code = "unknown_cursor"


class NotCapturedYet(ArchiveError):
    code = "not_captured_yet"


class KeyUnusable(ArchiveError):
    code = "key"


class NotErasable(ArchiveError):
    code = "not_erasable"


class UnknownDocument(ArchiveError):
    code = "unknown_document"


class UnknownSource(ArchiveError):
    code = "unknown_source"
