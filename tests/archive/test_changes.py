"""The archive's changes: order, filters, cursor, proofs; and the verbs that print history, as a user runs them."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from archive.changes import ArchiveChange, changes
from archive.cli import COMMANDS
from archive.errors import UnknownCursor
from tests.archive.rows import add_document, add_source, add_version, new_archive

URL = "http://a.test/1"
LINE = "全年共走访居民{}户，" + "各镇街道按月报送进展情况，由县级部门汇总后统一公开，接受群众监督，" * 8 + "按期完成。"


@pytest.fixture
def db(tmp_path: Path) -> Database:
    """A document that was made on the 1st, rewritten until the 3rd, gone until the 5th; and one of another source."""
    db = new_archive(tmp_path)
    add_source(db, "lanyi", "澜沂市卫生健康委员会")
    id = add_document(db, URL, "方案", LINE.format("3,200"), publisher="青洲市卫生健康局")
    add_version(db, id, "text", at="2026-11-03T08:00:00Z", not_before="2026-11-01T08:00:00Z", title="方案",
                text=LINE.format("3,260"), publisher="青洲市卫生健康局", changed=("text",))  # fmt: skip
    add_version(db, id, "gone", at="2026-11-05T08:00:00Z", not_before="2026-11-03T09:00:00Z")
    add_document(db, "http://b.test/1", "通知", "文。", at="2026-11-04T00:00:00Z", source="lanyi")
    return db


def run(tmp_path: Path, *arguments: str) -> Result:
    group = click.Group(commands={c.name or "": c for c in COMMANDS})
    return CliRunner().invoke(group, arguments, obj={"home": tmp_path})


def objects(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_filters(db: Database) -> None:
    assert [c.change for c in changes(db, source="lanyi")] == ["created"]
    assert [c.change for c in changes(db, kinds=("gone", "text"))] == ["gone", "text"]
    assert [c.change for c in changes(db, "2026-11-04", source="qingzhou")] == ["gone"]
    assert [c.publisher for c in changes(db, kinds=("text",))] == ["青洲市卫生健康局"]


def test_a_cursor_goes_on_where_it_was_also_when_something_came_between(db: Database) -> None:
    whole = [(c.id, c.version) for c in changes(db)]
    seen: list[tuple[str, int]] = []
    cursor: str | None = None
    while (page := list(changes(db, limit=1, cursor=cursor))) and len(seen) <= len(whole):
        seen += [(c.id, c.version) for c in page]
        cursor = page[-1].cursor
        add_document(db, f"http://c.test/{len(seen)}", "新", "新。", at="2026-11-09T00:00:00Z")
    assert seen == whole
    with pytest.raises(UnknownCursor):
        list(changes(db, cursor="2026-11-03"))


def test_more_changes_than_are_read_at_once_come_in_order(db: Database) -> None:
    one = db.execute("SELECT id FROM captures LIMIT 1").fetchone()[0]
    id = db.execute("SELECT id FROM documents LIMIT 1").fetchone()[0]
    db.conn.executemany(
        "INSERT INTO versions (document, number, first_seen_at, last_seen_at, capture, content_sha256, change) "
        "VALUES (?, ?, '2026-11-06T00:00:00Z', '', ?, '', 'text')",
        [(id, n, one) for n in range(100, 1300)],
    )
    numbers = [c.version for c in changes(db, "2026-11-06")]
    assert numbers == list(range(1299, 99, -1))
    assert len(list(changes(db, limit=700))) == 700


def test_the_captures_that_prove_both_ends(db: Database) -> None:
    gone, text = changes(db, source="qingzhou", kinds=("gone", "text"), proofs=True)

    def ends(change: ArchiveChange) -> list[str | None]:
        return [proof.at if proof else None for proof in (change.before, change.after)]

    assert ends(text) == ["2026-11-01T08:00:00Z", "2026-11-03T08:00:00Z"]
    assert ends(gone) == ["2026-11-03T08:00:00Z", "2026-11-05T08:00:00Z"]
    # A check that found the very bytes again (a revisit), and a first check that missed the page, stand nearer.
    for number, (at, outcome) in enumerate((("2026-11-02T08:00:00Z", "same"), ("2026-11-03T09:00:00Z", "same"),
                                            ("2026-11-04T08:00:00Z", "not_found")), 1):  # fmt: skip
        run = db.execute("INSERT INTO runs (tool_version, mode, started_at, counts) VALUES ('t', 'full', ?, ?) "
                         "RETURNING id", [at, '{"lists": 1}']).fetchone()[0]  # fmt: skip
        capture = db.execute(
            """INSERT INTO captures (url, final_url, kind, fetched_at, captured_by, status, warc_file, warc_offset,
                   warc_length, record_id, payload_sha256, payload_length, run)
               SELECT url, final_url, kind, ?, captured_by, status, warc_file, ?, 1, ?, '', 1, ? FROM captures
               WHERE url = ? LIMIT 1 RETURNING id""",
            [at, 9000 + number, f"urn:{number}", run, URL],
        ).fetchone()[0]
        db.execute("INSERT INTO observations (url, at, outcome, capture, run) VALUES ('//a.test/1', ?, ?, ?, ?)",
                   [at, outcome, capture, run])  # fmt: skip
    db.execute("UPDATE versions SET not_before = '2026-11-02T08:00:00Z' WHERE change = 'text'")
    gone, text = changes(db, source="qingzhou", kinds=("gone", "text"), proofs=True)
    assert ends(text) == ["2026-11-02T08:00:00Z", "2026-11-03T08:00:00Z"]
    assert ends(gone) == ["2026-11-03T09:00:00Z", "2026-11-04T08:00:00Z"]
    id = db.execute("SELECT id FROM documents WHERE url = ?", [URL]).fetchone()[0]
    db.execute("UPDATE captures SET fetched_at = '2026-11-05T20:00:00Z' WHERE warc_offset = 9003")
    add_version(db, id, "restored", at="2026-11-06T08:00:00Z", text="文。")
    assert ends(next(changes(db, kinds=("restored",), proofs=True))) == ["2026-11-05T20:00:00Z", "2026-11-06T08:00:00Z"]
    db.execute("UPDATE runs SET counts = '{}'")  # then that check was made while the site was down
    (gone,) = changes(db, kinds=("gone",), proofs=True)
    assert ends(gone) == ["2026-11-03T09:00:00Z", "2026-11-05T08:00:00Z"]


def test_the_verb_filters_and_goes_on(db: Database, tmp_path: Path) -> None:
    first, *_ = objects(run(tmp_path, "changes", "--json", "--limit", "1"))
    assert first["change"] == "gone"
    assert {"before", "after", "not_before", "seen_at", "moved_to", "moved_from"} <= set(first)
    rest = objects(run(tmp_path, "changes", "--json", "--cursor", str(first["cursor"])))
    assert [c["change"] for c in rest] == ["created", "text", "created"]
    assert len(objects(run(tmp_path, "changes", "--json", "--kind", "text", "--kind", "created"))) == 3
    assert "<entry>" in run(tmp_path, "changes", "--atom", "--source", "lanyi").stdout
    for wrong in (("--kind", "altered"), ("--source", "none"), ("--cursor", "x"), ("--json", "--atom")):
        result = run(tmp_path, "changes", *wrong)
        assert (result.exit_code, result.stdout) == (2, ""), wrong


def test_history_prints_of_a_long_sentence_what_changed_and_the_captures(db: Database, tmp_path: Path) -> None:
    lines = run(tmp_path, "history", URL).stdout.splitlines()
    assert [len(line) < 200 for line in lines] == [True] * len(lines)
    before, after = (next(line for line in lines if line.startswith(f"  {op} ")) for op in "-+")
    assert before.startswith("  - 全年共走访居民3,200户，各镇")
    assert after.startswith("  + 全年共走访居民3,260户，各镇")
    assert before.endswith("…")
    assert [line.split()[:2] for line in lines if line.startswith(("  before", "  after"))][:2] == [
        ["before", "2026-11-01"],
        ["after", "2026-11-03"],
    ]


def test_history_in_json_keeps_its_keys(db: Database, tmp_path: Path) -> None:
    _, text, gone = objects(run(tmp_path, "history", URL, "--json"))
    assert set(text) == {
        "id", "number", "change", "changed", "not_before", "seen_at", "last_seen_at", "url", "fetched_at", "status",
        "warc_file", "warc_offset", "payload_sha256", "difference", "before", "after", "moved_to", "moved_from",
    }  # fmt: skip
    assert set(text["difference"]) == {"reader", "same_reader", "fields", "text"}  # type: ignore[call-overload]
    assert gone["difference"] is None


def test_a_difference_that_was_our_reading_is_said_to_be_so(db: Database, tmp_path: Path) -> None:
    db.execute("UPDATE renditions SET text = '同。', publisher = NULL, title = NULL")
    assert "today's reader sees no difference" in run(tmp_path, "history", URL).stdout


def test_show_as_of(db: Database, tmp_path: Path) -> None:
    shown = run(tmp_path, "show", URL, "--as-of", "2026-11-02")
    assert shown.exit_code == 0
    assert "2026-11-02 23:59 UTC: version 1, seen 2026-11-01 08:00" in shown.stdout
    assert "version 2, text, came between 2026-11-01 08:00 and 2026-11-03 08:00" in shown.stdout
    assert "3,200户" in shown.stdout
    (told,) = objects(run(tmp_path, "show", URL, "--as-of", "2026-11-04T00:00+08:00", "--json"))
    assert (told["version"], told["as_of"]["certain"]) == (2, False)  # type: ignore[call-overload]
    assert "gone, found so at 2026-11-05 08:00" in run(tmp_path, "show", URL, "--as-of", "2026-11-06").stdout
    early = run(tmp_path, "show", URL, "--as-of", "2026-10-31")
    assert (early.exit_code, early.stdout) == (1, "")
    assert "the first capture is of 2026-11-01T08:00:00Z" in early.stderr
    for wrong in (("--as-of", "soon"), ("--as-of", "2026-11-02", "--version", "1")):
        assert run(tmp_path, "show", URL, *wrong).exit_code == 2


def test_cite(db: Database, tmp_path: Path) -> None:
    assert run(tmp_path, "cite", URL).stdout.startswith(
        "青洲市卫生健康局. 方案[EB/OL]. [2026-11-03]. http://a.test/1. "
    )
    assert "[2026-11-01]" in run(tmp_path, "cite", URL, "--as-of", "2026-11-02").stdout
    assert run(tmp_path, "cite", URL, "--version", "1", "--style", "bibtex").stdout.startswith("@online{gongkai-")
    (item,) = objects(run(tmp_path, "cite", URL, "--json"))
    assert item["type"] == "webpage"
    assert run(tmp_path, "cite", URL, "--version", "3").exit_code == 1  # gone: there is nothing to cite
    assert run(tmp_path, "cite", URL, "--style", "apa").exit_code == 2
