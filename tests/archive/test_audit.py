"""The audit over real rows: series, lists against the archive, quiet months, fields that fell, and the verb."""

from __future__ import annotations

import json
import random
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from archive.audit import IMPORTED, SourceAudit, audit
from archive.audit.fill import AUDITED_FIELDS, fill_drops
from archive.audit.report import FillPeriod, Numbers
from archive.audit.rhythm import quiet_months
from archive.audit.sources import DOCUMENTS
from archive.cli import COMMANDS
from archive.errors import UnknownSource
from archive.identity import canonical_url
from tests.archive.rows import add_document, add_source, add_version, new_archive

MISSING = (4, 9)
NUMBERED = 30


def fill(db: Database) -> None:
    """Thirty numbered documents of one source, two of the serials not among them; then what must not count."""
    for serial in range(1, NUMBERED + 1):
        if serial in MISSING:
            continue
        month, day = divmod(serial - 1, 10)
        add_document(
            db, f"http://qingzhou.test/{serial}", f"第{serial}期通报", f"通报正文第{serial}期。",
            index_number=f"QL123/0402/2020-{serial:05}", document_number=f"青卫发〔2020〕{serial}号",
            published_at=f"2020-{month + 1:02}-{day + 1:02}T09:00+08:00", publisher="青洲市卫生健康局",
            catalog_class=["通报"], attachments=(("附件", f"http://qingzhou.test/{serial}.pdf"),) if serial < 4 else (),
        )  # fmt: skip
    add_document(
        db, "http://qingzhou.test/copy", "转载", "转载的正文。", index_number="QL123/0402/2020-4", trust="repost"
    )


def list_of(db: Database, says: int | None, *, whole: bool = True) -> None:
    """A column that was walked twice; the second walk did not show document 30, and shows an address without one."""
    db.execute(
        """INSERT INTO columns (source, id, name, url, walk, walk_started_at, completed_at, total)
           VALUES ('qingzhou', 'c1', '通报', 'u', 2, '2020-05-01T00:00:00Z', ?, ?)""",
        ["2020-05-01T01:00:00Z" if whole else "2020-04-01T01:00:00Z", says],
    )
    shown = [(f"http://qingzhou.test/{n}", 2 if n < NUMBERED else 1) for n in range(1, NUMBERED + 1)]
    for url, walk in [*shown, ("http://qingzhou.test/new", 2)]:
        canonical = canonical_url(url)
        db.execute("INSERT INTO entries VALUES ('qingzhou', 'c1', ?, 't', NULL, '', '', ?)", [canonical, walk])
        state, reason = ("failed", "not_found") if url.endswith("/4") else ("done", None)
        if url.endswith(("/9", "/new")):
            state = "discovered"
        db.execute(
            """INSERT INTO urls (url, address, source, "column", kind, state, reason, discovered_at)
               VALUES (?, ?, 'qingzhou', 'c1', 'article', ?, ?, '')""",
            [canonical, url, state, reason],
        )


def run_of(db: Database, at: str, verdict: str = "ok") -> int:
    return int(
        db.execute(
            """INSERT INTO runs (source, tool_version, mode, started_at, finished_at, verdict)
               VALUES ('qingzhou', '0.1.0', 'recent', ?, ?, ?) RETURNING id""",
            [at, at, verdict],
        ).fetchone()[0]
    )


@pytest.fixture
def db(tmp_path: Path) -> Database:
    db = new_archive(tmp_path / "home")
    fill(db)
    return db


def only(db: Database, source: str = "qingzhou") -> SourceAudit:
    (found,) = audit(db, source).sources
    return found


def index_numbers(found: SourceAudit) -> Numbers:
    return found.numbers[0]


def test_gaps_of_both_kinds_of_numbers(db: Database) -> None:
    found = only(db)
    assert [(n.kind, n.with_number, n.not_seen) for n in found.numbers] == [
        ("index_number", 28, 2),
        ("document_number", 28, 2),
    ]
    assert [(s.name, s.not_seen) for n in found.numbers for s in n.series] == [
        ("QL123/0402/2020", ((4, 4), (9, 9))),
        ("青卫发〔2020〕", ((4, 4), (9, 9))),
    ]
    assert (found.documents, found.numbered) == (29, 28)  # a repost's number is no number of this source's


