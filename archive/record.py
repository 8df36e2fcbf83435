"""A document as one flat JSON object, the same for ``extract``, ``show`` and ``export``.

Key order is fixed. Lists of the model are arrays, every other field is a string or null, ``version`` an integer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypeAlias

from archive.model import METADATA_FIELDS, Metadata, Reading
from archive.renditions import ARRAYS as METADATA_ARRAYS
from archive.renditions import plain_claim

__all__ = ["ARRAYS", "EXPORT_KEYS", "EXTRACT_KEYS", "Record", "record_of_reading", "record_of_row"]

Record: TypeAlias = dict[str, Any]  # JSON: a mapping is what both its writers take

FIELDS = tuple(n for n in METADATA_FIELDS if n != "title")
ARRAYS = METADATA_ARRAYS | {"attachments", "date_claims", "periods", "flags"}
READ_KEYS = (
    "url", "kind", "title", "text", "markdown", *FIELDS, "attachments", "date_claims", "periods", "trust", "flags",
)  # fmt: skip
EXTRACT_KEYS = ("file", *READ_KEYS)
EXPORT_KEYS = (
    "id", "source", *READ_KEYS, "version", "captured_at", "first_seen_at", "last_seen_at", "gone_at", "duplicate_of",
    "import_path",
)  # fmt: skip


def record_of_reading(reading: Reading, file: str, url: str | None) -> Record:
    """The object that ``extract`` prints for one file; ``file`` as it was given.

    A page that is no article has null texts and fields and empty arrays. Kind ``error`` carries
    ``error: {code, message}`` of the reading's first error, else first issue; a "not found" page with a friendly
    face is such an error, with code ``soft_404``.
    """
    kind = "error" if reading.kind == "soft_404" else reading.kind
    draft = reading.draft
    metadata = draft.metadata if draft else Metadata()
    values: Record = {name: _plain(getattr(metadata, name)) for name in METADATA_FIELDS}
    values |= {"file": file, "url": url, "kind": kind, "trust": reading.trust}
    values |= {"text": draft.text if draft else None, "markdown": draft.markdown if draft else None}
    values["attachments"] = [asdict(a) for a in draft.attachments] if draft else []
    values["date_claims"] = [plain_claim(c) for c in draft.date_claims] if draft else []
    values["periods"] = [asdict(p) for p in draft.periods] if draft else []
    values["flags"] = list(draft.flags) if draft else []
    record = {key: values[key] for key in EXTRACT_KEYS}
    if kind == "error":
        record["error"] = _error(reading)
    return record


def record_of_row(row: Mapping[str, Any]) -> Record:
    """The object of one row of ``archive.stored.RECORD_SELECT``."""
    values = {key: json.loads(row[key] or "[]") if key in ARRAYS else row[key] for key in EXPORT_KEYS}
    files = {f.pop("url"): f for f in json.loads(row["files"])}
    unknown = {"sha256": None, "length": None, "state": "listed"}
    values["attachments"] = [a | files.get(a["url"], unknown) for a in values["attachments"]]
    return values


def _plain(value: str | tuple[str, ...] | None) -> str | list[str] | None:
    return list(value) if isinstance(value, tuple) else value


def _error(reading: Reading) -> Record:
    if reading.kind == "soft_404":
        return {"code": "soft_404", "message": "the page says that what was asked for is not there"}
    errors = [i for i in reading.issues if i.level == "error"] or list(reading.issues)
    if not errors:
        return {"code": "extract", "message": "the page cannot be read, and no rule says why"}
    return {"code": errors[0].code, "message": errors[0].message}
