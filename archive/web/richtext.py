"""A rendition's Markdown as HTML: only what ``crawler.extract`` writes (paragraphs, headings, items, tables), and no
HTML of its own. Every character of the text is escaped; there are no links, so no ``javascript:`` either.

Official Chinese texts have a shape that Markdown does not say: paragraphs indented by two characters, the addressees
at the head flush left, names and date at the foot on the right, and numbered headings (一、).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markupsafe import Markup, escape

from archive.web.templating import shown

__all__ = ["LONGEST", "html_of_markdown"]

LONGEST = 400_000  # characters of a text on one page
ESCAPED = re.compile(r"\\([\\`*_<\[\]#>+-])")
CELL_ESCAPED = re.compile(r"\\([\\|])")
HEADING = re.compile(r"(#{2,6}) (.*)", re.S)
RULE = re.compile(r"\|(?: --- \|)+")
NUMBER = re.compile(r"[-+]?[\d,，]+(?:\.\d+)?\s*[%％‰]?")
CHINESE = re.compile(r"[\u3400-\u9fff“《（【]")
ADDRESSEES = re.compile(r"[^。；]{2,200}(?<!如下)[：:]")
NUMBERED = re.compile(r"(?:[一二三四五六七八九十百]+、|第[一二三四五六七八九十百]+[章节])[^。；]{1,40}")
DATE_LINE = re.compile(
    r"[〇○零一二三四五六七八九十\d]{2,5}\s*年\s*[一二三四五六七八九十\d]{1,3}\s*月\s*[一二三四五六七八九十\d]{1,3}\s*日"
)
LEAD = 8  # characters within which a Chinese paragraph shows that it is one: 2023年…
SIGNATURE = 32  # characters: the longest line that may be a name at the foot
FOOT = 4  # lines at the end among which name and date stand


def html_of_markdown(markdown: str) -> Markup:
    """The text as HTML, cut after ``LONGEST`` characters."""
    lines = [line for line in markdown[:LONGEST].split("\n") if line.strip()]
    foot = _foot(lines)
    return Markup("\n").join(_blocks(lines, foot))


def _blocks(lines: Sequence[str], foot: frozenset[int]) -> Iterator[Markup]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("|") and at + 1 < len(lines) and RULE.fullmatch(lines[at + 1].strip()):
            end = at + 2
            while end < len(lines) and lines[end].startswith("|"):
                end += 1
            yield _table([lines[at], *lines[at + 2 : end]])
            at = end
        elif line.startswith("- "):
            end = at
            while end < len(lines) and lines[end].startswith("- "):
                end += 1
            items = Markup("").join(Markup("<li>{}</li>").format(_plain(item[2:])) for item in lines[at:end])
            yield Markup("<ul>{}</ul>").format(items)
            at = end
        else:
            yield _heading(found) if (found := HEADING.match(line)) else _paragraph(line, at, at in foot)
            at += 1


def _heading(found: re.Match[str]) -> Markup:
    level = min(len(found[1]) + 1, 6)  # the document's title is the page's second level
    return Markup("<h{0}>{1}</h{0}>").format(level, _plain(found[2]))


def _paragraph(line: str, number: int, at_foot: bool) -> Markup:
    text = _plain(line).strip()
    shape = ""
    if at_foot:
        shape = "foot"
    elif number < 3 and ADDRESSEES.fullmatch(text):
        shape = "flush"
    elif NUMBERED.fullmatch(text):
        shape = "numbered"
    elif CHINESE.search(text[:LEAD]):
        shape = "indented"
    opening = Markup('<p class="{}">').format(shape) if shape else Markup("<p>")
    return opening + escape(text) + Markup("</p>")


def _foot(lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the closing lines that name who signed, and when."""
    last = range(max(0, len(lines) - FOOT), len(lines))
    date = next((n for n in reversed(last) if DATE_LINE.fullmatch(lines[n].strip())), None)
    if date is None:
        return frozenset()
    before = range(date - 1, max(-1, date - FOOT), -1)
    names = set()
    for n in before:
        text = lines[n].strip()
        if len(text) > SIGNATURE or text.startswith(("|", "#", "-", "附")) or re.search("[。：；:!！？]", text):
            break
        names.add(n)
    return frozenset(names | {date})


def _table(lines: Sequence[str]) -> Markup:
    rows = [_cells(line) for line in lines]
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(cell) for cell in rows[0])
    body = Markup("").join(Markup("<tr>{}</tr>").format(Markup("").join(map(_cell, row))) for row in rows[1:])
    return Markup(
        '<div class="wide" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>'
    ).format(head, body)


def _cell(text: str) -> Markup:
    number = NUMBER.fullmatch(text.strip())
    return Markup('<td class="number">{}</td>' if number else "<td>{}</td>").format(text)


def _cells(line: str) -> list[str]:
    """The cells of a row; ``\\|`` is a bar within one."""
    cells, cell, at = [], "", 1
    line = line.rstrip()
    while at < len(line):
        if line[at] == "\\" and at + 1 < len(line):
            cell, at = cell + line[at : at + 2], at + 2
        elif line[at] == "|":
            cells.append(cell)
            cell, at = "", at + 1
        else:
            cell, at = cell + line[at], at + 1
    return [shown(CELL_ESCAPED.sub(r"\1", c).strip(), LONGEST) for c in (cells if not cell.strip() else [*cells, cell])]


def _plain(line: str) -> str:
    return shown(ESCAPED.sub(r"\1", line), LONGEST)