def test_gone_counts_as_held_and_withdrawn_is_never_shown(db: Database) -> None:
    again = add_document(db, "http://qingzhou.test/again", "另一份通报", "另一份正文。",
                         index_number="ql123/0402/2020-00007", published_at="2020-03-01")  # fmt: skip
    gone = db.execute("SELECT id FROM documents WHERE url LIKE '%/8'").fetchone()[0]
    add_version(db, gone, "gone", at="2020-06-01T00:00:00Z")
    db.execute("UPDATE documents SET withdrawn_at = '2020-06-01T00:00:00Z' WHERE url LIKE '%/7'")
    found = only(db)
    (series,) = index_numbers(found).series
    assert (series.not_seen, series.gone, series.withdrawn, series.again) == (((4, 4), (9, 9)), 1, 1, 1)
    (double,) = index_numbers(found).doubles
    assert (double.series, double.number, double.why) == ("QL123/0402/2020", "7", "different")
    assert [(h.title, h.url) for h in double.holders if h.id != again] == [(None, None)]
    assert "第7期" not in repr(found)


def test_a_copy_lends_its_number_to_no_series(db: Database) -> None:
    original = db.execute("SELECT id FROM documents WHERE url LIKE '%/5'").fetchone()[0]
    add_document(db, "http://qingzhou.test/c", "抄件", "抄件的正文。", index_number="QL123/0402/2020-00004",
                 trust="claimed", duplicate_of=original)  # fmt: skip
    assert index_numbers(only(db)).series[0].not_seen == ((4, 4), (9, 9))


def test_a_hostile_number_and_title_are_cut_and_cannot_steer_a_terminal(db: Database, tmp_path: Path) -> None:
    for n in (1, 2):
        title = f"题{n}\x1b[2J\n" + "很长" * 1000
        add_document(db, f"http://qingzhou.test/h{n}", title, f"文{n}", index_number="X1\x1b]0;\n" + "9" * 500)
    db.close()
    lines = run(tmp_path / "home", "qingzhou").stdout.splitlines()
    assert "\x1b" not in "".join(lines)
    assert any("题1" in line for line in lines)
    assert max(map(len, lines)) < 200


def test_a_day_that_is_none_is_no_month(db: Database) -> None:
    add_document(db, "http://qingzhou.test/y", "题", "文", published_at="2021")
    found = only(db)
    assert (found.undated, found.quiet) == (1, ())


def test_an_erased_document_may_be_one_of_the_gaps(db: Database) -> None:
    db.execute("UPDATE documents SET withdrawn_at = 'x', current_rendition = NULL WHERE url LIKE '%/7'")
    found = only(db)
    assert (found.withdrawn, found.erased) == (1, 1)
    assert index_numbers(found).series[0].not_seen == ((4, 4), (7, 7), (9, 9))


def test_numbers_of_no_known_grammar(db: Database) -> None:
    for n, text in enumerate(("无", "无", "特 2020 之 1 之 2", "特2020之1之2")):
        add_document(db, f"http://qingzhou.test/odd{n}", f"题{n}", f"文{n}", index_number=text)
    numbers = index_numbers(only(db))
    assert numbers.unread == 4
    assert [(d.series, d.number, d.why) for d in numbers.doubles] == [(None, "特2020之1之2", "different")]


def test_a_list_against_the_archive(db: Database) -> None:
    list_of(db, 33)
    found = only(db)
    (column,) = found.columns
    assert (column.says, column.listed, column.listed_now, column.held, column.unlisted) == (33, 31, 30, 28, 1)
    assert {n.reason: n.count for n in column.not_held} == {"waiting": 2, "not_found": 1}
    assert column.not_held[1].examples == ("//qingzhou.test/4",)
    assert (found.never_listed, found.waiting, found.failed) == (1, 2, {"not_found": 1})


