"""How hits are spread: exact counts, samples of many, copies folded, the clock."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlite_utils import Database

from archive import facets as rules
from archive import scan as scanning
from archive import terms
from archive.facets import Facet
from archive.index import reindex
from archive.search import search
from tests.archive.rows import add_document, add_source, new_archive


@pytest.fixture
def shelf(tmp_path: Path) -> Database:
    db = new_archive(tmp_path)
    add_source(db, "dao", "舟山的一个局")
    db.execute("UPDATE sources SET region = '330900' WHERE id = 'dao'")
    for n in range(240):
        add_document(
            db, f"http://a.test/{n}", "总结", f"第{n}份。", source="dao" if n % 3 else "qingzhou",
            published_at=f"{2015 + n % 8}-0{n % 9 + 1}-11", publisher="“岛”局" if n % 3 else None,
            publisher_full="舟山岛局" if n % 2 else None, doc_type="通知" if n % 5 else None,
            validity="有效" if n % 4 else None, trust="official" if n % 6 else "claimed",
        )  # fmt: skip
    return db


def values(facets: tuple[Facet, ...], field: str) -> dict[str, int]:
    return next({v.value: v.count for v in f.values} for f in facets if f.field == field)


def test_facets_count_all_hits(shelf: Database) -> None:
    found = search(shelf, "总结", facets=True, limit=1)
    assert values(found.facets, "source") == {"dao": 160, "qingzhou": 80}
    assert values(found.facets, "region") == {"330900": 160}
    assert values(found.facets, "year") == {str(2015 + y): 30 for y in range(8)}
    assert list(values(found.facets, "year")) == sorted(values(found.facets, "year"))
    assert values(found.facets, "trust") == {"official": 200, "claimed": 40}
    assert all(facet.exact for facet in found.facets)
    labels = {v.label for facet in found.facets for v in facet.values}
    assert {"舟山的一个局", "浙江省舟山市"} <= labels


def test_the_term_of_a_value_finds_as_many_as_it_counts(shelf: Database) -> None:
    for facet in search(shelf, "总结", facets=True).facets:
        for value in facet.values:
            found = search(shelf, f"总结 {value.term}").total
            assert found >= value.count, value
            assert found == value.count or facet.field == "publisher", value


def test_many_hits_are_counted_by_a_sample(shelf: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "EXACT", 50)
    monkeypatch.setattr(rules, "SAMPLES", (3,))
    monkeypatch.setattr(terms, "SAMPLES", (3,))
    for document in shelf.execute("SELECT id FROM documents").fetchall():
        reindex(shelf.conn, *document)
    found = search(shelf, "总结", facets=True)
    assert (found.total, found.exact) == (240, True)
    assert not any(facet.exact for facet in found.facets)
    spread = Counter(values(found.facets, "source"))
    assert 200 <= spread.total() <= 280
    assert spread["dao"] == pytest.approx(160, rel=0.3)
    assert len(values(found.facets, "year")) == 8
    monkeypatch.setattr(rules, "STEP", 10)
    hurried = search(shelf, "总结", seconds=0.0, facets=True)
    assert (hurried.total, hurried.exact) == (60, False)
    assert Counter(values(hurried.facets, "source"))["dao"] == pytest.approx(160, rel=0.3)
    assert search(shelf, "第17份", seconds=0.0).exact


def test_what_is_counted_just_in_time_is_not_called_more(shelf: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "EXACT", 50)
    monkeypatch.setattr(rules, "STEP", 190)
    hurried = search(shelf, "总结", seconds=0.0)
    assert (hurried.total, hurried.exact) == (240, True)


def test_copies_stand_under_their_original_where_that_is_a_hit(tmp_path: Path) -> None:
    db = new_archive(tmp_path)
    original = add_document(db, "http://a.test/1", "年度总结", "卫生工作。")
    copy = add_document(db, "http://b.test/1", "总结范文", "卫生工作。", trust="repost", duplicate_of=original)
    other = add_document(db, "http://c.test/1", "总结", "工作效劳。", trust="repost", duplicate_of=original)
    folded = search(db, "工作", fold=True)
    assert [(hit.id, set(hit.copies)) for hit in folded.hits] == [(original, {copy, other})]
    assert folded.total == 3
    assert [hit.id for hit in search(db, "效劳", fold=True).hits] == [other]
    assert {hit.id for hit in search(db, "工作").hits} == {original, copy, other}
    only = search(db, "卫生", fold=True).hits
    assert [(hit.id, hit.copies) for hit in only] == [(original, (copy,))]
