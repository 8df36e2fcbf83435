"""A city health commission on a Hanweb-like system: index-number panels, dynamic paging, view counters.

Column pages ``/col/colN/index.html`` hold a ``<datastore>`` in a script; ``dataproxy.jsp`` answers the rest.
Column 1203 uses the other paging of that system: no next link, but ``startrecord``/``endrecord``. Articles
stand at ``/art/Y/M/D/art_COLUMN_NUMBER.html``.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import partial
from itertools import count

from tests.sites.files import docx, pdf
from tests.sites.hanweb import FrontPage, article_page, column_page, data_answer, missing_page
from tests.sites.places import CITY
from tests.sites.server import Answer, Site
from tests.sites.shelf import Article, File, Shelf
from tests.sites.wording import Writer
from tests.sites.words import WORKS

__all__ = ["COLUMNS", "OfficialSite", "source_toml", "written"]

COLUMNS = {"1201": "工作计划与总结", "1202": "行政规范性文件", "1203": "统计信息"}
NEWEST = datetime(2024, 6, 3, 9, 12)
DOWNLOAD = "/module/download/downfile.jsp"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def source_toml(base_url: str) -> str:
    """The source file of this site, served at ``base_url``."""
    columns = "".join(
        f'\n[[columns]]\nid = "c{number}"\nname = "{name}"\nurl = "{base_url}/col/col{number}/index.html"\n'
        for number, name in COLUMNS.items()
    )
    return f"""name = "{CITY.bureau}"
publisher = "{CITY.bureau}"
homepage = "{base_url}/"
family = "hanweb"
region = "{CITY.region}"
seen_at = "a local test site"
schedule = "daily"