def test_a_walk_that_stopped_early_says_nothing_of_what_is_unlisted(db: Database) -> None:
    list_of(db, None, whole=False)
    (column,) = only(db).columns
    assert (column.says, column.listed_now, column.unlisted, column.walked_to_end) == (None, None, 0, True)


def test_an_entry_that_leads_to_a_held_document_is_held(db: Database) -> None:
    list_of(db, None)
    id = db.execute("SELECT id FROM documents WHERE url LIKE '%/8'").fetchone()[0]
    db.execute("INSERT INTO aliases VALUES ('//qingzhou.test/new', ?, 'listed', '')", [id])
    assert only(db).columns[0].held == 29


# -- rhythm ------------------------------------------------------------------------------------------------


def months(counts: list[int], first: int = 2018) -> dict[str, int]:
    return {f"{first + n // 12}-{n % 12 + 1:02}": count for n, count in enumerate(counts) if count}


def test_empty_months_of_a_busy_source_are_told() -> None:
    busy = [12, 15, 20, 14, 16, 13] * 8
    busy[30:33] = [0, 0, 0]
    (quiet,) = quiet_months(months(busy), "2021-12-31")
    assert (quiet.first, quiet.last, quiet.months, quiet.at_end) == ("2020-07", "2020-09", 3, False)
    assert quiet.usual == (13, 16)


@pytest.mark.parametrize(
    "counts",
    [
        [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0] * 5,  # three a year
        [0, 0, 9, 0, 0, 0, 0, 11, 0, 0, 0, 0] * 5,  # batches
        [2, 1, 3, 0, 2, 1, 0, 0, 1, 2, 3, 1] * 5,
        [0] * 40 + [15] * 20,  # nothing is usual before the beginning
        [1] + [0] * 60 + [15] * 20,
        [20, 0] * 15 + [0, 0, 0, 0] + [20, 0] * 15,  # every other month, and two issues later than that
        [],
    ],
)
def test_small_and_irregular_sources_are_left_alone(counts: list[int]) -> None:
    assert quiet_months(months(counts), f"{2018 + len(counts) // 12}-01-15") == ()


def test_random_sources_without_holes_are_seldom_called_quiet() -> None:
    chance = random.Random(4)
    called = sum(
        bool(quiet_months(months([sum(chance.random() < mean / 31 for _ in range(31)) for _ in range(120)]), None))
        for mean in (0.25, 1, 3, 8)
        for _ in range(25)
    )
    assert called <= 3


def test_silence_at_the_end_is_measured_up_to_the_last_good_run() -> None:
    counts = months([8, 9, 11, 10] * 6)
    assert quiet_months(counts, "2020-01-20") == ()  # the running month is not over
    (quiet,) = quiet_months(counts, "2020-05-02")
    assert (quiet.first, quiet.last, quiet.at_end) == ("2020-01", "2020-04", True)


def test_a_source_that_was_not_crawled_well_is_not_silent(db: Database) -> None:
    run_of(db, "2020-03-20T00:00:00Z")
    run_of(db, "2024-03-20T00:00:00Z", "failed")
    found = only(db)
    assert (found.as_of, found.quiet, found.months["2020-03"]) == ("2020-03-20", (), 10)


# -- fields --------------------------------------------------------------------------------------------------


def test_fill_rates_and_a_field_that_fell(db: Database) -> None:
    for n in range(30):
        add_document(db, f"http://qingzhou.test/b{n}", f"新版{n}", f"新版正文{n}", published_at="2020-08-01",
                     at="2020-08-02T00:00:00Z", publisher="青洲市卫生健康局")  # fmt: skip
    found = only(db)
    assert found.fill["title"] == 1
    assert found.fill["index_number"] == round(29 / 59, 4)
    assert {(d.field, d.by, d.quarter, d.after) for d in found.drops if d.by == "published"} == {
        ("index_number", "published", "2020-Q3", 0),
        ("document_number", "published", "2020-Q3", 0),
        ("catalog_class", "published", "2020-Q3", 0),
    }
    by_quarter = {p.quarter: p.documents for p in found.fill_periods if p.by == "published"}
    assert by_quarter == {None: 1, "2020-Q1": 28, "2020-Q3": 30}


