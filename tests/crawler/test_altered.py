"""Altered uploads are told from genuine texts, cut ones from whole ones."""

from __future__ import annotations

import random
import re

import pytest

from crawler.extract.altered import cut_off, find_altered

GENUINE = (
    "一年来，全县卫生系统坚持以病人为中心的原则，不断提高医疗服务能力，基本公共卫生服务项目扎实开展，居民健康档案建档率达到95%。"
    "进一步巩固新农合成果，参合率达到98.2%。强化卫生监督执法，食品安全责任全面落实，公共卫生事业发展，成效明显。"
    "开展健康教育活动36场次，举办培训班12期，传染病发病率控制在每10万人22例以内。医院标准化建设扎实推进，工程建设项目按期完成。"
    "严格执行基本药物制度，网络系统工作规范有序，群众满意度为96%。“一站式”服务窗口受理1203件，基础设施建设投入350万元。"
)
SWAPS = (("服务", "效劳"), ("项目", "工程"), ("基本", "根本"), ("巩固", "稳固"), ("达到", "到达"), ("发展", "开展"),
         ("原则", "原那么"), ("安全", "平安"), ("基础", "根底"), ("监督", "监视"), ("满意度", "称心度"))  # fmt: skip


def swapped(text: str, swaps: tuple[tuple[str, str], ...] = SWAPS) -> str:
    for true, false in swaps:
        text = text.replace(true, false)
    return text


def test_a_genuine_text_shows_nothing() -> None:
    assert find_altered(GENUINE * 5).evidence == ()


def test_a_swapped_text_is_altered_with_its_words_as_evidence() -> None:
    result = find_altered(swapped(GENUINE))
    assert result.is_altered
    assert any(line.startswith("服务 as 效劳") for line in result.evidence)


@pytest.mark.parametrize("seed", range(8))
def test_four_swaps_are_enough_in_a_usual_text(seed: int) -> None:
    strong = [pair for pair in SWAPS if pair[0] not in ("项目", "发展")]
    chosen = tuple(random.Random(seed).sample(strong, 4))
    assert find_altered(swapped(GENUINE, chosen) + GENUINE).is_altered


def test_mangled_numbers_and_quotes() -> None:
    text = re.sub(r"\d+%", "20230%", GENUINE).replace("每10万人22例", "22/2023万").replace("”", "〞")
    result = find_altered(text)
    assert result.is_altered
    assert {line.split(":")[0] for line in result.evidence} == {"impossible number", "〞 for a closing quote"}


def test_one_odd_word_is_an_author() -> None:
    assert not find_altered(GENUINE + "我们愿为家乡卫生效劳。").is_altered


def test_the_same_words_in_their_own_company() -> None:
    text = "他愿为国效劳。这是最根本的问题。队伍稳固。专家组到达现场。全面开展工作。路途平安。"
    text += "那么，应当如何？文学根底深厚。"
    assert find_altered(text * 20).evidence == ()


def test_a_real_percentage_over_a_hundred_is_possible() -> None:
    assert find_altered("完成计划的120%，同比增长200%，2023年为203.5%。" * 5).evidence == ()


LAST = "四是加强法制建设，深化审批制度改革，规范办事流程，各项"


@pytest.mark.parametrize(
    ("body", "shared", "cut"),
    [
        (LAST, True, True),
        (LAST, False, False),
        (LAST + "，", False, True),
        (LAST + "工作取得实效。", True, False),
        (f"{LAST}工作。\n临江县卫生局\n2010年1月5日", True, False),
        (f"{LAST}工作。\n临江县卫生局", True, False),
        (f"{LAST}工作。\n临江县卫生局  2010年1月5日", True, False),
        ("附件：1.任务分解表", True, False),
        ("", True, False),
    ],
)
def test_cut_off(body: str, shared: bool, cut: bool) -> None:
    assert (cut_off(body, shared=shared) is not None) is cut
