"""The searched form of text and the tokens of the index."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from archive.database import transaction
from archive.normal import Searched, normalise
from archive.tokens import INDEX, NUMBER, PUBLISHER, TERM, TITLE, marked_tokens, match_phrase, tokens
from tests.archive.rows import invented_text, new_archive


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("青卫发〔2023〕１２号", "青卫发(2023)12号"),
        ("青卫发[2023]12号", "青卫发【2023】12号"),
        ("衛生健康局關於檔案", "卫生健康局关于档案"),
        ("二○二三年", "二〇二三年"),
        ("工作\n  总　结\u200b\ufeff", "工作总结"),
        ("ＰＭ２．５ ＡbC", "pm2.5abc"),
        ("wèishēng", "weisheng"),
        ("we\u0300i", "wèi"),
        ("时间∶８：３０", "时间:8:30"),
        ("“两病”", '"两病"'),
        ("①加强", "1加强"),
        ("⽂件", "文件"),
        ("沿著 瞭解 祇有 衞生", "沿着了解只有卫生"),
    ],
)
def test_one_spelling_for_what_reads_alike(printed: str, typed: str) -> None:
    assert normalise(printed) == normalise(typed)


@pytest.mark.parametrize(("a", "b"), [("工作", "工做"), ("12号", "13号"), ("《办法》", "(办法)"), ("95%", "95")])
def test_what_reads_differently_stays_apart(a: str, b: str) -> None:
    assert normalise(a) != normalise(b)


def test_a_part_has_the_form_that_it_has_in_the_whole() -> None:
    chooser = random.Random(1)
    for _ in range(200):
        text = invented_text(chooser, 12)
        cut = chooser.randrange(len(text))
        assert normalise(text) == normalise(text[:cut]) + normalise(text[cut:])


def test_a_place_in_the_form_leads_back_to_its_character() -> None:
    searched = Searched("共㎡ 10\n％，衛生")
    assert searched.form == normalise(searched.text)
    assert [searched.text[searched.origin(at)] for at in range(len(searched.form))] == [*"共㎡㎡10％，衛生"]
    chooser = random.Random(2)
    long = Searched("".join(invented_text(chooser, 400)))
    assert len(long.text) > 1200
    for at, char in enumerate(long.form):
        assert char in normalise(long.text[long.origin(at)])
    assert [*map(long.origin, range(len(long.form)))] == sorted(map(long.origin, range(len(long.form))))


def test_pairs_and_the_last_character_alone() -> None:
    assert tokens("工作 总结") == "工作 作总 总结 结"
    assert tokens("结") == "结"
    assert tokens(" \n") == ""
    assert match_phrase("结") == '"结"*'
    assert match_phrase('"两病"') == '"""两 两病 病"""'


def test_tokens_are_the_pairs_of_the_searched_form() -> None:
    chooser = random.Random(3)
    for _ in range(200):
        text = invented_text(chooser, 12)
        form = normalise(text)
        assert tokens(text) == " ".join([*map(str.__add__, form, form[1:]), form[-1:]])


def test_marks_are_no_signs_of_a_searched_form() -> None:
    for mark in (TITLE, PUBLISHER, INDEX, NUMBER, TERM):
        assert mark not in normalise(mark)
    assert marked_tokens(TITLE, "总结") == "〈总结 〈结"
    assert match_phrase("总结", TITLE) == '"〈总结"'
    assert match_phrase("结", TITLE) == '"〈结"*'
    assert marked_tokens(INDEX, "01/2") == "〖〖0 〖01 〖1/ 〖/2 〖2"
    assert match_phrase("0", INDEX) == '"〖〖0"'


def test_every_character_of_a_form_is_one_token_in_fts5(tmp_path: Path) -> None:
    """Of the first two planes and a sample of the others; the tokenizer drops, splits and changes none."""
    codes = (*range(0x20000), *range(0x20000, sys.maxunicode + 1, 97))
    forms = "".join(sorted({c for code in codes for c in normalise(chr(code))}))
    assert normalise(forms) == forms
    db = new_archive(tmp_path)
    with transaction(db) as conn:
        for at in range(0, len(forms), 1000):
            piece = "".join(f" 甲{c}" for c in forms[at : at + 1000])
            conn.execute("INSERT INTO search_index (rowid, tokens) VALUES (?, ?)", [at + 1, piece])
        conn.execute("CREATE VIRTUAL TABLE temp.seen USING fts5vocab(main, search_index, row)")
        seen = {row[0] for row in conn.execute("SELECT term FROM temp.seen")}
    assert len(forms) > 100_000
    assert seen == {f"甲{c}" for c in forms}
