"""Index numbers (索引号) taken apart, where their grammar is one that is known; every other shape gives None.

Known shapes, with the parts in their printed order (a dash or a slash parts them, blanks count for nothing):

    FRONT/YEAR-SERIAL             one body's series; YEAR may carry its month (202209-00014)
    FRONT/CATEGORY/YEAR-SERIAL    with the class in the catalogue
    FRONT-/YEAR-SERIAL            an empty class; here the serial begins with the day, so it counts nothing
    FRONT-YEAR-SERIAL, FRONT-CATEGORY-YEAR-SERIAL, each also with -PART behind the serial

FRONT is an organisation code, a code of the place's own, or a region and what follows it (510182-0212). A number that
could be read in two ways is not read. Organisation codes: GB 11714 (eight signs and a check character), within a
unified social credit code (GB 32100) its 9th to 17th sign; both check characters must be right.

Numbers are compared in the archive's searched form, in capitals: full-width signs, any dash, slash or bracket are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archive.normal import normalise

__all__ = ["IndexNumber", "organisation_in", "parse_index_number"]

SEGMENT = r"[0-9A-Z]+"
LONGEST = 80
YEAR_ALONE = re.compile(r"19[4-9]\d|20\d\d")
YEAR = r"\(?(?P<year>19[4-9]\d|20\d\d)(?P<month>0[1-9]|1[0-2])?\)?"
SERIAL = r"(?P<serial>\d{1,10})"
SLASHED = re.compile(rf"(?P<front>{SEGMENT}(?:-{SEGMENT})*)(?P<empty>-)?/(?:(?P<category>{SEGMENT})/)?{YEAR}-{SERIAL}")
DASHED = re.compile(
    rf"(?P<front>{SEGMENT}(?:-{SEGMENT}){{0,3}}?)-\(?(?P<year>{YEAR_ALONE.pattern})\)?-{SERIAL}(?:-(?P<part>\d{{1,3}}))?"
)
HYPHENED = re.compile(r"[0-9A-Z]{8}-[0-9A-Z]")
PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]"
REGION = re.compile(rf"(?:{PROVINCES})\d{{4}}")
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}")
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION = re.compile(r"[0-9A-Z]{8}[0-9X]")
WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, slots=True)
class IndexNumber:
    """Parts of an index number in the compared form; None where the grammar does not say.

    ``front``: the code before the class or the year. ``organisation``: nine signs. ``category``: the class in the
    catalogue. ``month``: 1–12 where it is printed with the year. ``serial`` counts within the series; ``part`` is the
    piece of one document that is numbered in pieces.
    """

    front: str
    organisation: str | None
    category: str | None
    year: int
    month: int | None
    serial: int | None
    part: int | None = None

    @property
    def series(self) -> str | None:
        """The run of serials that the number belongs to: front code, class and year, with the month where it is
        printed; None where no serial counts it. Equal for equal series, however they are printed."""
        if self.serial is None:
            return None
        period = f"{self.year}{self.month:02}" if self.month else str(self.year)
        return "/".join((self.front, *((self.category,) if self.category else ()), period))


def parse_index_number(text: str) -> IndexNumber | None:
    """The parts of one index number (the value alone), or None where its grammar is not known."""
    if len(text) > LONGEST:
        return None
    form = normalise(text).upper()
    if slashed := SLASHED.fullmatch(form):
        return _slashed(slashed)
    return _dashed(form)


def organisation_in(front: str) -> str | None:
    """The organisation code that a front code is or holds, nine signs without dash; None where the check characters
    do not say so."""
    bare = front.replace("-", "", 1) if HYPHENED.fullmatch(front) else front
    if ORGANISATION.fullmatch(bare):
        return bare if bare[8] == _check_character(bare) else None
    if CREDIT_CODE.fullmatch(bare) and bare[17] == _credit_check(bare):
        return organisation_in(bare[8:17])
    return None


def _slashed(match: re.Match[str]) -> IndexNumber | None:
    organisation = organisation_in(match["front"])
    front, category = match["front"], match["category"]
    if organisation and HYPHENED.fullmatch(front):
        front = organisation
    elif "-" in front and category is None:
        front, category = _front_and_category(front)
    serial = None if match["empty"] else int(match["serial"])
    month = int(match["month"]) if match["month"] else None
    return IndexNumber(front, organisation, category, int(match["year"]), month, serial)


def _dashed(form: str) -> IndexNumber | None:
    match = DASHED.fullmatch(form)
    if match is None or _ambiguous(form):
        return None
    front, category = _front_and_category(match["front"])
    part = int(match["part"]) if match["part"] else None
    return IndexNumber(front, organisation_in(front), category, int(match["year"]), None, int(match["serial"]), part)


def _ambiguous(form: str) -> bool:
    """Whether the year could be the second or the third segment from the end: 2019-2020-5 is 5 of 2020 or a part of
    2020 of 2019."""
    segments = form.replace("(", "").replace(")", "").split("-")
    return len(segments) > 3 and all(YEAR_ALONE.fullmatch(s) for s in segments[-3:-1]) and len(segments[-1]) <= 3


def _front_and_category(codes: str) -> tuple[str, str | None]:
    """The class is the last of the codes before the year, in digits, and stands behind a whole front code: one
    segment, behind a region two (which body of the region it is)."""
    segments = codes.split("-")
    least = 2 if REGION.fullmatch(segments[0]) else 1
    if HYPHENED.fullmatch(codes) or len(segments) <= least or not segments[-1].isdigit():
        return codes, None
    return "-".join(segments[:-1]), segments[-1]


def _check_character(code: str) -> str:
    """GB 11714 over the first eight signs (0–9, A–Z as 10–35)."""
    rest = 11 - sum(int(sign, 36) * weight for sign, weight in zip(code[:8], WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def _credit_check(code: str) -> str:
    """GB 32100 over the first seventeen signs (without I, O, S, V, Z)."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return CREDIT_SIGNS[-total % 31]
