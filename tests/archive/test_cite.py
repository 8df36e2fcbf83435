"""Citations: GB/T 7714-2015, BibTeX and CSL-JSON, with the capture's time and digest, also of hostile titles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.cite import as_bibtex, as_csl, as_gbt7714, citation
from tests.archive.rows import add_document, add_version, new_archive

URL = "http://wjw.a.test/art/1.html?x=1&y=_2%20"
SHA256 = "ab" * 32
SAID = {
    "publisher": "青洲市卫生健康局",
    "document_number": "青卫〔2023〕12号",
    "published_at": "2023-12-01T09:30+08:00",
}


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_archive(tmp_path)


def cited(db: Database, title: str | None = "关于做好接种工作的通知", url: str = URL, **more: object) -> str:
    id = add_document(db, url, title, "文。", **SAID | more)
    db.execute("UPDATE captures SET payload_sha256 = ?", [SHA256])
    return id


def test_gbt7714(db: Database) -> None:
    assert as_gbt7714(citation(db, cited(db))) == (
        "青洲市卫生健康局. 关于做好接种工作的通知: 青卫〔2023〕12号[EB/OL]. (2023-12-01)[2026-11-01]. "
        f"http://wjw.a.test/art/1.html?x=1&y=_2%20. 采集于 2026-11-01T08:00:00Z, SHA-256: {SHA256}."
    )


def test_issuers_are_the_authors_and_more_than_three_are_etc(db: Database) -> None:
    issuers = ("青洲市财政局", "青洲市民政局", "青洲市卫生健康局", "青洲市教育局")
    line = as_gbt7714(citation(db, cited(db, issuers=issuers)))
    assert line.startswith("青洲市财政局, 青洲市民政局, 青洲市卫生健康局, 等. 关于")
    assert " and ".join(f"{{{name}}}" for name in issuers) in as_bibtex(citation(db, next(iter(ids(db)))))


def ids(db: Database) -> list[str]:
    return [row[0] for row in db.execute("SELECT id FROM documents")]


def test_what_is_not_known_is_said(db: Database) -> None:
    id = cited(db, None, "urn:sha256:" + "0" * 64, publisher=None, document_number=None, published_at=None)
    db.execute("UPDATE captures SET fetched_at = NULL, imported_at = '2026-11-02T00:00:00Z'")
    found = citation(db, id)
    assert as_gbt7714(found) == (
        "[责任者不详]. 无标题[EB/OL]. [获取日期不详]. "
        f"采集时间不详, 2026-11-02T00:00:00Z 导入, SHA-256: {SHA256}."
    )  # fmt: skip
    assert "urldate" not in as_bibtex(found)
    assert "time of capture unknown, imported 2026-11-02T00:00:00Z" in as_bibtex(found)
    assert {"accessed", "URL", "issued", "author"} & set(as_csl(found)) == set()


def test_bibtex_of_a_hostile_title_is_one_entry(db: Database) -> None:
    title = "50% 的 {计划} & \\input{/etc/passwd} #1_a^b~c$\n}\n@comment{\u202e\x1b[2J"
    entry = as_bibtex(citation(db, cited(db, title)))
    assert entry.startswith("@online{gongkai-")
    depths = [entry[:at].count("{") - entry[:at].count("}") for at in range(1, len(entry) + 1)]
    opened = depths.index(1)
    assert min(depths[opened:-1]) >= 1
    assert depths[-1] == 0
    bare = re.sub(r"\\text\w+\{\}|\\[$&#%_]", "", re.sub(r"  url .*", "", entry))
    assert not set("\\&#$%~^") & set(bare)
    assert "\x1b" not in entry
    assert "\u202e" not in entry
    assert r"50\% 的 \textbraceleft{}计划\textbraceright{} \& \textbackslash{}input" in entry
    assert f"SHA-256: {SHA256}" in entry


def test_csl(db: Database) -> None:
    found = as_csl(citation(db, cited(db)))
    assert found["type"] == "webpage"
    assert found["author"] == [{"literal": "青洲市卫生健康局"}]
    assert (found["issued"], found["accessed"]) == (
        {"date-parts": [[2023, 12, 1]]},
        {"date-parts": [[2026, 11, 1]]},
    )
    assert found["custom"]["payload_sha256"] == SHA256


def test_a_version_is_cited_by_its_own_capture(db: Database) -> None:
    id = cited(db)
    add_version(db, id, "text", at="2026-11-03T08:00:00Z", title="新题", text="新。", **SAID)
    assert [citation(db, id, v).fetched_at for v in (1, 2, None)] == [
        "2026-11-01T08:00:00Z", "2026-11-03T08:00:00Z", "2026-11-03T08:00:00Z",
    ]  # fmt: skip
    assert [citation(db, id, v).payload_sha256 for v in (1, 2)] == [SHA256, ""]
