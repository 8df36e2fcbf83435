"""One labelled value, as printed → the value of its field: a date, a list, a number, or None where the page left it
empty (``文  号: 成文日期:`` — the next label is not the value)."""

from __future__ import annotations

import re
from collections.abc import Callable

from archive.vocab import LABELS
from crawler.extract.agencies import fold, split_agencies
from crawler.extract.dates import read_date
from crawler.extract.numbers import read_number

__all__ = ["ARRAYS", "DATES", "read_value"]

DATES = frozenset({"issued_on", "published_at", "effective_on", "repealed_on"})
ARRAYS = frozenset({"issuers", "addressed_to", "subject", "catalog_class", "keywords"})

EMPTY = re.compile(r"^(?:无|暂无|空|未知|null|none|undefined|/|[-—_―]+|[\s:：;；,，.。|]*|\[\s*\]|【\s*】)$", re.I)
EDGES = " \t\r\n\u3000\u00a0|｜;；,，"
# Classes print their steps with \; other marks belong to names (卫生、体育 · 通知/公告) or are kept as printed.
SPLITS: dict[str, re.Pattern[str]] = {
    "subject": re.compile(r"\s*\\+\s*"),
    "catalog_class": re.compile(r"\s*\\+\s*"),
    "keywords": re.compile(r"[\s,，;；、|]+"),
    "addressed_to": re.compile(r"\s*[、，,;；]\s*(?![^（(]*[)）])"),
    "issuers": re.compile(r"\s*[、，,;；\s]\s*"),
}
NOTE = re.compile(r"(?<=\d)\s*[（(][^（()）]*[\u4e00-\u9fff]{2}[^（()）]*[)）]$")
DATE_ALONE = re.compile(r"[\d年月日时分秒.\-/:]{6,20}")
COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")  # 20100721, beside a label of a day
LONGEST_NUMBER = 80
CODE = re.compile(r"[0-9A-Za-z]{10}")


def read_value(field: str, printed: str) -> str | tuple[str, ...] | None:
    """The field's value, or None where ``printed`` holds none: nothing, a dash, a label, no date for a date."""
    value = re.sub(r"[\s\u00a0]+", " ", printed).strip(EDGES)
    if EMPTY.match(value) or _is_label(value):
        return None
    if field in ARRAYS:
        return _list(field, value)
    if field in DATES and (compact := COMPACT.fullmatch(value)):
        value = "-".join(compact.groups())
    return READERS.get(field, _plain)(value)


def _is_label(value: str) -> bool:
    """A known label, with or without colon, alone or before an empty value."""
    bare = fold(value).rstrip(":")
    return bare in LABELS or (":" in bare and all(part in LABELS or not part for part in bare.split(":")))


def _plain(value: str) -> str | None:
    return value


def _list(field: str, value: str) -> tuple[str, ...] | None:
    parts = split_agencies(value) if field == "issuers" else ()
    return parts or tuple(part for part in SPLITS[field].split(value) if part) or None


def _day(value: str) -> str | None:
    found = read_date(value)
    return found[:10] if found else None


def _number(value: str) -> str | None:
    """A number of a letter or of the catalogue holds digits and is no date; 无文号 and 其他 are none."""
    folded = fold(value)
    is_date = DATE_ALONE.fullmatch(folded) is not None and read_date(value) is not None
    return value if re.search(r"\d", folded) and len(value) <= LONGEST_NUMBER and not is_date else None


def _index_number(value: str) -> str | None:
    """Without a note in brackets behind it (旧索引号：…)."""
    return _number(NOTE.sub("", value))


def _document_number(value: str) -> str | None:
    """The number alone, where words stand behind it in the same cell."""
    number = read_number(value)
    return number.text if number and value.startswith(number.text) else _number(value)


def _code(value: str) -> str | None:
    match = CODE.search(fold(value))
    return match[0] if match else None


READERS: dict[str, Callable[[str], str | None]] = {
    "issued_on": _day,
    "effective_on": _day,
    "repealed_on": _day,
    "published_at": read_date,
    "document_number": _document_number,
    "index_number": _index_number,
    "site_id_code": _code,
}
