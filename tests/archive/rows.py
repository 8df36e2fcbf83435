"""Rows of an archive as the crawl would leave them, for the tests of the side that reads."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from archive.database import open_database, transaction
from archive.identity import canonical_url, document_id
from archive.index import reindex

ARRAYS = ("issuers", "addressed_to", "subject", "catalog_class", "keywords")
READER = "gongkai 0.1.0 rules 0000000000000001"
WARC = "gongkai-test-00001.warc.gz"


def new_archive(home: Path) -> Database:
    """An empty archive with one source and one WARC file's row."""
    db = open_database(home)
    db.execute("INSERT INTO warc_files (name, created_at, committed_length, records) VALUES (?, ?, 5000, 3)",
               [WARC, "2026-11-01T00:00:00Z"])  # fmt: skip
    add_source(db, "qingzhou", "青洲市卫生健康局")
    return db


def add_source(db: Database, id: str, name: str) -> None:
    db.execute(
        "INSERT INTO sources (id, name, homepage, toml, toml_sha256, updated_at) VALUES (?, ?, ?, '', '', ?)",
        [id, name, f"http://{id}.test/", "2026-11-01T00:00:00Z"],
    )


def add_document(
    db: Database, url: str, title: str | None, text: str, *, at: str = "2026-11-01T08:00:00Z", **fields: Any
) -> str:
    """A document with one version; ``fields``: metadata, and trust, flags, source, duplicate_of, import_path."""
    own = {n: fields.pop(n, None) for n in ("duplicate_of", "import_path")}
    trust, flags = fields.pop("trust", "official"), fields.pop("flags", ())
    source = fields.pop("source", "qingzhou")
    id = document_id(canonical_url(url))
    with transaction(db) as conn:
        conn.execute(
            """INSERT INTO documents (id, url, source, trust, trust_evidence, flags, first_seen_at, last_seen_at,
                   duplicate_of, import_path) VALUES (?, ?, ?, ?, '["government domain"]', ?, ?, ?, ?, ?)""",
            [id, url, source, trust, json.dumps(flags), at, at, own["duplicate_of"], own["import_path"]],
        )
    add_version(db, id, "created", at=at, title=title, text=text, **fields)
    return id


def add_version(
    db: Database, id: str, change: str, *, at: str, not_before: str | None = None, text: str | None = None,
    reader: str = READER, attachments: tuple[tuple[str, str], ...] = (), changed: tuple[str, ...] = (), **metadata: Any,
) -> int:  # fmt: skip
    """A version seen first at ``at``; without ``text`` it has no rendition (a page that is gone)."""
    with transaction(db) as conn:
        url = conn.execute("SELECT url FROM documents WHERE id = ?", [id]).fetchone()[0]
        capture = _capture(conn, url, at)
        version = conn.execute(
            """INSERT INTO versions (document, number, first_seen_at, last_seen_at, capture, content_sha256, change,
                   changed, not_before)
               VALUES (?, (SELECT coalesce(max(number), 0) + 1 FROM versions WHERE document = ?), ?, ?, ?, '', ?, ?, ?)
               RETURNING id""",
            [id, id, at, at, capture, change, json.dumps(changed), not_before],
        ).fetchone()[0]
        conn.execute("UPDATE documents SET current_version = ? WHERE id = ?", [version, id])
        if text is not None:
            add_rendition(conn, id, version, capture, reader, text=text, attachments=attachments, **metadata)
            conn.executemany(
                """INSERT INTO attachments (document, version, "order", name, url, state)
                   VALUES (?, ?, ?, ?, ?, 'listed')""",
                [(id, version, n, name, link) for n, (name, link) in enumerate(attachments, 1)],
            )
        gone = at if change == "gone" else None
        conn.execute("UPDATE documents SET gone_at = ?, last_seen_at = ? WHERE id = ?", [gone, at, id])
        reindex(conn, id)
    return int(version)


def add_rendition(
    conn: Any, id: str, version: int, capture: int, reader: str = READER, *, text: str,
    attachments: tuple[tuple[str, str], ...] = (), **metadata: Any,
) -> int:  # fmt: skip
    """What one reader made of a version; it becomes the shown one."""
    links = [{"order": n, "name": name, "url": url, "media_type": None} for n, (name, url) in enumerate(attachments, 1)]
    claims, periods = metadata.pop("date_claims", []), metadata.pop("periods", [])
    columns = {n: json.dumps(v, ensure_ascii=False) if n in ARRAYS else v for n, v in metadata.items()}
    names = ["version", "reader", "capture", "made_at", "content_sha256", "text", "markdown", "attachments",
             "date_claims", "periods", *columns]  # fmt: skip
    values = [version, reader, capture, "2026-11-01T08:00:00Z", "", text, text, json.dumps(links, ensure_ascii=False),
              json.dumps(claims, ensure_ascii=False), json.dumps(periods), *columns.values()]  # fmt: skip
    row = conn.execute(
        f"INSERT INTO renditions ({', '.join(names)}) VALUES ({', '.join('?' * len(names))}) RETURNING id", values
    ).fetchone()
    conn.execute("UPDATE documents SET current_rendition = ? WHERE id = ?", [row[0], id])
    return int(row[0])


def _capture(conn: Any, url: str, at: str) -> int:
    offset = conn.execute("SELECT coalesce(max(warc_offset), 0) + 100 FROM captures").fetchone()[0]
    return int(
        conn.execute(
            """INSERT INTO captures (url, final_url, kind, fetched_at, captured_by, status, warc_file, warc_offset,
                   warc_length, record_id, payload_sha256, payload_length)
               VALUES (?, ?, 'article', ?, 'gongkai', 200, ?, ?, 100, ?, '', 10) RETURNING id""",
            [url, url, at, WARC, offset, f"urn:uuid:{offset}"],
        ).fetchone()[0]
    )


PHRASES = """
青洲市 云岭县 卫生健康局 工作 总结 计划 通知 关于 做好 二○二三年 2023年 第3季度 公共卫生 服务 项目 提升 8.5% “两病”
门诊 保障 （试行） 〔2023〕12号 [2022]7号 【转发】 GB/T 2260 PM2.5 Wi-Fi ABC-123 疫苗 接种率 达到 95％ 。 ， ； ： 、
《办法》
臺灣 衛生 醫療 機構 檔案 體檢 １２３ ＣＤＣ 人、财、物 ①加强 ——其中 × + C++ https://a.test/x?y=1&z=2 孕产妇 的 的 的 了
"""
WORDS = PHRASES.split()


def invented_text(random: random.Random, pieces: int) -> str:
    """Text of invented phrases with every kind of character that documents hold, and line breaks."""
    return "".join(random.choice(WORDS) + ("\n" if random.random() < 0.05 else "") for _ in range(pieces))
