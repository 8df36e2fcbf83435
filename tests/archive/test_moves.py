"""Which document that is gone stands at another address now, and which only looks so."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from archive.changes import changes
from archive.database import transaction
from archive.history import history
from archive.moves import Move, find_moves
from archive.stored import stored_record
from archive.versions import text_sha256
from tests.archive.rows import add_document, add_source, add_version, new_archive

WARD = "一、基本情况。全年完成随访{}人次，体检{}人次，发放宣传资料{}份，办结事项{}件，回访率{}%。"
LONG = "\n".join(WARD.format(*(n * k + 13 for k in (317, 211, 173, 101, 29))) for n in range(1, 9))
OTHER = "\n".join(f"第{n}项由各镇街道办事处会同有关部门按职责分工落实，限期报送，逾期通报。" for n in range(40, 60))
SHORT = "附件已上传，请下载。"
TITLE, INDEX = "2025年工作总结", "330000218/2026-00012"
DAY = "2025-12-31"


class Shelf:
    """An archive of documents seen first on a day of November 2026, each in a run of its own; ``gone`` ones were last
    seen on their ``last`` day and found gone in run 100, which is being closed."""

    def __init__(self, home: Path) -> None:
        self.db = new_archive(home)
        self.numbers = itertools.count(1)
        self.execute("INSERT INTO runs (id, tool_version, mode, started_at) VALUES (100, 't', 'full', '2026-11-28')")

    def execute(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return self.db.execute(query, values).fetchall()

    def put(
        self, path: str, text: str, day: int, *, last: int | None = None, run: int | None = None, **said: Any
    ) -> str:
        fields = {"title": TITLE, "index_number": INDEX, "issued_on": DAY} | said
        title, number = fields.pop("title"), next(self.numbers) if run is None else run
        id = add_document(self.db, f"http://a.test/{path}", title, text, at=f"2026-11-{day:02}T08:00:00Z", **fields)
        self.execute(
            "INSERT OR IGNORE INTO runs (id, tool_version, mode, started_at) VALUES (?, 't', 'full', '')", number
        )
        self.execute("UPDATE captures SET run = ? WHERE url = ?", number, f"http://a.test/{path}")
        digest = text_sha256(text)
        self.execute("UPDATE renditions SET text_sha256 = ? WHERE id = (SELECT max(id) FROM renditions)", digest)
        if last is not None:
            add_version(self.db, id, "gone", at="2026-11-28T08:00:00Z", not_before=f"2026-11-{last:02}T08:00:00Z")
            self.execute("UPDATE captures SET run = 100 WHERE id = (SELECT max(id) FROM captures)")
            self.execute("UPDATE documents SET last_seen_at = ? WHERE id = ?", f"2026-11-{last:02}T08:00:00Z", id)
        return id

    def moves(self, run: int = 100) -> list[Move]:
        with transaction(self.db) as conn:
            return find_moves(conn, "qingzhou", run)

    def found(self) -> dict[str, str]:
        return {move.document: move.to for move in self.moves()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        (LONG, {}, "same text and index number"),
        (LONG, {"index_number": "1/2"}, "same text and title"),
        (LONG, {"title": "总结", "index_number": INDEX}, "same text and index number"),
        (LONG.replace("一、基本", "一、主要"), {}, "same index number, "),
        (LONG, {"title": "另一件", "index_number": "1/2"}, None),  # a form letter
        (OTHER, {}, None),  # an index number that is used again
        (OTHER, {"index_number": "1/2"}, None),  # a title that is used every year
    ],
)
def test_what_stays_when_an_address_changes(shelf: Shelf, text: str, said: dict[str, Any], why: str | None) -> None:
    old, new = shelf.put("old", LONG, 1, last=10), shelf.put("new", text, 12, **said)
    moves = shelf.moves()
    assert [(m.document, m.to, m.newly) for m in moves] == ([(old, new, True)] if why else [])
    assert all(m.why.startswith(why or "") for m in moves)
    assert [s.change for s in history(shelf.db, old)] == ["created", "moved" if why else "gone"]
    assert shelf.moves() == []


@pytest.mark.parametrize(
    ("said", "moved"),
    [({}, True), ({"index_number": None}, True), ({"index_number": None, "issued_on": "2026-01-05"}, False)],
)
def test_a_short_text_needs_more_than_its_title(shelf: Shelf, said: dict[str, Any], moved: bool) -> None:
    old = shelf.put("old", SHORT, 1, last=10)
    new = shelf.put("new", SHORT, 12, **said)
    assert shelf.found() == ({old: new} if moved else {})


@pytest.mark.parametrize(
    "said",
    [
        {"trust": "repost"},
        {"trust": "unknown"},
        {"source": "elsewhere"},
        {"source": None},
    ],
)
def test_a_copy_is_no_move(shelf: Shelf, said: dict[str, Any]) -> None:
    add_source(shelf.db, "elsewhere", "别处")
    shelf.put("old", LONG, 1, last=10)
    shelf.put("new", LONG, 12, **said)
    assert shelf.found() == {}


def test_two_addresses_of_the_first_crawl_are_no_move(shelf: Shelf) -> None:
    shelf.put("old", LONG, 1, last=10, run=1)
    shelf.put("new", LONG, 2, run=1)
    assert shelf.found() == {}


def test_what_was_there_before_is_no_new_address(shelf: Shelf) -> None:
    shelf.put("first", LONG, 1)
    shelf.put("again", LONG, 3, last=10)
    assert shelf.found() == {}


def test_both_addresses_may_answer_for_a_while_but_not_for_months(shelf: Shelf) -> None:
    old, new = shelf.put("old", LONG, 1, last=25), shelf.put("new", LONG, 2)
    shelf.execute("UPDATE documents SET last_seen_at = '2027-11-25T08:00:00Z' WHERE id = ?", old)
    assert shelf.found() == {}
    shelf.execute("UPDATE documents SET last_seen_at = '2026-12-20T08:00:00Z' WHERE id = ?", old)
    assert shelf.found() == {old: new}


def test_one_takes_the_place_of_one_but_for_equal_texts(shelf: Shelf) -> None:
    """Two addresses with one text became one; a third document with the same number and another text did not."""
    one, two = shelf.put("one", LONG, 1, last=10), shelf.put("two", LONG, 2, last=10)
    shelf.put("near", LONG.replace("一、基本", "一、主要"), 3, last=10)
    new = shelf.put("new", LONG, 12)
    assert shelf.found() == {one: new, two: new}
    assert [origin.id for origin in history(shelf.db, new)[0].moved_from] == [one, two]


def test_of_two_new_addresses_the_first_is_it(shelf: Shelf) -> None:
    old = shelf.put("old", LONG, 1, last=10)
    shelf.put("later", LONG, 14)
    first = shelf.put("first", LONG, 12)
    assert shelf.found() == {old: first}


def test_gone_withdrawn_and_empty_ones_take_no_place(shelf: Shelf) -> None:
    shelf.put("old", LONG, 1, last=10)
    shelf.put("gone", LONG, 12, last=20)
    shelf.execute(
        "UPDATE documents SET withdrawn_at = '2026-11-20T00:00:00Z' WHERE id = ?", shelf.put("drawn", LONG, 13)
    )
    shelf.put("image", "", 1, last=10, index_number=None)
    shelf.put("picture", "", 12, index_number=None)
    assert shelf.found() == {}


def test_an_index_number_of_many_is_none(shelf: Shelf) -> None:
    shelf.put("old", LONG, 1, last=10, index_number="见文末")
    for n in range(6):
        shelf.put(f"new{n}", LONG.replace("一、基本", f"一、第{n}"), 12 + n, index_number="见文末", title=f"总结{n}")
    assert shelf.found() == {}


def test_what_was_gone_before_says_so_first(shelf: Shelf) -> None:
    """In an earlier run it was gone, and a feed has said so: the move is a version of its own."""
    old = shelf.put("old", LONG, 1, last=10)
    assert shelf.found() == {}
    shelf.execute("INSERT INTO runs (id, tool_version, mode, started_at) VALUES (101, 't', 'full', '2026-11-29')")
    new = shelf.put("new", LONG, 29)
    (move,) = shelf.moves(run=101)
    assert (move.to, move.newly) == (new, False)
    *_, gone, moved = history(shelf.db, old)
    assert (gone.change, moved.change, moved.seen_at) == ("gone", "moved", "2026-11-29T08:00:00Z")
    assert moved.moved_to is not None
    assert moved.moved_to.id == new
    stored = stored_record(shelf.db, old)
    assert ([tie.id for tie in stored.moved_to], stored.record["version"]) == ([new], 1)
    assert [tie.id for tie in stored_record(shelf.db, new).moved_from] == [old]
    assert [(c.change, c.moved_to, c.moved_from) for c in changes(shelf.db, "2026-11-29")] == [
        ("moved", new, None),
        ("created", None, old),
    ]
