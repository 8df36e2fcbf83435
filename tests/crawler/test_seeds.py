"""The five real text files that lie beside the checkout, where they do; they are for measuring only and not ours."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from archive.model import Draft
from crawler.extract.lines import read_lines

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
EXPECTED = SEEDS / "expected.jsonl"
ROWS: list[dict[str, Any]] = (
    [json.loads(line) for line in EXPECTED.read_text("utf-8").splitlines()] if EXPECTED.exists() else []
)
NOT_FIELDS = {"file", "what", "note", "url", "trust", "trust_when_fetched", "flags", "body_first", "body_last",
              "must_contain", "must_not_contain", "date_claims"}  # fmt: skip

pytestmark = pytest.mark.skipif(not ROWS, reason="the shared seeds are not here")


def fold(text: str | None) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text or ""))


def printed(draft: Draft, field: str) -> Any:
    value = getattr(draft.metadata, field)
    if field == "published_at" and value:
        return value[:10]
    return "\\".join(value) if field == "catalog_class" else list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("row", ROWS, ids=[row["file"][:3] for row in ROWS])
def test_a_seed_is_read_as_expected(row: dict[str, Any]) -> None:
    reading = read_lines((SEEDS / row["file"]).read_text("utf-8"), row["url"])
    draft = reading.draft
    assert draft is not None
    got = {field: printed(draft, field) for field in row if field not in NOT_FIELDS}
    assert got == {field: row[field] for field in got}
    assert (reading.trust, list(draft.flags)) == (row["trust"], row["flags"])
    text = fold(draft.text)
    assert text.startswith(fold(row["body_first"]))
    assert text.endswith(fold(row["body_last"]))
    assert [snippet for snippet in row["must_contain"] if fold(snippet) not in text] == []
    assert [snippet for snippet in row["must_not_contain"] if fold(snippet) in text] == []
    if "date_claims" in row:
        assert [{"role": c.role, "date": c.date} for c in draft.date_claims] == row["date_claims"]
