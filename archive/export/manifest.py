"""What an export says of itself: the Manifest, and ``manifest.json`` made of it.

No time of export stands in it, so that the same archive gives the same bytes again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version

import orjson

from archive.export.files import ExportedFile
from archive.export.selection import Selection
from archive.record import ARRAYS, EXPORT_KEYS
from archive.schema import SCHEMA_VERSION
from archive.vocab import FIELD_BY_NAME

__all__ = ["Manifest", "as_json"]

MEANINGS = {
    "id": "16 hex digits of the canonical URL's digest; never changes",
    "source": "id of the source file; null for an import",
    "url": "address as listed, or urn:sha256 of an imported file",
    "kind": "always article",
    "text": "body, paragraphs parted by line breaks",
    "markdown": "body with headings and tables",
    "attachments": "files that the page offers: order, name, url, media_type, sha256, length, state",
    "date_claims": "every date of the page: role, date, origin",
    "periods": "every period that it covers: start, end, kind (summary or plan); period_start is the first's",
    "trust": "official, claimed, repost, hijacked or unknown",
    "flags": "altered, truncated, repaired, paywalled, image_only",
    "version": "number of the version that this is, from 1",
    "captured_at": "when the answer was fetched, UTC; null for an import that does not say",
    "first_seen_at": "first time the page was seen, UTC",
    "last_seen_at": "last time the page was seen, UTC",
    "gone_at": "since when the page is gone, UTC",
    "duplicate_of": "id of the document whose text this one repeats",
    "import_path": "path of the file that was imported",
    "copies": "documents that repeat this one's text: id, url, trust",
}
"""What the fields say that are not of the page (those: ``archive.vocab``)."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported and how; ``manifest.json`` says the same. ``documents`` counts records, ``folded`` the
    copies listed inside them, ``by_trust`` and ``gone`` the records."""

    format: str
    selection: Selection
    documents: int
    folded: int
    gone: int
    by_trust: dict[str, int]
    files: tuple[ExportedFile, ...]


def as_json(manifest: Manifest) -> bytes:
    """The text of ``manifest.json``, UTF-8."""
    keys = (*EXPORT_KEYS, "copies") if manifest.selection.fold else EXPORT_KEYS
    said = asdict(manifest)
    return orjson.dumps(
        {
            "tool": {"name": "gongkai", "version": version("gongkai")},
            "schema": SCHEMA_VERSION,
            "format": manifest.format,
            "filters": said.pop("selection"),
            "counts": {name: said[name] for name in ("documents", "folded", "gone", "by_trust")},
            "files": said["files"],
            "fields": [_field(key) for key in keys],
        },
        option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE,
    )


def _field(key: str) -> dict[str, str | None]:
    known = FIELD_BY_NAME.get(key)
    kind = "array" if key in ARRAYS or key == "copies" else "integer" if key == "version" else "string"
    return {"name": key, "type": kind, "label": known.label if known else None,
            "meaning": known.meaning if known else MEANINGS[key]}  # fmt: skip
