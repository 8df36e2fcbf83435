"""Finding documents: exactness, order, filters, snippets."""

from __future__ import annotations

import json
import random
import time
from pathlib import Path

import opencc
import pytest
from sqlite_utils import Database

from archive.conditions import conditions
from archive.index import await_index
from archive.normal import normalise
from archive.query import Clause, Query, Words, parse_query
from archive.scan import scan
from archive.search import search
from archive.snippets import matches, snippet
from tests.archive import rows
from tests.archive.rows import add_document, add_version, invented_text, new_archive

BRACKETS = ["〔〕", "[]", "【】", "()", "（）", "﹝﹞", "［］", "〖〗"]

ALL_FOUND = """
    SELECT d.url FROM json_each(?) r JOIN search_rows s ON s.id = r.value JOIN documents d ON d.id = s.document
"""


def urls(db: Database, query: str) -> list[str]:
    return [hit.url.removeprefix("http://a.test/") for hit in search(db, query).hits]


def test_substrings_find_what_a_scan_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "reindex", await_index)  # a hundred at a time, by the first search
    chooser = random.Random(20261121)
    traditional = opencc.OpenCC("s2t").convert
    db = new_archive(tmp_path)
    values: dict[str, tuple[str, ...]] = {}
    for n in range(5000):
        title, text = invented_text(chooser, 6), invented_text(chooser, 30)
        title, text = (traditional(title), traditional(text)) if n % 5 == 0 else (title, text)
        bracket = BRACKETS[n % len(BRACKETS)]
        numbers = (f"00{n:04}/2023-{n:05}", f"青卫发{bracket[0]}{2000 + n % 20}{bracket[1]}{n}号")
        add_document(db, f"http://a.test/{n}", title, text, index_number=numbers[0], document_number=numbers[1])
        values[f"http://a.test/{n}"] = (title, text, *numbers)
    forms = {url: [normalise(v) for v in group] for url, group in values.items()}
    everything = [value for group in values.values() for value in group]
    asked = 0
    while asked < 200:
        part = _part(chooser, everything)
        part = traditional(part) if asked % 3 == 0 else part
        if normalise(part):
            asked += 1
            expected = {url for url, group in forms.items() if any(normalise(part) in form for form in group)}
            quoted = '"' in normalise(part)
            query = Query((Clause((Words(normalise(part)),)),)) if quoted else parse_query(f'"{part}"')
            page = search(db, query, limit=100)
            assert page.total == len(expected) > 0
            rest = {url for (url,) in db.execute(ALL_FOUND, [json.dumps(scan(db.conn, conditions(query)).rows)])}
            assert rest == expected, part
            assert {hit.url for hit in page.hits} <= expected
            assert len(page.hits) == min(100, len(expected))


def _part(chooser: random.Random, values: list[str]) -> str:
    value = chooser.choice(values)
    start = chooser.randrange(len(value))
    return value[start : start + chooser.randint(1, 8)]