def quarter(name: str, documents: int, with_number: int) -> FillPeriod:
    filled = dict.fromkeys(AUDITED_FIELDS, documents) | {"index_number": with_number}
    return FillPeriod("published", name, documents, filled)


def test_a_fall_is_told_once_and_a_dip_not_at_all() -> None:
    before = [quarter(f"2019-Q{n}", 1000, 990) for n in (1, 2, 3, 4)]
    low = [quarter(f"2020-Q{n}", 1000, 100) for n in (1, 2, 3)]
    assert [(d.field, d.quarter, d.before, d.after) for d in fill_drops([*before, *low])] == [
        ("index_number", "2020-Q1", 0.99, 0.1)
    ]
    assert fill_drops([*before, quarter("2020-Q1", 1000, 800)]) == ()
    assert fill_drops([*before, quarter("2020-Q1", 5, 0)]) == ()


def test_attachments_are_counted_once_not_listed_line_by_line(db: Database) -> None:
    assert only(db).attachments.states == {"listed": 3}
    db.execute("UPDATE attachments SET state = 'failed' WHERE url LIKE '%/2.pdf'")
    files = only(db).attachments
    assert (files.states, files.documents_missing) == ({"failed": 1, "listed": 2}, 1)
    assert files.examples[0].url == "http://qingzhou.test/2.pdf"


# -- sources and the verb --------------------------------------------------------------------------------------


def test_imports_are_audited_on_their_own(db: Database) -> None:
    add_document(db, "http://else.test/1", "题", "文", source=None, trust="claimed", published_at="2021-01-01")
    assert [(s.source, s.as_of) for s in audit(db).sources] == [("qingzhou", None), (None, "2021-01-01")]
    assert only(db, IMPORTED).documents == 1


def test_a_source_that_is_not_there(db: Database) -> None:
    with pytest.raises(UnknownSource, match="it holds: qingzhou"):
        audit(db, "qinzhou")


def run(home: Path, *arguments: str) -> Result:
    group = click.Group(commands={c.name or "": c for c in COMMANDS})
    return CliRunner().invoke(group, ["audit", "--home", str(home), *arguments])


def test_the_verb(db: Database, tmp_path: Path) -> None:
    list_of(db, 33)
    add_source(db, "yunling", "云岭县")
    run_of(db, "2020-04-20T00:00:00Z")
    db.close()
    home = tmp_path / "home"
    summary = run(home)
    assert summary.exit_code == 0
    assert [line.split() for line in summary.stdout.splitlines()[1:]] == [
        ["qingzhou", "29", "2020-04-20", "4", "-", "3", "-", "-"],
        ["yunling", "0", "never", "-", "-", "-", "-", "-"],
    ]
    whole = run(home, "qingzhou").stdout
    assert "  QL123/0402/2020: 28 of 30 serials held, not seen: 4, 9\n" in whole
    assert "  some serials not seen may come: 2 pages still to be read\n" in whole
    assert "  c1 通报: the list says 33, 31 listed, 28 held, 1 of those not listed any more\n" in whole
    assert "    not held: waiting 2, not_found 1\n" in whole
    assert "  listed, not fetched: 3\n" in whole
    objects = [json.loads(line) for line in run(home, "--json").stdout.splitlines()]
    assert [o["source"] for o in objects] == ["qingzhou", "yunling"]
    assert objects[0]["numbers"][0]["series"][0]["not_seen"] == [[4, 4], [9, 9]]
    unknown = run(home, "qinzhou")
    assert (unknown.exit_code, unknown.stdout) == (2, "")
    assert "no source 'qinzhou'" in unknown.stderr


def test_numbers_and_days_are_read_without_the_texts(db: Database) -> None:
    plan = " ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {DOCUMENTS}", ["qingzhou"]))
    assert "COVERING INDEX renditions_facts" in plan
