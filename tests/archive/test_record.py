"""The object that ``extract`` prints for a reading."""

from __future__ import annotations

from archive.model import (
    METADATA_FIELDS,
    AttachmentLink,
    DateClaim,
    Draft,
    Issue,
    Listing,
    Metadata,
    Origin,
    Period,
    Reading,
)
from archive.record import EXPORT_KEYS, EXTRACT_KEYS, record_of_reading

DRAFT = Draft(
    url="http://a.test/1",
    text="正文。",
    markdown="# 正文",
    metadata=Metadata(title="通知", issuers=("青洲市政府", "青洲市财政局"), issued_on="2023-05-31"),
    date_claims=(DateClaim("signed", "2023-05-31", Origin("signature", "end", "5月31日")),),
    attachments=(AttachmentLink(1, "表.xls", "http://a.test/1.xls"),),
    flags=("repaired",),
    periods=(Period("2023-01-01", "2023-06-30", "summary"),),
)


def test_an_article() -> None:
    record = record_of_reading(Reading("article", DRAFT, trust="official"), "in/1.html", "http://a.test/1")
    assert tuple(record) == EXTRACT_KEYS
    assert tuple(record)[:6] == ("file", "url", "kind", "title", "text", "markdown")
    assert set(METADATA_FIELDS) < set(record)
    assert (record["file"], record["kind"], record["title"], record["trust"]) == (
        "in/1.html", "article", "通知", "official",
    )  # fmt: skip
    assert record["issuers"] == ["青洲市政府", "青洲市财政局"]
    assert record["publisher"] is None
    assert record["attachments"] == [{"order": 1, "name": "表.xls", "url": "http://a.test/1.xls", "media_type": None}]
    assert record["date_claims"][0]["origin"] == {"rule": "signature", "where": "end", "snippet": "5月31日"}
    assert record["flags"] == ["repaired"]
    assert record["periods"] == [{"start": "2023-01-01", "end": "2023-06-30", "kind": "summary"}]


def test_a_list_has_no_text() -> None:
    record = record_of_reading(Reading("list", listing=Listing(())), "list.html", None)
    assert tuple(record) == EXTRACT_KEYS
    assert record["text"] is record["title"] is record["url"] is None
    assert record["attachments"] == record["issuers"] == record["flags"] == record["periods"] == []


def test_an_error_says_which() -> None:
    issues = (Issue("conflict", "info", "two dates"), Issue("decode", "error", "no encoding reads it"))
    record = record_of_reading(Reading("error", issues=issues), "x.bin", None)
    assert record["error"] == {"code": "decode", "message": "no encoding reads it"}
    assert tuple(record) == (*EXTRACT_KEYS, "error")


def test_an_export_has_the_keys_of_extract_and_more() -> None:
    assert set(EXTRACT_KEYS) - {"file"} < set(EXPORT_KEYS)


def test_a_friendly_not_found_page_is_an_error_of_its_own_code() -> None:
    record = record_of_reading(Reading("soft_404"), "gone.html", None)
    assert (record["kind"], record["error"]["code"]) == ("error", "soft_404")
