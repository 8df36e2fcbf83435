"""Whole queries against a scan in Python: words, phrases, OR, minus and every filter, in chance combinations."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive.normal import normalise
from archive.search import search
from tests.archive.rows import add_document, add_source, invented_text, new_archive

PLACES = {"qingzhou": None, "dao": "330900", "sheng": "330000", "wan": "340104"}
DAYS = ("2022-12-31", "2023-01-01", "2023-05-31T18:00+08:00", "2023-06", "2024", "2024-02-29", "1996-07-15", None)
BODIES = ("青洲市卫生健康局", "云岭县财政局", "青洲市审计局", None)
QUERIES = 400


@dataclass(frozen=True, slots=True)
class Known:
    """A document as the scan knows it."""

    words: tuple[str, ...]
    title: str
    fields: dict[str, object]

    def says(self, form: str) -> bool:
        return any(form in normalise(value) for value in self.words)

    @property
    def day(self) -> str | None:
        day = self.fields["published_at"]
        return None if day is None else (str(day)[:10] + "-01-01")[:10] if len(str(day)) < 7 else f"{day}-01"[:10]


Test = Callable[[Known], bool]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> tuple[Database, dict[str, Known]]:
    chooser = random.Random(20261124)
    db = new_archive(tmp_path_factory.mktemp("home"))
    for source in list(PLACES)[1:]:
        add_source(db, source, source)
    for source, region in PLACES.items():
        db.execute("UPDATE sources SET region = ? WHERE id = ?", [region, source])
    known = {}
    for n in range(300):
        title, text = invented_text(chooser, 3), invented_text(chooser, 15)
        fields: dict[str, object] = {
            "published_at": chooser.choice(DAYS), "publisher": chooser.choice(BODIES),
            "index_number": f"0{n % 7}/2023-{n}", "document_number": f"青卫发〔{2000 + n % 20}〕{n % 30}号",
            "trust": chooser.choice(["official", "official", "repost", "claimed"]),
            "flags": chooser.choice([[], ["altered"], ["altered", "truncated"]]),
            "source": chooser.choice(list(PLACES)), "doc_type": chooser.choice(["通知", "意见", None]),
            "genre": chooser.choice(["通知", "其他", None]), "validity": chooser.choice(["有效", "失效", None]),
            "attachments": chooser.choice([(), (("表.doc", "http://a.test/f.doc"),)]),
        }  # fmt: skip
        url = f"http://a.test/{n}"
        add_document(db, url, title, text, **fields)
        numbers = (str(fields["index_number"]), str(fields["document_number"]))
        known[url] = Known((title, text, *numbers), title, fields)
    return db, known


def _words(chooser: random.Random) -> tuple[str, Test]:
    word = "".join(c for c in invented_text(chooser, 1) if c not in '"“”\n' and not c.isspace())
    word = word[: chooser.randint(1, 6)] or "工作"
    if ":" in word or word[0] in "-－":
        return '"工 作"', lambda d: d.says("工作")
    form = normalise(word)
    if not form:
        return "总结", lambda d: d.says("总结")
    if chooser.random() < 0.2:
        return f'title:"{word}"', lambda d: form in normalise(d.title)
    return f'"{word}"', lambda d: d.says(form)


def _filter(chooser: random.Random) -> tuple[str, Test]:
    return chooser.choice(FILTERS)


def _value(name: str, value: str) -> Test:
    return lambda d: value in str(d.fields[name] or "")


def _lies_in(code: str) -> Test:
    return lambda d: (PLACES[str(d.fields["source"])] or "").startswith(code)


FILTERS: list[tuple[str, Test]] = [
    ("publisher:财政局", _value("publisher", "财政局")),
    ("publisher:青洲", _value("publisher", "青洲")),
    ("index:03", lambda d: str(d.fields["index_number"]).startswith("03")),
    ("index:3/20", lambda d: False),
    ("number:[2005]", lambda d: "〔2005〕" in str(d.fields["document_number"])),
    ("source:dao", lambda d: d.fields["source"] == "dao"),
    ("trust:official", lambda d: d.fields["trust"] == "official"),
    ("flag:truncated", lambda d: "truncated" in d.fields["flags"]),  # type: ignore[operator]
    ("genre:通知", lambda d: "通知" in (d.fields["genre"], d.fields["doc_type"])),
    ("validity:有效", lambda d: d.fields["validity"] == "有效"),
    ("has:attachment", lambda d: bool(d.fields["attachments"])),
    ("region:33", _lies_in("33")),
    ("region:330900", _lies_in("3309")),
    ("region:舟山", _lies_in("3309")),
    ("region:安徽省", _lies_in("34")),
    ("after:2023", lambda d: d.day is not None and d.day >= "2023-01-01"),
    ("after:2023-05-31", lambda d: d.day is not None and d.day >= "2023-05-31"),
    ("before:2022", lambda d: d.day is not None and d.day <= "2022-12-31"),
    ("before:2023-05", lambda d: d.day is not None and d.day <= "2023-05-31"),
    ("before:2024-02-28", lambda d: d.day is not None and d.day <= "2024-02-28"),
]


def _clause(chooser: random.Random) -> tuple[str, Test]:
    kind = chooser.random()
    make = _words if chooser.random() < 0.6 else _filter
    text, test = make(chooser)
    if kind < 0.2:
        return f"-{text}", lambda d: not test(d)
    if kind < 0.4:
        other, also = (_words if chooser.random() < 0.6 else _filter)(chooser)
        return f"{text} OR {other}", lambda d: test(d) or also(d)
    return text, test


def test_any_query_finds_what_a_scan_finds(shelf: tuple[Database, dict[str, Known]]) -> None:
    db, known = shelf
    chooser = random.Random(7)
    some = 0
    for _ in range(QUERIES):
        clauses = [_clause(chooser) for _ in range(chooser.choice((1, 1, 2, 2, 3)))]
        query = " ".join(text for text, _ in clauses)
        expected = {url for url, document in known.items() if all(test(document) for _, test in clauses)}
        found = search(db, query, limit=1000, facets=True)
        assert {hit.url for hit in found.hits} == expected, query
        assert (len(found.hits), found.total, found.exact) == (len(expected), len(expected), True), query
        some += 0 < len(expected) < 300
    assert some > QUERIES / 2


def test_every_page_of_a_cursor_is_a_part_of_the_whole(shelf: tuple[Database, dict[str, Known]]) -> None:
    db, _ = shelf
    for query in ("工作", "总结 OR 计划", "工作 总结", "trust:official after:2022-12-31", ""):
        whole = [hit.id for hit in search(db, query, limit=1000).hits]
        paged: list[str] = []
        cursor: str | None = None
        while cursor or not paged:
            page = search(db, query, limit=7, cursor=cursor)
            paged += [hit.id for hit in page.hits]
            cursor = page.next
        assert paged == whole
        assert [hit.id for hit in search(db, query, limit=5, offset=11).hits] == whole[11:16]


@pytest.mark.parametrize(
    "query", ["after:2024 before:2023", "工作 after:2024 before:2023", "after:2300", "after:2300 OR title:无"]
)
def test_days_that_no_document_can_have_find_none(tmp_path: Path, query: str) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/1", "总结", "工作。", published_at="2023-05-01")
    found = search(db, query, facets=True)
    assert (found.total, found.hits) == (0, ())
    assert search(db, "-after:2300").total == 1
