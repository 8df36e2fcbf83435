"""A hijacked mirror: a spam line before the title, Simplified text turned Traditional with readings put in.

``衛(wèi)生``: a reading follows each character that the conversion changed, as such copies have it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from html import escape

from opencc import OpenCC
from pypinyin import Style, pinyin

from tests.sites.lists import Line, static_list
from tests.sites.markup import paragraphs
from tests.sites.server import Answer, Site
from tests.sites.shelf import Article, Shelf
from tests.sites.wording import Writer
from tests.sites.words import WORKS

__all__ = ["MirrorSite", "injected", "source_toml"]

PER_PAGE = 10
SPAM = "国产在线视频免费观看_久久精品成人影院_日韩高清一区二区"
TOWNS = ("云栖街道", "槐市街道", "长堰镇", "芦塘镇")
NEWEST = datetime(2024, 6, 10, 16, 58)


def source_toml(base_url: str) -> str:
    """The source file of this site, served at ``base_url``."""
    return f"""name = "檀溪资讯"
homepage = "{base_url}/"
family = "html"
seen_at = "a local test site"
schedule = "weekly"

[fetch]
delay = 0

[[columns]]
id = "news"
name = "资讯"
url = "{base_url}/news/list.html"

[expect]
documents = 5
fill = {{ title = 1.0 }}
"""


@cache
def _converter() -> OpenCC:
    return OpenCC("s2tw")


def injected(text: str) -> str:
    """Traditional characters, each one that differs from the Simplified one followed by its reading."""
    converted = str(_converter().convert(text))
    if len(converted) != len(text):
        return converted
    return "".join(new if new == old else f"{new}({_reading(old)})" for old, new in zip(text, converted, strict=True))


@cache
def _reading(character: str) -> str:
    return pinyin(character, style=Style.TONE)[0][0]


class MirrorSite(Site):
    """``articles`` pages that were a district bureau's before."""

    id = "mirror"

    def __init__(self, port: int = 0, articles: int = 15) -> None:
        shelf = Shelf(_written)
        shelf.fill(range(1, articles + 1))
        super().__init__(shelf, port)

    def source_toml(self) -> str:
        return source_toml(self.base_url)

    def page(self, path: str, query: dict[str, str]) -> Answer:
        article = self.shelf.at(path)
        if article is not None:
            return Answer(_article_page(article).encode())
        held = self.shelf.live()
        pages = -(-len(held) // PER_PAGE)
        names = ["/news/list.html", *(f"/news/list_{n}.html" for n in range(2, pages + 1))]
        if path in ("/", "/index.html"):
            return Answer(static_list(SPAM, [Line("/news/list.html", "资讯列表", "2024-06-10")], None).encode())
        if path not in names:
            return Answer(b"<html><body>404 Not Found</body></html>", 404)
        at = names.index(path)
        lines = [Line(a.path, a.title, f"{a.published_at:%Y-%m-%d}") for a in held[at * PER_PAGE : (at + 1) * PER_PAGE]]
        following = names[at + 1].rpartition("/")[2] if at + 1 < pages else None
        return Answer(static_list(SPAM, lines, following).encode())


def _article_page(a: Article) -> str:
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{SPAM}</title></head><body>
<div class="hot"><a href="/">{SPAM}</a></div>
<div class="main"><h1>{escape(injected(a.title))}</h1>
<div class="info">時間：{a.published_at:%Y-%m-%d %H:%M} 瀏覽量：{a.number}</div>
<div class="content">
{paragraphs([injected(line) for line in a.body], style="")}
</div></div>
<div class="links"><a href="/">{SPAM.split("_")[0]}</a></div></body></html>
"""


def _written(number: int) -> Article:
    writer = Writer(f"mirror-{number}", "檀溪", TOWNS)
    published = NEWEST - timedelta(days=number * 8, minutes=number)
    work = WORKS[number * 4 % len(WORKS)]
    year = published.year - 1
    return Article(
        number=number,
        path=f"/news/{published:%Y%m}/{4100 + number}.html",
        column="news",
        title=f"檀溪区卫生健康局{year}年{work}工作总结及下一步工作计划",
        issued_on=published.date(),
        published_at=published,
        paragraphs=tuple(writer.report(f"{year}年", sections=2)),
    )
