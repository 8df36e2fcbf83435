"""The tables behind the hash chain and behind withdrawals, and the triggers that note which rows the chain has not
taken in yet.

``unchained`` is a queue, emptied into a manifest whenever a run closes (``archive.chain``). Triggers fill it, so that
no writer can forget to, whichever verb it belongs to.
"""

from __future__ import annotations

from sqlite_utils import Database

from archive.schema_first import statements

__all__ = ["ledger"]

TABLES = """
CREATE TABLE manifests (
    number INTEGER PRIMARY KEY, run INTEGER, mode TEXT NOT NULL, archive TEXT NOT NULL, previous TEXT,
    sha256 TEXT NOT NULL, records INTEGER NOT NULL, closed_at TEXT NOT NULL, signature TEXT, key TEXT,
    warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL
);
CREATE TABLE unchained (
    kind TEXT NOT NULL, key NOT NULL, adopted INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, key)
) WITHOUT ROWID;
CREATE TABLE tombstones (
    document TEXT PRIMARY KEY, url TEXT NOT NULL, addresses TEXT NOT NULL DEFAULT '[]',
    payloads TEXT NOT NULL DEFAULT '[]', records TEXT NOT NULL DEFAULT '[]', at TEXT NOT NULL, why TEXT NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0, lifted_at TEXT, signature TEXT, key TEXT
);
CREATE TABLE overwrites (
    id INTEGER PRIMARY KEY, document TEXT NOT NULL, warc_file TEXT NOT NULL, warc_offset INTEGER NOT NULL,
    length INTEGER NOT NULL, back INTEGER NOT NULL, data BLOB NOT NULL
);
ALTER TABLE captures ADD COLUMN records_sha256 TEXT;
ALTER TABLE renditions ADD COLUMN row_sha256 TEXT;
"""

# kind: its table, the key of a row in it, the columns whose change matters ("": the row is never rewritten),
# whether the archive itself may delete one
WATCHED = {
    "source": (
        "sources",
        "{row}.id",
        "name, publisher, homepage, family, region, seen_at, verified, schedule, toml",
        False,
    ),
    "capture": ("captures", "{row}.record_id", "", False),
    "observation": ("observations", "{row}.id", "", False),
    "document": (
        "documents",
        "{row}.id",
        'url, source, "column", trust, trust_evidence, flags, current_version, current_rendition, first_seen_at, '
        "gone_at, moved_to, unlisted_at, withdrawn_at, withdrawn_why, duplicate_of, import_path",
        False,
    ),
    "alias": ("aliases", "{row}.url", "document, kind", True),
    "version": (
        "versions",
        "{row}.id",
        "document, number, first_seen_at, capture, content_sha256, change, changed, not_before, moved_to, moved_why",
        False,
    ),
    "rendition": ("renditions", "{row}.id", "", False),
    "part": ("rendition_parts", "{row}.id", "", False),
    "attachment": (
        "attachments",
        "{row}.version || '/' || {row}.\"order\"",
        "document, name, url, media_type, sha256, length, text, capture, state",
        False,
    ),
    "entry": ("entries", "json_array({row}.source, {row}.\"column\", {row}.url)", "title, date", False),
    "relation": ("relations", "json_array({row}.\"from\", {row}.\"to\", {row}.kind)", "evidence, share", True),
    "issue": ("issues", "{row}.id", "message, data", False),
    "tombstone": (
        "tombstones",
        "{row}.document",
        "url, addresses, payloads, records, at, why, erased, lifted_at",
        False,
    ),
}  # fmt: skip
NOTE = """CREATE TRIGGER {table}_{event}_unchained AFTER {when} ON {table}{differs} BEGIN
    INSERT INTO unchained (kind, key) SELECT '{kind}', {key} WHERE NOT EXISTS (
        SELECT 1 FROM unchained WHERE kind = '{kind}' AND key = +{key});
END;
"""
# No ON CONFLICT in a trigger: the policy of the statement that fires it would be used instead.
RUNS = """
CREATE TRIGGER runs_finished_unchained AFTER UPDATE OF finished_at ON runs WHEN new.finished_at IS NOT NULL BEGIN
    INSERT INTO unchained (kind, key) SELECT 'run', new.id WHERE NOT EXISTS (
        SELECT 1 FROM unchained WHERE kind = 'run' AND key = +new.id);
END;
CREATE TRIGGER runs_insert_unchained AFTER INSERT ON runs WHEN new.finished_at IS NOT NULL BEGIN
    INSERT INTO unchained (kind, key) SELECT 'run', new.id WHERE NOT EXISTS (
        SELECT 1 FROM unchained WHERE kind = 'run' AND key = +new.id);
END;
"""
HELD = "INSERT INTO unchained (kind, key, adopted) SELECT '{kind}', {key}, 1 FROM {table};\n"


def _triggers() -> str:
    made = []
    for kind, (table, key, columns, removable) in WATCHED.items():
        new, old = key.format(row="new"), key.format(row="old")
        made.append(NOTE.format(table=table, event="insert", when="INSERT", kind=kind, key=new, differs=""))
        if columns:
            before, after = (", ".join(f"{row}.{name}" for name in columns.split(", ")) for row in ("old", "new"))
            when, differs = f"UPDATE OF {columns}", f"\n    WHEN ({before}) IS NOT ({after})"
            made.append(NOTE.format(table=table, event="update", when=when, kind=kind, key=new, differs=differs))
        if removable:
            made.append(NOTE.format(table=table, event="delete", when="DELETE", kind=kind, key=old, differs=""))
    return "".join(made) + RUNS


def _held() -> str:
    """What an archive of before the chain holds already: the first manifests of mode ``adopted`` take it in."""
    kept = [
        HELD.format(kind=kind, key=key.format(row=table), table=table) for kind, (table, key, *_) in WATCHED.items()
    ]
    runs = "INSERT INTO unchained (kind, key, adopted) SELECT 'run', id, 1 FROM runs WHERE finished_at IS NOT NULL;\n"
    return "".join(kept) + runs


def ledger(db: Database) -> None:
    """The hash chain over runs, tombstones of withdrawn documents, a digest of each reading's whole row."""
    for statement in statements(TABLES + _triggers() + _held()):
        db.execute(statement)
