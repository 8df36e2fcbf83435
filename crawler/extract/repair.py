"""Injected pinyin taken out again (``區(qū)衛(wèi)生`` → ``区卫生``). The only file that knows pypinyin.

Hijacked mirrors strew the reading of a character behind it and turn the text into Traditional script. Some
leave the readings out; their Traditional was made by a converter of single characters and holds words
that nobody writes (全麵, 製度). A genuine Traditional text shows neither and is left alone, and so is a page
with a few genuine glosses.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from archive.script import simplify, traditional_share

__all__ = ["Repaired", "impossible_words", "is_injected", "repair"]

MANY = 20
LEAST_GLUED = 5  # readings without brackets; one or two may be abbreviations
LEAST = 3  # one reading in a short title may be a genuine gloss of a rare character
CHARACTERS_A_READING = 200
CONVERTED = 0.02  # share of Traditional-only characters from which a text counts as converted

LETTERS = "a-zɡɑêü\u00e0-\u00fc\u0100-\u01dc\u1e3f\u0300-\u030c"
OPEN, SHUT = "[(（\\[［【]", "[)）\\]］】]"
GLOSS = re.compile(
    rf"(?P<character>[\u3400-\u9fff])(?P<readings>(?:{OPEN}\s?[{LETTERS}\uff41-\uff5a]{{1,9}}[1-5]?\s?{SHUT})+)", re.I
)
GLUED = re.compile(
    rf"(?P<character>[\u3400-\u9fff])(?P<reading>[{LETTERS}]{{2,7}}(?![{LETTERS}A-Z])|[\uff41-\uff5a]{{1,7}}(?![\uff41-\uff5a]))"
)
SYLLABLE = re.compile(
    "(?:[bpmfdtnlgkhjqxrzcsyw]|[zcs]h)?(?:a[io]?|ang?|e[ir]?|eng?|i(?:a[on]?|ang|e|ng?|ong|u)?|o(?:u|ng)?|u(?:ai?|ang?|e|i|n|o)?)"
)
READING = re.compile(rf"[{LETTERS}\uff41-\uff5a]+", re.I)
LOOK_ALIKE = str.maketrans("ɡɑ", "ga")

# Simplified characters that stand for two Traditional ones, with the wrong one put in a common word.
IMPOSSIBLE = re.compile(
    "[全方層表書當反局地裡上下裏前後]麵(?!粉|條|包|食|點)|麵(?:對|向|臨|積|貌)|[機體控限強抑法建稅]製(?!作|造)|製(?:度|約)"
    "|[國專大]傢|[提突]齣|齣(?:現|臺|台|來|行|版|去|入|生)|[結綜聯組融整]閤|閤(?:作|理|格|同|法)|髮(?:展|布|揮|現|生|放|動)"
    "|[完成為除到得]瞭(?!解|如|望)|[關聯]係(?:統|到)|係(?:統|列)|同誌|批準|[特級個區分類]彆|[方導傾]嚮|嚮(?:上|前|著|社)"
    "|隻(?:有|要|能|是)|復雜|[單重]復(?=雜|合)|幹(?:淨|旱|燥|預|擾|涉)|[皇太]後|[上下中]遊|(?:迴|廻)應"
    "|製(?:定|止|訂|裁|衡)|噹(?!啷)(?<![叮鈴]噹)|\\d檯|[一兩多幾]檯|乾(?:部|預|擾|警|線)|準(?:予|許)|[代報列圖發]錶|錶(?:現|示|彰|揚|格|明|決)"
    "|[問試案]捲|[樓地木]闆|籤(?:訂|署|約|字|發)|穫(?:得|批|獎|悉)|[經學簡]曆|曆(?:史|來|年|次|屆)|剋服|必鬚|鼕(?:季|天)|[山低峽]穀"
    "|[一導以]緻|緻(?:力|富|使)|睏(?:難|境|擾)|囌[州]|鞦(?!韆)|颱(?!風)|衹(?:要|是|能)|鬨(?!堂)|傢(?:庭|長|屬|住)|[大專]傢"
)


SUSPECT = re.compile(
    "[麵製傢齣閤髮瞭係誌準彆嚮隻復幹後遊迴廻噹檯乾錶捲闆籤穫曆剋鬚鼕穀緻睏囌鞦颱衹鬨]"
)  # each word has one
MACHINE_MADE = re.compile("瞭(?!望|如|然)")  # Taiwan's 瞭解 is known to the converter, 取得瞭 is nobody's


@dataclass(frozen=True, slots=True)
class Repaired:
    """``text`` after the repair; ``count``: readings taken out, or impossible words where there were no
    readings (0: the text is untouched)."""

    text: str
    count: int


def is_injected(text: str) -> bool:
    """Whether readings were strewn into the text: 20 of them, or one per 200 characters (3 at least)."""
    return _many(_count(text), text)


def impossible_words(text: str) -> tuple[str, ...]:
    """The different words in the text that only a converter of single characters writes."""
    if not SUSPECT.search(text):
        return ()
    return tuple(dict.fromkeys(match[0] for match in IMPOSSIBLE.finditer(text)))


def repair(text: str, *, injected: bool | None = None) -> Repaired:
    """The text without injected readings and in Simplified script; untouched where nothing was injected.

    ``injected``: what is known of the whole page, for a short piece of it such as its title.
    """
    if is_injected(text) if injected is None else injected:
        stripped, count = _strip(text)
        return Repaired(_simplified(stripped), count)
    words = impossible_words(text) if injected is None else ()
    if len(words) >= LEAST:
        return Repaired(MACHINE_MADE.sub("了", simplify(text)), len(words))
    return Repaired(text, 0)


def _simplified(text: str) -> str:
    """A page that was only strewn with readings is Simplified already and keeps its rare characters."""
    return simplify(text) if traditional_share(text) >= CONVERTED else text


def _many(count: int, text: str) -> bool:
    return count >= MANY or (count >= LEAST and count * CHARACTERS_A_READING >= len(text))


def _count(text: str) -> int:
    bracketed = [m for m in GLOSS.finditer(text) if any(map(_is_syllable, READING.findall(m["readings"])))]
    glosses = sum(len(_injected(match)) for match in bracketed) if len(bracketed) >= LEAST else 0
    spelled = [match for match in GLUED.finditer(text) if _is_syllable(match["reading"])]
    glued = sum(map(_is_reading, spelled)) if len(spelled) >= LEAST_GLUED else 0
    return glosses + (glued if glued >= LEAST_GLUED else 0)


def _is_syllable(letters: str) -> bool:
    """Whether letters spell any reading at all; told without the dictionary, which takes a while to load."""
    return SYLLABLE.fullmatch(_toneless(letters)) is not None


def _is_reading(match: re.Match[str]) -> bool:
    """Whether letters that stand right behind a character are its reading (部bu门men); few words are by chance."""
    return _toneless(match["reading"]) in _readings(match["character"])


def _strip(text: str) -> tuple[str, int]:
    count = 0

    def without(match: re.Match[str]) -> str:
        nonlocal count
        found = _injected(match)
        count += len(found)
        return match["character"] + match["readings"][sum(map(len, found)) :]

    def unglued(match: re.Match[str]) -> str:
        nonlocal count
        if not _is_reading(match):
            return match[0]
        count += 1
        return match["character"]

    text = GLOSS.sub(without, text)
    return GLUED.sub(unglued, text), count


def _injected(match: re.Match[str]) -> list[str]:
    """The leading groups of a gloss that are readings of its character, with their parentheses."""
    known, found = _readings(match["character"]), []
    for group in re.findall(rf"{OPEN}.*?{SHUT}", match["readings"]):
        reading = READING.search(group)
        if reading is None or _toneless(reading[0]) not in known:
            break
        found.append(group)
    return found


@cache
def _readings(character: str) -> frozenset[str]:
    """All readings without tones of a character and of its simplified form (heteronyms included)."""
    from pypinyin import Style, pinyin  # big: read only when a page shows a candidate

    forms = {character, simplify(character)}
    spelled = (r for form in forms for r in pinyin(form, style=Style.NORMAL, heteronym=True)[0])
    return frozenset(_toneless(r) for r in spelled)


def _toneless(reading: str) -> str:
    """``wèi`` → ``wei``; ü and v become u."""
    plain = unicodedata.normalize("NFKD", reading.translate(LOOK_ALIKE).lower())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("v", "u")
