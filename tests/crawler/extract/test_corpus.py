"""Floors on real pages, where they are at hand: a folder ``shared`` beside the checkout. Lowering a floor needs a
reason in the same commit."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.model import Reading
from crawler.extract.page import PageInput, read

SHARED = Path(__file__).resolve().parents[4] / "shared"
CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.skipif(not (CORPUS / "gold.jsonl").exists(), reason="no real pages beside the checkout")

FLOORS = {
    "body_F1": 0.99,
    "keep": 0.995,
    "title": 1.0,
    "publisher": 1.0,
    "content_source": 0.93,
    "index_number": 1.0,
    "document_number": 1.0,
    "published": 1.0,
    "issued": 1.0,
    "category": 1.0,
}
CEILINGS = {"leak": 0.01, "crash": 0.0}
NEVER_MADE_UP = ("content_source", "index_number", "document_number", "published", "issued", "category")


def readings(names: list[str], expected: str | None) -> list[Reading]:
    urls = json.loads((CORPUS / "urls.json").read_text("utf-8"))
    return [
        read(PageInput((CORPUS / name).read_bytes(), url=urls.get(Path(name).name), expected=expected))  # type: ignore[arg-type]
        for name in names
    ]


def gold(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CORPUS / name).read_text("utf-8").splitlines() if line.strip()]


@cache
def figures() -> dict[str, float]:
    sys.path.insert(0, str(SHARED / "eval"))
    from score import score  # type: ignore[import-not-found]  # the measure itself stands beside the pages

    labelled = gold("gold.jsonl")
    rows = []
    for reading in readings([f"pages/{g['file']}" for g in labelled], "article"):
        draft = reading.draft
        metadata = {f: getattr(draft.metadata, f) for f in draft.metadata.__slots__} if draft else {}
        rows.append(json.loads(json.dumps({"text": draft.text if draft else "", **metadata})))
    found: dict[str, float] = score(labelled, rows)[0]
    return found


@pytest.mark.parametrize("figure", FLOORS)
def test_articles_are_read_at_least_this_well(figure: str) -> None:
    assert figures()[figure] >= FLOORS[figure]


@pytest.mark.parametrize("figure", CEILINGS)
def test_no_more_than_this_is_wrong(figure: str) -> None:
    assert figures()[figure] <= CEILINGS[figure]


@pytest.mark.parametrize("field", NEVER_MADE_UP)
def test_a_page_without_a_value_is_given_none(field: str) -> None:
    assert figures().get(f"{field}_false", 0.0) == 0.0


def test_no_genuine_page_is_flagged_as_altered() -> None:
    """``tampered``: what the labels say was done to the text; only pages on government hosts are taken for genuine."""
    genuine = [g["file"] for g in gold("gold.jsonl") if "-gov-" in g["file"]]
    assert len(genuine) > 30
    for name, reading in zip(genuine, readings([f"pages/{name}" for name in genuine], "article"), strict=True):
        assert reading.draft is not None
        assert "altered" not in reading.draft.flags, name
        assert reading.trust not in ("hijacked", "repost"), name


def test_every_list_has_its_first_entries_and_its_next_page(tmp_path: Path) -> None:
    lists = gold("lists.jsonl")
    rows = tmp_path / "rows.jsonl"
    with rows.open("w", encoding="utf-8") as out:
        for reading in readings([f"pages/{g['file']}" for g in lists], "list"):
            listing = reading.listing
            assert listing is not None
            entries: list[dict[str, str | None]] = [
                {"title": e.title, "url": getattr(e, "url", None), "date": e.date}
                for e in (*listing.entries, *listing.without_address)
            ]
            out.write(json.dumps({"entries": entries, "next": listing.next_url}) + "\n")
    printer = f"printed={sys.executable} -c \"print(open('{rows}').read())\""
    command = [sys.executable, str(SHARED / "eval" / "score_lists.py"), str(CORPUS), printer]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    found = done.stdout.splitlines()[-1].split()
    values = dict(zip(found[1::2], map(float, found[2::2]), strict=True))
    assert values["first5"] == values["dates"] == values["next"] == 1.0
    assert values["count"] >= 0.98


def test_no_other_page_is_taken_for_a_disclosure_document() -> None:
    names = [f"unlabelled/{path.name}" for path in sorted((CORPUS / "unlabelled").iterdir())]
    for name, reading in zip(names, readings(names, None), strict=True):
        assert reading.kind != "error", name
        assert reading.draft is None or reading.draft.metadata.index_number is None, name
