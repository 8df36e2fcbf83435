"""A captures row against what its own WARC records say of it: when, whence, for whom, with which answer."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from collections.abc import Sequence

from archive.capture_rows import address, stored_text
from archive.exchange import Exchange, head_of, read_head
from archive.warc_records import Record, exchange_of, filing_of, note_of

__all__ = ["filed_differently"]

FILED = (
    "kind", "final_url", "captured_by", "media_type", "entry_title", "entry_date", "fetched_at", "imported_at",
    "import_path", "robots", "rendered", "terms_url", "status", "ip", "headers", "source", "column", "run",
)  # fmt: skip
NUMBER = "(SELECT coalesce(number, id) FROM runs WHERE runs.id = captures.run)"  # in the archive that made the record
ROW = f"""SELECT {", ".join(f'"{name}"' for name in FILED[:-1])}, {NUMBER} FROM captures WHERE id = ?"""
MAY_LACK = ("source", "column", "run")  # a recovery leaves out what its database did not know


def filed_differently(conn: sqlite3.Connection, capture: int, group: Sequence[Record]) -> list[str]:
    """The columns that say something else than the records. Raises CaptureDamaged where the metadata is unreadable."""
    filing, exchange = filing_of(note_of(group)), exchange_of(group, b"")
    said: dict[str, object] = {name: getattr(filing, name, None) for name in FILED}
    said |= {
        "final_url": address(filing.final_url), "media_type": stored_text(filing.media_type),
        "entry_title": stored_text(filing.entry_title), "entry_date": stored_text(filing.entry_date),
        "import_path": stored_text(filing.import_path), "fetched_at": exchange.at, "rendered": int(filing.rendered),
        "status": exchange.status, "ip": exchange.ip, "headers": exchange.headers,
    }  # fmt: skip
    row = dict(zip(FILED, conn.execute(ROW, [capture]).fetchone(), strict=True))
    row["headers"] = _as_recorded(row["headers"], exchange)
    return [name for name in FILED if row[name] != said[name] and not (name in MAY_LACK and row[name] is None)]


def _as_recorded(headers: str, exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """A row's header fields as a record gives them back: it cannot hold every odd name and value as it is."""
    try:
        fields = tuple((str(name), str(value)) for name, value in json.loads(headers))
    except (ValueError, TypeError):
        return (("", headers),)  # no list of pairs: what no record gives back
    if exchange.status is None:
        return fields
    return read_head(head_of(dataclasses.replace(exchange, headers=fields)))[3]
