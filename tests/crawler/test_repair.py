"""Injected readings go, genuine glosses and genuine Traditional text stay."""

from __future__ import annotations

import pytest
from pypinyin import Style, pinyin

from archive.script import simplify, traditional_share
from crawler.extract.repair import impossible_words, is_injected, repair

PLAIN = (
    "临江县卫生健康局认真落实各项工作部署,着力提升服务能力。适龄女生接种疫苗(HPV)共1200人,建立电子健康档案37000份。"
    "名老中医药专家进社区开展义诊,和谐医患关系得到改善,重点人群签约率达到七成。"
)
TRADITIONAL = (
    "臨江縣衛生健康局認真落實各項工作部署,著力提升服務能力。適齡女生接種疫苗(HPV)共1200人,建立電子健康檔案37000份。"
    "名老中醫藥專家進社區開展義診,和諧醫患關係得到改善,重點人群簽約率達到七成。"
)


def injected(text: str, style: Style, brackets: str = "()", every: int = 2) -> str:
    """The text with the reading of each second character strewn in."""
    readings = [pinyin(c, style=style)[0][0] if "一" <= c <= "鿿" else "" for c in text]
    return "".join(
        f"{c}{brackets[0]}{r}{brackets[1]}" if r and n % every == 0 else c
        for n, (c, r) in enumerate(zip(text, readings, strict=True))
    )


@pytest.mark.parametrize("style", [Style.TONE, Style.NORMAL])
@pytest.mark.parametrize("brackets", ["()", "（）"])
def test_injected_traditional_text_is_restored(style: Style, brackets: str) -> None:
    damaged = injected(TRADITIONAL, style, brackets)
    result = repair(damaged)
    assert is_injected(damaged)
    assert result.text == PLAIN
    assert result.count == damaged.count(brackets[0]) - TRADITIONAL.count(brackets[0])


def test_doubled_readings_go_too() -> None:
    text = "和(he)(he)谐(xié)(xie)社(shè)会(huì)"
    assert repair(text).text == "和谐社会"


def test_a_reading_of_another_character_stays() -> None:
    text = "卫(wèi)生(shēng)健(jiàn)康(kāng)局(abc)"
    assert repair(text).text == "卫生健康局(abc)"


def test_a_simplified_text_with_readings_keeps_its_characters() -> None:
    text = injected("瞭望塔旁的著名乾隆碑记工作已经完成", Style.TONE, every=1)
    assert repair(text).text == "瞭望塔旁的著名乾隆碑记工作已经完成"


def test_genuine_texts_are_untouched() -> None:
    gloss = "本县方言中“囝(jiǎn)”指儿子。" + PLAIN * 4
    for text in (PLAIN, TRADITIONAL, gloss):
        assert (repair(text).text, repair(text).count) == (text, 0)


def test_a_title_follows_the_verdict_on_its_page() -> None:
    assert repair("卫(wèi)生局", injected=True).text == "卫生局"
    assert repair("卫(wèi)生局", injected=False).text == "卫(wèi)生局"


def test_script_of_a_machine_is_told_and_restored() -> None:
    text = "全麵落實各項製度,取得瞭新的成效,隻有結閤實際,國傢衛生縣城纔能建成。"
    assert set(impossible_words(text)) >= {"全麵", "製度", "得瞭", "隻有", "結閤", "國傢"}
    assert repair(text).text.startswith("全面落实各项制度,取得了新的成效,只有结合实际,国家卫生县城")
    assert impossible_words(TRADITIONAL) == ()


def test_share_of_traditional_characters() -> None:
    assert simplify(TRADITIONAL) == PLAIN
    assert traditional_share(PLAIN) == 0.0
    assert traditional_share(TRADITIONAL) > 0.2
    assert traditional_share("abc 123") == 0.0
