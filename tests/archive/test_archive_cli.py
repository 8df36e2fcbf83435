"""The archive's verbs as a user meets them: output, streams, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from archive.cli import COMMANDS
from archive.database import open_database
from archive.errors import ArchiveError
from archive.options import reports_errors
from tests.archive.rows import add_document, add_version, new_archive

TEXT = "各镇人民政府：\n请于12月20日前报送工作总结<表>&计划。逾期通报。"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    db = new_archive(tmp_path / "home")
    said = {
        "index_number": "000014349/2023-00110",
        "publisher": "青洲市卫健局",
        "published_at": "2023-12-01T09:30+08:00",
        "periods": [{"start": "2023-01-01", "end": "2023-12-31", "kind": "summary"}],
    }
    id = add_document(db, "http://a.test/1", "报送工作总结的通知", TEXT, **said)
    add_version(db, id, "text", at="2026-11-03T08:00:00Z", not_before="2026-11-01T08:00:00Z", changed=("text",),
                title="报送工作总结的通知", text=TEXT.replace("20日", "25日"), **said)  # fmt: skip
    add_document(db, "http://b.test/1", "工作总结", "转载的总结。", trust="repost", source=None)
    db.close()
    return tmp_path / "home"


def run(home: Path | None, *arguments: str) -> Result:
    group = click.Group(commands={c.name or "": c for c in COMMANDS})
    return CliRunner().invoke(group, arguments, obj={"home": home} if home else None)


def objects(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def only_id(home: Path) -> str:
    return str(objects(run(home, "search", "--json", "index:000014349"))[0]["id"])


def test_search_prints_hits_for_people(home: Path) -> None:
    result = run(home, "search", "工作总结", "12月")
    assert result.exit_code == 0
    assert result.stderr == "1 document\n"
    assert "报送工作总结的通知" in result.stdout
    assert "2023-12-01 · official · 青洲市卫健局 · 000014349/2023-00110" in result.stdout
    assert "\x1b" not in result.stdout


def test_search_prints_json_with_marked_and_escaped_snippets(home: Path) -> None:
    hits = objects(run(home, "search", "工作总结", "--json"))
    assert [h["url"] for h in hits] == ["http://a.test/1", "http://b.test/1"]
    assert {"id", "title", "url", "trust", "published_at", "snippet"} <= set(hits[0])
    assert "报送<mark>工作总结</mark>&lt;表&gt;&amp;计划。" in str(hits[0]["snippet"])
    assert len(objects(run(home, "search", "--limit", "1", "--json", "总结"))) == 1


def test_no_hit_is_no_failure(home: Path) -> None:
    result = run(home, "search", "没有这个词")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "0 documents\n")


def test_a_minus_reaches_the_query_and_a_misspelt_option_does_not(home: Path) -> None:
    for excluded in ("-转载", "-重复 -转载", "-hpv"):
        found = objects(run(home, "search", "--json", "总结", *excluded.split()))
        assert found[0]["url"] == "http://a.test/1"
        assert len(found) == (2 if excluded == "-hpv" else 1)
    result = run(home, "search", "总结", "--jsno")
    assert result.exit_code == 2
    assert "--jsno" in result.stderr


def test_a_wrong_query_shows_the_place(home: Path) -> None:
    result = run(home, "search", "总结", "publishr:青洲")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("  总结 publishr:青洲\n       ^\n")


def test_home_before_and_after_the_verb(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert run(tmp_path / "elsewhere", "stats", "--home", str(home)).exit_code == 0
    assert run(home, "stats").exit_code == 0
    monkeypatch.setenv("GONGKAI_HOME", str(home))
    assert run(None, "stats").exit_code == 0


@pytest.mark.parametrize("verb", [("search", "x"), ("show", "abcd"), ("history", "abcd"), ("changes",), ("stats",),
                                  ("export", "out"), ("verify",)])  # fmt: skip
def test_without_an_archive_each_verb_says_so(tmp_path: Path, verb: tuple[str, ...]) -> None:
    result = run(tmp_path / "nothing", *verb)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("gongkai: no archive at ")
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "nothing").exists()


def test_show(home: Path) -> None:
    id = only_id(home)
    for named in (id, id[:6], id.upper(), "https://a.test/1#top"):
        assert objects(run(home, "show", "--json", named))[0]["id"] == id
    shown = run(home, "show", id).stdout
    assert "索引号        000014349/2023-00110" in shown
    assert "summary       2023-01-01 to 2023-12-31" in shown
    assert "version       2 of 2, captured 2026-11-03 08:00" in shown
    assert shown.endswith(TEXT.replace("20日", "25日") + "\n")
    assert objects(run(home, "show", id, "--version", "1", "--json"))[0]["text"] == TEXT


@pytest.mark.parametrize(
    ("named", "message"),
    [("0", "neither an id"), ("ffffffff", "no document 'ffffffff'"), ("http://a.test/none", "no document at")],
)
def test_show_of_what_is_not_there(home: Path, named: str, message: str) -> None:
    result = run(home, "show", named)
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_version_that_is_not_there(home: Path) -> None:
    result = run(home, "show", only_id(home), "--version", "9")
    assert (result.exit_code, "has no version 9; it has 2" in result.stderr) == (1, True)


def test_a_withdrawn_document_is_not_shown(home: Path) -> None:
    id = only_id(home)
    db = open_database(home)
    db.execute("UPDATE documents SET withdrawn_at = '2026-11-06T00:00:00Z', withdrawn_why = 'by request'")
    db.close()
    result = run(home, "show", id)
    assert result.exit_code == 1
    assert "withdrawn on 2026-11-06: by request" in result.stderr


def test_history(home: Path) -> None:
    result = run(home, "history", only_id(home))
    assert "version 2 · text · between 2026-11-01 08:00 and 2026-11-03 08:00 UTC" in result.stdout
    assert "  - 请于12月20日前报送工作总结<表>&计划。\n  + 请于12月25日前" in result.stdout
    steps = objects(run(home, "history", "http://a.test/1", "--json"))
    assert [s["change"] for s in steps] == ["created", "text"]
    assert {"op": "+", "text": "请于12月25日前报送工作总结<表>&计划。"} in steps[1]["difference"]["text"]  # type: ignore[index]


def test_changes(home: Path) -> None:
    assert [c["change"] for c in objects(run(home, "changes", "--json"))] == ["text", "created", "created"]
    assert [c["change"] for c in objects(run(home, "changes", "--json", "--since", "2026-11-02"))] == ["text"]
    in_shanghai = objects(run(home, "changes", "--json", "--since", "2026-11-03T16:00:01+08:00"))
    assert in_shanghai == []
    assert run(home, "changes").stdout.startswith("2026-11-03 08:00  text  ")
    assert run(home, "changes", "--since", "yesterday").exit_code == 2
    assert len(objects(run(home, "changes", "--json", "--since", "2026-11"))) == 3
    assert objects(run(home, "changes", "--json", "--since", "2026-12")) == []
    assert run(home, "changes", "--since", "2026-13").exit_code == 2


def test_stats(home: Path) -> None:
    (counted,) = objects(run(home, "stats", "--json"))
    assert (counted["documents"], counted["versions"], counted["captures"]) == (2, 3, 3)
    assert counted["by_trust"] == {"official": 1, "repost": 1}
    assert counted["by_source"] == {"imported": 1, "qingzhou": 1}
    assert counted["by_year"] == {"2023": 1, "undated": 1}
    assert "documents     2  (0 gone, 0 copies)" in run(home, "stats").stdout


def test_export(home: Path, tmp_path: Path) -> None:
    result = run(home, "export", str(tmp_path / "out"), "总结", "-逾期", "--include-untrusted", "--format", "csv")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.split() == [str(tmp_path / "out" / "documents.csv"), str(tmp_path / "out" / "manifest.json")]
    assert result.stderr == "1 document (0 gone)\n"
    again = run(home, "export", str(tmp_path / "out"))
    assert (again.exit_code, again.stdout) == (1, "")
    assert "already there" in again.stderr
    assert run(home, "export", str(tmp_path / "new"), "after:x").exit_code == 2
    assert run(home, "export", str(tmp_path / "new"), "--format", "xml").exit_code == 2
    assert not (tmp_path / "new").exists()


def test_verify(tmp_path: Path, home: Path) -> None:
    open_database(tmp_path / "sound").close()
    sound = run(tmp_path / "sound", "verify")
    assert (sound.exit_code, sound.stdout) == (0, "sound\n")
    damaged = run(home, "verify")  # its WARC file's row is there, the file is not
    assert damaged.exit_code == 1
    assert damaged.stdout.startswith("file_missing  gongkai-test-00001.warc.gz: ")
    assert damaged.stderr.endswith("1 damage found\n")


def test_a_database_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database at all, but long enough to be read as a page" * 100)
    result = run(tmp_path, "stats")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1


def test_a_reader_that_goes_away_is_no_failure(home: Path) -> None:
    db = open_database(home)
    for n in range(3):
        add_document(db, f"http://c.test/{n}", "长文", "很长的一句话。" * 20_000)
    db.close()
    code = "import sys; from archive.verbs.show import show; show(sys.argv[1:])"
    shown = subprocess.Popen(
        [sys.executable, "-c", code, "http://c.test/1", "--home", str(home)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=Path(__file__).parents[2], env={**os.environ},
    )  # fmt: skip
    assert shown.stdout
    assert shown.stderr
    shown.stdout.read(10)
    shown.stdout.close()
    errors = shown.stderr.read()
    shown.stderr.close()
    assert (shown.wait(), errors) == (0, b"")


def test_help_of_a_verb_that_takes_words(home: Path, tmp_path: Path) -> None:
    for arguments in (("search", "-h"), ("search", "--help"), ("export", str(tmp_path / "out"), "-h")):
        result = run(home, *arguments)
        assert (result.exit_code, result.stdout.startswith("Usage: ")) == (0, True)


def test_an_interrupted_verb_exits_with_130(capsys: pytest.CaptureFixture[str]) -> None:
    @reports_errors
    def verb() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background job begins deaf to it
    try:
        with pytest.raises(SystemExit) as caught:
            verb()
    finally:
        signal.signal(signal.SIGINT, before)
    assert caught.value.code == 130
    assert capsys.readouterr().err == "gongkai: interrupted\n"


def test_a_page_cannot_steer_the_terminal(home: Path) -> None:
    db = open_database(home)
    add_document(db, "http://c.test/1", "\x1b]0;owned\x07公告", "\x1b[2J清屏\u202e。\t甲\n乙", publisher="\x9b31m局")
    db.close()
    for arguments in (("search", "清屏"), ("show", "http://c.test/1"), ("changes",), ("history", "http://c.test/1")):
        shown = run(home, *arguments).stdout
        assert "\ufffd" in shown
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(shown)
    assert run(home, "show", "http://c.test/1").stdout.endswith("。\t甲\n乙\n")


@pytest.mark.parametrize("arguments", [("export", "-h"), ("watch", "-h"), ("export", "--nope")])
def test_an_option_that_is_none_is_no_name(home: Path, arguments: tuple[str, ...]) -> None:
    result = run(home, *arguments)
    assert result.exit_code == 2
    assert "No such option" in result.stderr
    assert not Path("-h").exists()


def test_a_lost_database_is_not_begun_anew_beside_its_warc_files(home: Path) -> None:
    (home / "archive.db").unlink()
    (home / "warc" / "gongkai-20261101T000000Z-1-00001.warc.gz").write_bytes(b"")
    result = run(home, "stats")
    assert result.exit_code == 1
    assert "reextract --rebuild" in result.stderr
    with pytest.raises(ArchiveError, match="reextract --rebuild"):
        open_database(home)
    assert not (home / "archive.db").exists()


def test_watch_says_how_much_is_new(home: Path) -> None:
    assert run(home, "watch", "zongjie", "工作总结").exit_code == 0
    assert "0 new since" in run(home, "watch", "zongjie").stderr
    for arguments in (("--remove",), ("--atom",)):
        assert run(home, "watch", *arguments).exit_code == 2
    assert "zongjie" in run(home, "watch").stdout