def test_bracket_style_and_script_do_not_matter(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/1", "批复", "见衛生局文件。", document_number="青卫发〔2023〕10号")
    add_document(db, "http://a.test/2", "批复", "见2023年第10号文。", document_number="青卫发〔2022〕10号")
    for query in ("青卫发[2023]10号", "〔2023〕10", "（2023）１０号", "number:【2023】", "卫生局", "衛生"):
        assert urls(db, query) == ["1"], query


@pytest.mark.parametrize("printed", BRACKETS)
def test_a_number_in_any_brackets_is_found_by_a_number_in_any_other(tmp_path: Path, printed: str) -> None:
    db = new_archive(tmp_path)
    number = f"青卫办发{printed[0]}2021{printed[1]}12号"
    add_document(db, "http://a.test/field", "通知", "正文。", document_number=number)
    add_document(db, "http://a.test/text", "答复", f"根据{number}文件要求办理。")
    add_document(db, "http://a.test/other", "通知", "正文。", document_number="青卫办发〔2021〕112号")
    for asked in BRACKETS:
        form = f"青卫办发{asked[0]}2021{asked[1]}12号"
        assert urls(db, f"number:{form}") == ["field"]
        assert set(urls(db, form)) == {"field", "text"}


def test_title_hits_then_official_then_newer(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    text = "年度总结。"
    add_document(db, "http://a.test/old", "通知", text, published_at="2020-01-01")
    add_document(db, "http://a.test/new", "通知", text, published_at="2024-01-01T10:00+08:00")
    add_document(db, "http://a.test/signed", "通知", text, issued_on="2022-01-01")
    add_document(db, "http://a.test/undated", "通知", text)
    add_document(db, "http://a.test/copy", "通知", text, published_at="2025-01-01", trust="repost")
    add_document(db, "http://a.test/title", "总结", text, published_at="2010-01-01", trust="unknown")
    assert urls(db, "总结") == ["title", "new", "signed", "old", "undated", "copy"]
    assert search(db, "总结", limit=2, offset=1).hits[0].url.endswith("new")
    assert search(db, "总结", limit=2).total == 6


@pytest.fixture
def shelf(tmp_path: Path) -> Database:
    db = new_archive(tmp_path)
    plan = {"publisher": "青洲市卫健局", "index_number": "000014349/2023-1", "published_at": "2023-05-31T18:00+08:00"}
    add_document(db, "http://a.test/plan", "二〇二三年工作计划", "卫生工作。", **plan)
    report = {"publisher": "市财政局", "publisher_full": "青洲市财政局", "issuers": ["青洲市财政局", "青洲市审计局"]}
    report |= {"index_number": "000014350/2023-1", "issued_on": "2022-12-31"}
    add_document(db, "http://a.test/report", "工作总结", "财政工作。", **report)
    copy = {"trust": "repost", "flags": ["altered", "truncated"], "source": None}
    add_document(db, "http://a.test/copy", "工作计划", "转发。", **copy)
    return db


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("publisher:青洲", {"plan", "report"}),
        ("publisher:审计局", {"report"}),
        ("publisher:局青", set()),
        ("index:00001434", {"plan"}),
        ("index:14349", set()),
        ("title:计划", {"plan", "copy"}),
        ("title:卫生", set()),
        ("source:qingzhou", {"plan", "report"}),
        ("-source:qingzhou", {"copy"}),
        ("trust:repost", {"copy"}),
        ("flag:truncated", {"copy"}),
        ("-flag:altered", {"plan", "report"}),
        ("after:2023-05-31", {"plan"}),
        ("before:2023-05-31", {"plan", "report"}),
        ("after:2022-12-31 before:2022", {"report"}),
        ("-after:2023", {"report", "copy"}),
        ("工作 -卫生", {"report", "copy"}),
        ("-工作", set()),
        ("卫生 OR 财政", {"plan", "report"}),
        ("卫生 OR trust:repost", {"plan", "copy"}),
        ("工作 卫生 OR 转发", {"plan", "copy"}),
        ("工作 title:计划 OR title:总结 -转发", {"plan", "report"}),
        ("2023 000014350", {"report"}),
        ("", {"plan", "report", "copy"}),
        ("不存在的词", set()),
    ],
)
def test_filters_and_operators(shelf: Database, query: str, found: set[str]) -> None:
    assert set(urls(shelf, query)) == found


def test_gone_pages_are_found_and_marked_withdrawn_ones_never(shelf: Database) -> None:
    gone = search(shelf, "财政").hits[0].id
    add_version(shelf, gone, "gone", at="2026-11-05T08:00:00Z")
    assert search(shelf, "财政").hits[0].gone_at == "2026-11-05T08:00:00Z"
    shelf.execute("UPDATE documents SET withdrawn_at = '2026-11-06T00:00:00Z' WHERE id = ?", [gone])
    assert search(shelf, "财政").total == 0
    assert search(shelf, "-转发 -卫生").total == 0


