"""An archive with everything that the web page must show, hostile things among it, and a client that asks for it."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from sqlite_utils import Database

from archive.captures import Captures
from archive.database import transaction
from archive.exchange import Exchange
from tests.archive.rows import add_document, add_source, add_version, new_archive

__all__ = ["Answer", "Client", "Ids", "build"]

HOSTILE = '<script>document.title="owned"</script><img src=x onerror=alert(1)>'
TURNED = "\u202e知通\u2066 \x00\x1b[31m"
PAGE = """<html><head><meta charset="gbk"><title>关于做好防汛工作的通知</title>
<script>document.title = "owned"; fetch("http://elsewhere.test/beacon")</script>
<link rel="stylesheet" href="http://elsewhere.test/style.css"><style>body { color: #123456 }</style></head>
<body onload="alert(1)"><img src="http://elsewhere.test/pixel.gif"><form action="http://elsewhere.test/"><input></form>
<h1>关于做好防汛工作的通知</h1><p>各乡镇人民政府：镕</p><iframe src="http://elsewhere.test/"></iframe></body></html>"""
TABLE = "| 单位 | 人次 |\n| --- | --- |\n| 澜沂\\|一镇 | 1,204 |\n| <b>二镇</b> | 55.5% |"
NOTICE = f"""各乡镇人民政府：

为做好防汛工作，现将有关事项通知如下：

## 一、总体要求

坚持预防为主。请于6月1日前报送预案。

{TABLE}

- 抢险队伍

- 物资储备

青洲市卫生健康局

2026年5月20日"""
URL = "http://qingzhou.test/art/1.html"


@dataclass(frozen=True, slots=True)
class Ids:
    """Documents and captures of the archive that ``build`` makes, by what they are for."""

    notice: str
    capture: int
    again: int
    hostile: str
    long: str
    repost: str
    gone: str
    withdrawn: str
    withdrawn_capture: int
    damaged_capture: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """Asks a server at ``base``; follows no redirects, keeps no cookies."""

    def __init__(self, base: str) -> None:
        self.base = base.split("?")[0].rstrip("/")
        self.host, self.port = urlsplit(self.base).hostname or "", urlsplit(self.base).port

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        conn = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            conn.request(
                method, quote(path, safe="/?&=%:+"), headers={n.replace("_", "-"): v for n, v in headers.items()}
            )
            answer = conn.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            conn.close()


def build(home: Path) -> Ids:
    db = new_archive(home)
    add_source(db, "yunling", "云岭县卫生健康局")
    facts = {
        "publisher": "青洲市卫健局",
        "publisher_full": "青洲市卫生健康局",
        "published_at": "2026-05-20T09:30+08:00",
    }
    notice = add_document(db, URL, "关于做好防汛工作的通知", NOTICE, index_number="000014349/2026-00110",
                          document_number="青卫发〔2026〕12号", **facts)  # fmt: skip
    add_version(db, notice, "text", at="2026-11-03T08:00:00Z", not_before="2026-11-02T08:00:00Z", changed=("text",),
                title="关于做好防汛工作的通知", text=NOTICE.replace("6月1日", "6月8日"),
                index_number="000014349/2026-00110", document_number="青卫发〔2026〕12号",
                attachments=(("防汛预案.docx", "http://qingzhou.test/a.docx"), ("坏链接", "javascript:alert(1)")),
                **facts)  # fmt: skip
    captures = [_captured(db, home, URL, PAGE.encode("gb18030")) for _ in range(2)]
    _read_from(db, notice, captures[0])
    hostile = add_document(db, "http://qingzhou.test/hostile", f"{HOSTILE}{TURNED}", f"{HOSTILE}\n{TURNED} 防汛",
                           publisher=HOSTILE, published_at="2025-03-01")  # fmt: skip
    long = add_document(
        db, "http://qingzhou.test/long", "长" * 1_000_000, "防汛。" + "长江水位。" * 180_000, published_at="2024-03-01"
    )
    repost = add_document(db, "http://copies.test/1", "防汛通知（转载）", NOTICE, trust="repost", source=None,
                          published_at="2026-06-01", duplicate_of=notice)  # fmt: skip
    tie = 'INSERT INTO relations ("from", "to", kind, evidence, share) VALUES (?, ?, ?, ?, 1)'
    db.execute(tie, [repost, notice, "reposts", "same text"])
    gone = add_document(db, "http://yunling.test/gone", "已撤下的防汛情况", "云岭县防汛情况。", source="yunling")
    add_version(db, gone, "gone", at="2026-11-05T08:00:00Z", not_before="2026-11-04T08:00:00Z")
    for number in range(30):
        add_document(db, f"http://yunling.test/{number}", f"云岭县第{number}期防汛简报", f"第{number}期。雨情平稳。",
                     source="yunling", publisher="云岭县卫生健康局",
                     published_at=f"{2021 + number % 5}-0{1 + number % 9}-01")  # fmt: skip
    withdrawn = add_document(db, "http://qingzhou.test/secret", "不宜公开的防汛名单", "某人的身份证号。")
    secret = _captured(db, home, "http://qingzhou.test/secret", "身份证号".encode())
    _read_from(db, withdrawn, secret)
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-06T00:00:00Z', withdrawn_why = ? WHERE id = ?",
               ["身份证号泄露", withdrawn])  # fmt: skip
    _run(db)
    damaged = db.execute("SELECT capture FROM versions WHERE document = ?", [gone]).fetchone()[0]
    db.close()
    return Ids(notice, captures[0], captures[1], hostile, long, repost, gone, withdrawn, secret, damaged)


def _captured(db: Database, home: Path, url: str, body: bytes) -> int:
    captures = Captures(db, home, software="gongkai test")
    exchange = Exchange(
        url=url, at="2026-11-03T08:00:00Z", method="GET", request_headers=(("Host", "qingzhou.test"),), status=200,
        reason="OK", protocol="HTTP/1.1", headers=(("Content-Type", "text/html"),), body=body, ip="192.0.2.7", note={},
    )  # fmt: skip
    capture = captures.keep(exchange, kind="article", source="qingzhou")
    captures.close()
    return capture.id


def _read_from(db: Database, document: str, capture: int) -> None:
    """The document's versions were read from this capture."""
    origins = {
        "index_number": {"rule": "panel", "where": "table/tr[1]", "snippet": "索引号：000014349", "confidence": 0.95}
    }
    with transaction(db) as conn:
        conn.execute(
            """UPDATE renditions SET capture = ?, encoding = 'gb18030', origins = ?
               WHERE version IN (SELECT id FROM versions WHERE document = ?)""",
            [capture, json.dumps(origins, ensure_ascii=False), document],
        )
        conn.execute("UPDATE versions SET capture = ? WHERE document = ?", [capture, document])


def _run(db: Database) -> None:
    db.execute(
        """INSERT INTO runs (source, tool_version, mode, started_at, finished_at, counts, verdict, reasons) VALUES
           ('qingzhou', 'gongkai 0.1.0', 'full', '2026-11-03T08:00:00Z', '2026-11-03T08:10:00Z', '{"fetched": 3}',
            'degraded', '["5 pages failed <b>"]')"""
    )
    db.execute(
        """INSERT INTO issues (run, source, url, code, level, message, at) VALUES
           (1, 'qingzhou', 'javascript:alert(1)', 'decode', 'error', '<script>alert(1)</script>',
            '2026-11-03T08:00:00Z'),
           (1, 'qingzhou', 'http://qingzhou.test/secret', 'conflict', 'info', 'http://qingzhou.test/secret: a name',
            '2026-11-03T08:00:00Z')"""
    )
    db.execute(
        """INSERT INTO urls (url, address, source, kind, state, discovered_at, reason) VALUES
           ('javascript:alert(1)', 'x', 'qingzhou', 'article', 'failed', '2026-11-03T08:00:00Z', 'status 500'),
           ('http://qingzhou.test/secret', 'y', 'qingzhou', 'article', 'failed', '2026-11-03T08:00:00Z', '500')"""
    )
