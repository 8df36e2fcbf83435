"""What an export says of itself: the Manifest, and ``manifest.json`` made of it.

No time of export stands in it, so that the same archive gives the same bytes again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.metadata import version

import orjson

from archive.export.fields import export_fields
from archive.export.files import ExportedFile
from archive.export.selection import Selection
from archive.schema import SCHEMA_VERSION

__all__ = ["MANIFEST", "Manifest", "Uncaptured", "as_json"]

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Uncaptured:
    """A selected document of which a WACZ file lacks a capture, and why."""

    id: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was exported and how; ``manifest.json`` says the same. ``documents`` counts the records written, ``folded``
    the copies listed inside them, ``by_trust``, ``by_rights`` and ``gone`` the records; ``selected`` what the filters
    mean, ``unchanged`` what of it an earlier export has already, ``removed`` the lines of removed.jsonl.

    ``since``: sha256 of the earlier export's manifest. ``files`` hold documents, ``about`` the rest but the manifest.
    """

    format: str
    selection: Selection
    since: str | None
    documents: int
    selected: int
    unchanged: int
    removed: int
    folded: int
    gone: int
    by_trust: dict[str, int]
    by_rights: dict[str, int]
    files: tuple[ExportedFile, ...]
    about: tuple[ExportedFile, ...]
    uncaptured: tuple[Uncaptured, ...] = ()


COUNTS = ("documents", "selected", "unchanged", "removed", "folded", "gone", "by_trust", "by_rights")


def as_json(manifest: Manifest) -> bytes:
    """The text of ``manifest.json``, UTF-8."""
    said = asdict(manifest)
    about = [{key: file[key] for key in ("name", "length", "sha256")} for file in said["about"]]
    whole = {
        "tool": {"name": "gongkai", "version": version("gongkai")},
        "schema": SCHEMA_VERSION,
        "format": manifest.format,
        "filters": said["selection"],
        "since": {"manifest_sha256": manifest.since} if manifest.since else None,
        "counts": {name: said[name] for name in COUNTS},
        "files": said["files"],
        "about": about,
        "fields": [
            {"name": f.name, "type": f.type, "label": f.label, "meaning": f.meaning}
            for f in export_fields(manifest.selection.fold)
        ],
    }
    if manifest.format == "wacz":
        whole["without_capture"] = said["uncaptured"]
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