def test_a_new_judgement_counts_at_once(shelf: Database) -> None:
    shelf.execute("""UPDATE documents SET trust = 'hijacked', flags = '["repaired"]' WHERE trust = 'repost'""")
    assert urls(shelf, "trust:hijacked flag:repaired") == ["copy"]
    assert urls(shelf, "trust:repost") == []


def test_every_hit_in_a_snippet_is_marked() -> None:
    chooser = random.Random(3)
    for _ in range(100):
        text = invented_text(chooser, 80)
        text = text + "无关的话。" * chooser.choice((0, 200)) + text
        forms = [normalise(chooser.choice(["工作", "总结", "的", "衛生", "2023", "5%"])) for _ in range(2)]
        shown = snippet(text, forms)
        assert shown.highlights == matches(shown.text, forms)
        assert bool(shown.highlights) == any(f in normalise(text) for f in forms)
        assert "\n" not in shown.text
        for (_, end), (start, _) in zip(shown.highlights, shown.highlights[1:], strict=False):
            assert end < start


def test_a_snippet_keeps_whole_sentences() -> None:
    filler = "这是一段没有关系的话，写在这里只为占去地方。" * 20
    text = filler + "\n第三季度完成疫苗接种工作。第四季度继续。\n" + filler
    shown = snippet(text, ["疫苗"])
    assert shown.text.startswith("…第三季度完成疫苗接种工作。第四季度继续。 这是")
    assert shown.text.endswith("。…")
    (start, end) = shown.highlights[0]
    assert shown.text[start:end] == "疫苗"


def test_a_snippet_of_a_long_sentence_is_cut_around_the_hit() -> None:
    text = "甲" * 500 + "疫苗" + "乙" * 500
    shown = snippet(text, ["疫苗"])
    assert len(shown.text) < 130
    assert shown.text[slice(*shown.highlights[0])] == "疫苗"
    assert snippet(text, []).text == "甲" * 110 + "…"
    assert snippet("", ["疫苗"]).text == ""


def test_hits_in_another_script_and_across_line_breaks_are_marked(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    add_document(db, "http://a.test/1", "衛生總結", "上半年衛\n生工作已经完成。")
    hit = search(db, "卫生").hits[0]
    assert hit.snippet == "上半年衛 生工作已经完成。"
    assert [hit.snippet[a:b] for a, b in hit.highlights] == ["衛 生"]
    assert [(hit.title or "")[a:b] for a, b in hit.title_highlights] == ["衛生"]


def test_a_snippet_shows_where_most_of_the_words_meet() -> None:
    text = "工作。" * 60 + "\n" + "无关的话。" * 60 + "\n接种工作。\n" + "无关的话。" * 60
    assert "接种工作" in snippet(text, ["工作", "接种"]).text


def test_words_that_stand_far_apart_are_both_shown() -> None:
    filler = "无关的话。" * 60
    shown = snippet(f"{filler}接种完成。{filler}\n另有总结。{filler}", ["总结", "接种"])
    assert [shown.text[a:b] for a, b in shown.highlights] == ["接种", "总结"]
    assert shown.text.count("…") == 3
    assert len(shown.text) < 180


def test_a_text_full_of_hits_takes_no_longer_than_another() -> None:
    text = "的" * 300_000 + "。疫苗的接种。" + "的" * 300_000
    begun = time.process_time()
    shown = snippet(text, ["的", "疫苗"])
    assert time.process_time() - begun < 3  # 30 s and more where each hit is weighed against each
    assert "疫苗" in shown.text
    assert shown.highlights == matches(shown.text, ["的", "疫苗"])


def test_a_hit_longer_than_a_snippet_is_shown_from_its_beginning() -> None:
    form = "疫苗接种" * 40
    shown = snippet("无关的话。" * 100 + form + "。", [form])
    assert "疫苗接种疫苗接种" in shown.text
    assert shown.highlights
