"""``gongkai import`` and ``extract`` of the pages of one article: joined where all are there, told where not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Command
from tests.crawler.pagedsite import links, paged
from tests.sites.server import Answer

TITLE, BASE = "苇渡县基层卫生规划", "http://www.weidu.example.gov.cn"
NOTES = ("甲项完成八成。", "乙项完成九成。", "丙项全部完成。")


@pytest.fixture
def command(tmp_path: Path) -> Command:
    return Command(tmp_path)


def save(command: Command, *numbers: int, notes: tuple[str, ...] = NOTES) -> None:
    """Save those pages of the article as files, and their addresses in urls.json."""
    urls = {}
    for number, (path, answer) in enumerate(paged(TITLE, "t2024_1", links, notes).items()):
        name = path.removeprefix("/d/")
        urls[name] = BASE + path
        if number in numbers:
            assert isinstance(answer, Answer)
            (command.folder / "saved").mkdir(exist_ok=True)
            (command.folder / "saved" / name).write_bytes(answer.body)
    (command.folder / "urls.json").write_text(json.dumps(urls), "utf-8")


def results(command: Command) -> list[str]:
    done = command.run("import", "saved", "--urls", "urls.json")
    assert done.returncode == 0, done.stderr
    return sorted(line.split()[1] for line in done.stdout.splitlines())


def test_a_folder_with_all_pages_is_one_document(command: Command) -> None:
    save(command, 0, 1, 2)
    assert results(command) == ["created", "joined", "joined"]
    text = str(command.rows("SELECT text FROM current_documents")[0][0])
    assert [text.count(note) for note in NOTES] == [1, 1, 1]
    assert results(command) == ["held", "held", "held"]
    assert command.run("verify").returncode == 0


def test_a_page_that_comes_later_completes_the_version_with_its_first_page(command: Command) -> None:
    save(command, 0, 1)
    assert results(command) == ["created", "joined"]
    assert command.rows("SELECT flags FROM documents") == [('["truncated"]',)]
    save(command, 0, 1, 2, notes=(*NOTES[:2], "丙项另行说明。"))
    assert results(command) == ["held", "held"]  # nothing is known of the rest but from the first page
    assert command.rows("SELECT count(*) FROM issues WHERE code = 'part_alone'") == [(1,)]
    saved = command.folder / "saved" / "t2024_1.html"
    saved.write_bytes(saved.read_bytes().replace(b"<p align", b"<p id=x align"))
    saved.with_name("t2024_1_2.html").write_bytes(saved.with_name("t2024_1_2.html").read_bytes() + b" ")
    assert results(command) == ["held", "joined", "same"]
    assert command.rows("SELECT number, change FROM versions") == [(1, "created")]
    assert "丙项另行说明。" in str(command.rows("SELECT text FROM current_documents")[0][0])


def test_a_later_page_alone_is_a_truncated_document(command: Command) -> None:
    save(command, 1)
    assert results(command) == ["created"]
    assert command.rows("SELECT flags FROM documents") == [('["truncated"]',)]


def test_extract_reads_the_one_page_and_names_the_others(command: Command) -> None:
    save(command, 0)
    record = command.json_lines("extract", "saved/t2024_1.html", "--urls", "urls.json", "--explain")[0]
    assert NOTES[1] not in str(record["text"])
    assert record["flags"] == []
    explained = record["explain"]
    assert isinstance(explained, dict)
    assert explained["further_pages"] == [f"{BASE}/d/t2024_1_1.html", f"{BASE}/d/t2024_1_2.html"]
