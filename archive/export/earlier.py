"""An earlier export that an update builds on: its manifest, checked against what is asked for now, and its digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from archive.errors import ManifestMismatch
from archive.export.digests import DIGESTS, Digested, read_digests
from archive.export.fields import export_fields
from archive.export.selection import Selection

__all__ = ["Earlier", "earlier_export"]

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """``sha256`` of its manifest, which the update's manifest names."""

    folder: Path
    sha256: str
    format: str

    def digests(self) -> Iterator[Digested]:
        """Id and digest of every document that it held, ordered by id."""
        return read_digests(self.folder / DIGESTS)


def earlier_export(manifest: Path, format: str | None, selection: Selection) -> Earlier:
    """Raises ManifestMismatch where the file is no manifest of an export of the same format (None: of any), filters
    and fields, or the digests beside it are not those that it names."""
    said, sha256 = _read(manifest)
    held = said.get("format")
    if format not in (None, held):
        raise ManifestMismatch(f"{manifest} is of an export as {held}, not {format}: ask for --format {held}")
    filters = asdict(selection)
    if said.get("filters") != filters:
        raise ManifestMismatch(
            f"{manifest} is of an export with other filters ({_spelt(said.get('filters'))}; asked for now: "
            f"{_spelt(filters)}): give the same filters and flags, or make a full export"
        )
    names = [field.name for field in export_fields(selection.fold)]
    if [field.get("name") for field in said.get("fields", [])] != names:
        raise ManifestMismatch(
            f"{manifest} is of an export with other fields (gongkai {said['tool'].get('version')}): make a full export"
        )
    _check_digests(manifest, said)
    return Earlier(manifest.parent, sha256, str(held))


def _read(manifest: Path) -> tuple[dict[str, Any], str]:
    try:
        data = manifest.read_bytes()
        said = orjson.loads(data)
    except OSError as error:
        raise ManifestMismatch(f"cannot read {manifest}: {error}") from error
    except orjson.JSONDecodeError as error:
        raise ManifestMismatch(f"{manifest} is no manifest.json of an export: {error}") from error
    if not isinstance(said, dict) or said.get("tool", {}).get("name") != "gongkai":
        raise ManifestMismatch(f"{manifest} is no manifest.json of an export by gongkai")
    return said, hashlib.sha256(data).hexdigest()


def _check_digests(manifest: Path, said: dict[str, Any]) -> None:
    named = {file["name"]: file["sha256"] for file in said.get("about", [])}.get(DIGESTS)
    if named is None:
        raise ManifestMismatch(f"{manifest} names no {DIGESTS}: an older gongkai wrote it; make a full export")
    digest = hashlib.sha256()
    try:
        with (manifest.parent / DIGESTS).open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise ManifestMismatch(f"{DIGESTS} must stand beside {manifest}: {error}") from error
    if digest.hexdigest() != named:
        raise ManifestMismatch(f"{manifest.parent / DIGESTS} is not the one that {manifest} names: make a full export")


def _spelt(filters: object) -> str:
    return orjson.dumps(filters).decode()