[fetch]
delay = 0
{columns}
[expect]
documents = 20
fill = {{ title = 1.0, published_at = 1.0, index_number = 1.0 }}
"""


class OfficialSite(Site):
    """``articles``: how many to begin with, a third of them in each column."""

    id = "official"

    def __init__(self, port: int = 0, articles: int = 120, seed: str = "official") -> None:
        shelf = Shelf(partial(written, seed, articles))
        shelf.fill(range(1, articles + 1))
        super().__init__(shelf, port)
        self._views = count(4821)

    def source_toml(self) -> str:
        return source_toml(self.base_url)

    def page(self, path: str, query: dict[str, str]) -> Answer:
        if path in ("/", "/index.html"):
            return Answer(self._front().encode())
        if path == "/robots.txt":
            return Answer(b"User-agent: *\nDisallow: /module/visitcount/\n", media_type="text/plain")
        if path == "/module/web/jpage/dataproxy.jsp":
            return self._records(query)
        column = path.removeprefix("/col/col").removesuffix("/index.html")
        if column in COLUMNS and path == f"/col/col{column}/index.html":
            return Answer(column_page(self._around(), column, self.shelf.live(column)).encode())
        return self._article_or_file(path, query)

    def _article_or_file(self, path: str, query: dict[str, str]) -> Answer:
        article = self.shelf.at(path)
        if article is not None:
            return Answer(article_page(self._around(), article, next(self._views)).encode())
        wanted = f"{path}?classid={query['classid']}&filename={query['filename']}" if "filename" in query else path
        for held in self.shelf.live("1202"):
            for file in held.files:
                if file.path == wanted:
                    return Answer(file.body, media_type=file.media_type)
        return Answer(missing_page(self._around()).encode(), 404)

    def _records(self, query: dict[str, str]) -> Answer:
        articles = self.shelf.live(query.get("columnid", ""))
        return Answer(data_answer(query, articles).encode(), media_type="text/xml;charset=UTF-8")

    def _around(self) -> FrontPage:
        return FrontPage(
            place=CITY,
            columns=COLUMNS,
            today=(NEWEST + timedelta(days=self.day)).date(),
            newest=tuple(self.shelf.live()[:5]),
            host=self.base_url,
        )

    def _front(self) -> str:
        return self._around().wrap(
            f"{CITY.bureau}门户网站", '<div class="banner">欢迎访问</div>', f"{CITY.name}政务公开"
        )


def written(seed: str, articles: int, number: int) -> Article:
    """The article ``number`` of a site that began with ``articles``: nine days apart, later ones in the hours after."""
    writer = Writer(f"{seed}-{number}", CITY.short, CITY.towns)
    column = list(COLUMNS)[number % 3]
    published = NEWEST + _since(number - articles)
    path = f"/art/{published.year}/{published.month}/{published.day}/art_{column}_{1000000 + number}.html"
    shape = {"1201": _summary, "1202": _notice, "1203": _statistics}[column]
    return shape(writer, number, path, published)


def _since(position: int) -> timedelta:
    """How long before (or after) the newest of the first articles: nine days each, then an hour each."""
    return timedelta(days=position * 9, minutes=position % 41) if position <= 0 else timedelta(hours=position)


def _index_number(column: str, number: int, published: datetime) -> str:
    return f"381008009005{int(column) - 1180:03d}/{published.year}-{130000 + number * 7}"


def _summary(writer: Writer, number: int, path: str, published: datetime) -> Article:
    work = WORKS[number % len(WORKS)]
    if published.month >= 7:
        period, title = f"{published.year}年上半年", f"{published.year}年上半年{work}工作总结及下半年工作安排"
    else:
        period, title = f"{published.year - 1}年", f"{published.year - 1}年{work}工作总结"
    signed = published - timedelta(days=number % 6 + 1)
    return Article(
        number=number,
        path=path,
        column="1201",
        title=title,
        issued_on=published.date(),
        published_at=published,
        paragraphs=(CITY.bureau, f"（{signed.year}年{signed.month}月{signed.day}日）", *writer.report(period)),
        index_number=_index_number("1201", number, published),
    )


def _notice(writer: Writer, number: int, path: str, published: datetime) -> Article:
    work = WORKS[(number * 3) % len(WORKS)]
    signed = published.date() - timedelta(days=number % 5 + 1)
    lines = [f"{work}任务清单", *(writer.sentence() for _ in range(4))]
    digest = hashlib.sha256(f"official file {number}".encode()).hexdigest()[:32]
    files = (
        File(f"{work}任务清单.docx", f"{DOWNLOAD}?classid=0&filename={digest}.docx", DOCX, docx(lines)),
        File(f"{work}申报表.pdf", f"/attach/0/{digest}.pdf", "application/pdf", pdf(lines)),
    )
    return Article(
        number=number,
        path=path,
        column="1202",
        title=f"{CITY.bureau}关于做好{signed.year}年{work}工作的通知",
        issued_on=signed,
        published_at=published,
        paragraphs=(*writer.notice(work), f"附件：{files[0].name}"),
        addressed_to=f"各县（区）卫生健康局，{CITY.name}属各医疗卫生单位",
        signature=(CITY.bureau, f"{signed.year}年{signed.month}月{signed.day}日"),
        document_number=f"{CITY.word}发〔{signed.year}〕{number}号",
        index_number=_index_number("1202", number, published),
        files=files[: 1 + number % 2],
    )


def _statistics(writer: Writer, number: int, path: str, published: datetime) -> Article:
    months = (published.replace(day=1) - timedelta(days=1)).month
    year = (published.replace(day=1) - timedelta(days=1)).year
    rows = [("单位", "诊疗人次", "同比", "病床使用率")]
    rows += [(town, writer.count(), writer.percent(), writer.percent()) for town in CITY.towns]
    return Article(
        number=number,
        path=path,
        column="1203",
        title=f"{CITY.name}{year}年{months}月{WORKS[(number * 5) % len(WORKS)]}情况统计",
        issued_on=published.date() - timedelta(days=1),
        published_at=published,
        paragraphs=tuple(writer.paragraph(4) for _ in range(5)),
        index_number=_index_number("1203", number, published),
        rows=tuple(rows),
    )
