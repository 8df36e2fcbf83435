"""What a document was at a moment of the past: the version, and whether it may have changed just then."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.as_of import as_of
from archive.errors import NotCapturedYet
from tests.archive.rows import add_document, add_version, new_archive

URL = "http://a.test/1"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    return new_archive(tmp_path)


@pytest.fixture
def document(db: Database) -> str:
    """Made on the 1st, seen so until the 2nd, rewritten on the 4th, gone on the 6th, back on the 8th."""
    id = add_document(db, URL, "方案", "一。")
    db.execute("UPDATE versions SET last_seen_at = '2026-11-02T08:00:00Z'")
    add_version(db, id, "text", at="2026-11-04T08:00:00Z", not_before="2026-11-02T08:00:00Z", text="二。")
    add_version(db, id, "gone", at="2026-11-06T08:00:00Z", not_before="2026-11-04T08:00:00Z")
    add_version(db, id, "restored", at="2026-11-08T08:00:00Z", not_before="2026-11-06T08:00:00Z", text="二。")
    return id


@pytest.mark.parametrize(
    ("moment", "version", "certain", "following", "gone"),
    [
        ("2026-11-01T08:00:00Z", 1, True, (2, "text"), None),
        ("2026-11-01T23:59:59Z", 1, True, (2, "text"), None),  # seen so before and after
        ("2026-11-03T00:00:00Z", 1, False, (2, "text"), None),  # between two observations
        ("2026-11-04T08:00:00Z", 2, True, (3, "gone"), None),
        ("2026-11-05T00:00:00Z", 2, False, (3, "gone"), None),
        ("2026-11-06T08:00:00Z", 2, True, (4, "restored"), "gone"),
        ("2026-11-09T00:00:00Z", 4, False, (None, None), None),  # not checked since
    ],
)
def test_the_version_that_was_current(
    db: Database, document: str, moment: str, version: int, certain: bool, following: tuple[object, ...],
    gone: str | None,
) -> None:  # fmt: skip
    found = as_of(db, document, moment)
    assert (found.version, found.certain, found.gone) == (version, certain, gone)
    assert (found.next_version, found.next_change) == following


def test_a_page_that_is_gone_is_surely_so_up_to_the_last_check_that_missed_it(db: Database, document: str) -> None:
    assert not as_of(db, document, "2026-11-07T00:00:00Z").certain
    capture = db.execute("SELECT max(id) FROM captures").fetchone()[0]
    db.execute("UPDATE captures SET fetched_at = '2026-11-07T12:00:00Z' WHERE id = ?", [capture])
    db.execute("INSERT INTO observations (url, at, outcome, capture) VALUES ('//a.test/1', ?, 'not_found', ?)",
               ["2026-11-07T12:00:00Z", capture])  # fmt: skip
    found = as_of(db, document, "2026-11-07T00:00:00Z")
    assert (found.certain, found.gone, found.gone_at) == (True, "gone", "2026-11-06T08:00:00Z")


def test_before_the_first_capture_nothing_is_known(db: Database, document: str) -> None:
    with pytest.raises(NotCapturedYet, match="the first capture is of 2026-11-01T08:00:00Z"):
        as_of(db, document, "2026-10-31T23:59:59Z")
