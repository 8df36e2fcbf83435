"""Two texts compared: sentences, what stands side by side, the characters that differ, and the time that it takes."""

from __future__ import annotations

import random
import time
from difflib import SequenceMatcher

import pytest

from archive.diff import Row, SentenceChange, diff_rows, differing_spans, sentence_diff
from archive.matching import matching

FIRST = "一、总体要求。各镇要在5月底前报送。\n二、工作安排。按期完成。"
SAME = "一样的一行。\n"
SECOND = "一、总体要求。各镇要在6月底前报送。\n二、工作安排。按期完成。三、附则。"


@pytest.mark.parametrize(
    ("before", "after", "ops"),
    [
        ("甲。乙。", "甲。乙。", "=="),
        ("甲。乙。", "甲。 \n乙。", "=="),
        ("甲 甲。", "甲甲。", "="),
        ("", "甲。", "+"),
        ("甲。", "", "-"),
        ("甲。“乙。”丙", "甲。“乙！”丙", "=-+="),
        ("甲；乙", "乙；甲", "-+"),
    ],
)
def test_sentences(before: str, after: str, ops: str) -> None:
    found = sentence_diff(before, after)
    shown = "".join(s.op for s in found)
    assert shown == ops or (ops == "-+" and set(shown) >= {"-", "+"})


def test_a_diff_rebuilds_both_texts() -> None:
    found: tuple[SentenceChange, ...] = sentence_diff(FIRST, SECOND)
    assert "".join(s.text for s in found if s.op != "+") == FIRST.replace("\n", "")
    assert "".join(s.text for s in found if s.op != "-") == SECOND.replace("\n", "")


def test_rows_stand_side_by_side_with_what_differs() -> None:
    assert diff_rows(FIRST, SECOND) == (
        Row("=", "一、总体要求。", "一、总体要求。"),
        Row("~", "各镇要在5月底前报送。", "各镇要在6月底前报送。", ((4, 5),), ((4, 5),)),
        Row("=", "二、工作安排。", "二、工作安排。"),
        Row("=", "按期完成。", "按期完成。"),
        Row("+", None, "三、附则。"),
    )


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("共走访1,234户，占8.5%。", "共走访1,284户，占18.5%。", (["1,234", "8.5"], ["1,284", "18.5"])),  # numbers whole
        ("青洲|12|30", "青洲|125|30", (["12"], ["125"])),
        ("由卫生局负责落实。", "由卫生健康委员会负责落实。", (["局"], ["健康委员会"])),
        ("县医院牵头。", "县医院牵头，各镇配合。", ([], ["，各镇配合"])),
        ("甲乙丙", "甲乙丙", ([], [])),
        ("", "甲", ([], ["甲"])),
    ],
)
def test_the_characters_that_differ(old: str, new: str, marked: tuple[list[str], list[str]]) -> None:
    before, after = differing_spans(old, new)
    assert ([old[a:b] for a, b in before], [new[a:b] for a, b in after]) == marked


def test_a_numbered_list_pairs_each_item_with_its_own() -> None:
    """An item went: the others are not shifted, though all are alike in form."""
    items = [f"{n}．{name}卫生院完成接种{n * 37}人次" for n, name in enumerate(("竹溪", "砚池", "平畴", "学前"), 1)]
    rows = diff_rows("\n".join(items), "\n".join([items[0], items[2].replace("111", "115"), items[3]]))
    assert [row.op for row in rows] == ["=", "-", "~", "="]
    assert rows[1].before == items[1]
    assert rows[2].after == "3．平畴卫生院完成接种115人次"


def test_cells_of_a_table_stand_beside_their_own() -> None:
    rows = diff_rows("竹溪镇\n12\n340\n砚池乡\n8\n21", "竹溪镇\n15\n340\n砚池乡\n8\n23")
    assert [(row.before, row.after) for row in rows if row.op == "~"] == [("12", "15"), ("21", "23")]


def test_as_much_is_found_equal_as_by_difflib() -> None:
    pick = random.Random(4)
    ours = theirs = 0
    for _ in range(300):
        kinds = pick.choice([2, 5, 20, 200])
        a = [pick.randrange(kinds) for _ in range(pick.randint(0, 60))]
        b = [x for x in a if pick.random() < 0.9] + [pick.randrange(kinds) for _ in range(pick.randint(0, 5))]
        at_a = at_b = 0
        for i, j, n in matching(a, b):
            assert n > 0
            assert i >= at_a
            assert j >= at_b
            assert a[i : i + n] == b[j : j + n]
            at_a, at_b = i + n, j + n
            ours += n
        theirs += sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    assert ours >= theirs


def _written(pick: random.Random, characters: str, length: int) -> str:
    return "".join(pick.choice(characters) for _ in range(length))


def _hostile() -> dict[str, tuple[str, str]]:
    """Pairs of texts of 100,000 characters, most of a kind that takes a plain comparison its square."""
    pick = random.Random(7)
    words = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工"
    lines = [_written(pick, words, 39) + "。" for _ in range(2500)]
    text, line = "\n".join(lines), _written(pick, words, 100_000)
    edited = list(line)
    for _ in range(3000):
        edited[pick.randrange(len(edited))] = "甲"
    return {
        "every sentence edited once": (text, "\n".join(s[: n % 9] + "甲" + s[n % 9 :] for n, s in enumerate(lines))),
        "all sentences edited": (text, "\n".join(s[:9] + "甲乙丙丁" + s[15:] for s in lines)),
        "all sentences rewritten": (text, "\n".join(_written(pick, words, 39) + "。" for _ in lines)),
        "sentences shuffled": (text, "\n".join(pick.sample(lines, len(lines)))),
        "10,000 equal lines": (SAME * 10_000, SAME * 9_000 + "不同。\n" + SAME * 1_200),
        "two kinds of lines": ("\n".join(_written(pick, "甲乙", 50_000)), "\n".join(_written(pick, "甲乙", 50_000))),
        "cells of few values": ("\n".join(_written(pick, "0123", 50_000)), "\n".join(_written(pick, "012", 50_000))),
        "one line, 3,000 edits": (line, "".join(edited)),
        "one line rewritten": (line, _written(pick, words, 100_000)),
        "one character": ("啊" * 100_000, "啊" * 40_000 + "哦" + "啊" * 60_000),
        "two characters in turn": ("啊哦" * 50_000, "哦啊" * 30_000 + "嗯" + "啊哦" * 20_000),
        "two characters at random": (_written(pick, "甲乙", 100_000), _written(pick, "甲乙", 100_000)),
        "digits": (_written(pick, "0123456789，", 100_000), _written(pick, "0123456789，", 100_000)),
    }  # fmt: skip


def test_hostile_texts_are_compared_whole_and_in_time() -> None:
    """Measured: each below 0.7 s; by difflib several take minutes. Nothing of either text is lost."""
    slow = {}
    for name, (before, after) in _hostile().items():
        begun = time.process_time()
        rows = diff_rows(before, after)
        slow[name] = time.process_time() - begun
        assert "".join(row.before or "" for row in rows) == before.replace("\n", ""), name
        assert "".join(row.after or "" for row in rows) == after.replace("\n", ""), name
    assert max(slow.values()) < 2, slow
