"""A site whose pages behave as the real net does: they change, vanish, return, move, fail, challenge, cut off, lie.

``PAGES`` names them all; ``BehavioursSite.day`` (0, 1, 2 …) moves those that depend on the day:
``changing`` reads otherwise each day, ``vanishing`` is gone from day 2 on, ``returning`` on the days 2 to 5.
``loop.html`` is a list whose last page leads back to its first, ``empty.html`` one without entries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape

from tests.sites.lists import Line, static_list
from tests.sites.markup import paragraphs
from tests.sites.server import Answer, Site
from tests.sites.shelf import Article, Shelf
from tests.sites.wording import Writer

__all__ = ["LISTS", "PAGES", "BehavioursSite", "source_toml"]

NAME, REGION, ID_CODE = "禾洲区卫生健康局", "218799", "2187990008"
TOWNS = ("学前街道", "竹溪镇", "砚池乡", "平畴镇")
NEWEST = datetime(2024, 5, 20, 10, 5)
HUGE = 25 * 1024 * 1024

PAGES = {
    "steady": "2024年健康细胞建设进展情况",
    "changing": "2024年防汛值班安排情况",
    "vanishing": "2023年临时采购结果情况",
    "returning": "2023年培训经费使用情况",
    "moved": "2023年急救站点布局情况",
    "home": "2022年旧版办事指南情况",
    "soft": "2022年失效通知清理情况",
    "missing": "2022年专家库名单情况",
    "gone": "2021年停用系统公告情况",
    "flaky": "2024年门诊预约改造情况",
    "broken": "2024年数据接口维护情况",
    "waf521": "2024年投诉举报受理情况",
    "waf200": "2024年行政执法公示情况",
    "slow": "2024年档案数字化推进情况",
    "cut": "2024年基建项目进度情况",
    "cutonce": "2024年设备更新进度情况",
    "charset": "2024年镕桥片区巡诊情况",
    "empty": "2024年空白页面情况",
    "image": "2024年宣传海报发布情况",
    "huge": "2024年超长附件汇编情况",
}
LISTS = {"pages": "list.html", "loop": "loop.html", "empty": "empty.html"}


def source_toml(base_url: str, columns: tuple[str, ...] = ("pages",)) -> str:
    """The source file of this site; ``columns`` out of ``LISTS``."""
    tables = "".join(
        f'\n[[columns]]\nid = "{name}"\nname = "{name}"\nurl = "{base_url}/{LISTS[name]}"\n' for name in columns
    )
    return f"""name = "{NAME}"
publisher = "{NAME}"
homepage = "{base_url}/"
family = "html"
region = "{REGION}"
seen_at = "a local test site"
schedule = "daily"

[fetch]
delay = 0
{tables}
[expect]
documents = 3
"""


class BehavioursSite(Site):
    """``slow``: seconds that the slow page takes; ``late_lists``: seconds that each list takes; ``closed``: the lists
    say with status 200 that the site is down for maintenance, and no article is there."""

    id = "behaviours"

    def __init__(self, port: int = 0, slow: float = 1.0) -> None:
        names = list(PAGES)
        shelf = Shelf(lambda number: _written(names[number - 1], number))
        shelf.fill(range(1, len(names) + 1))
        super().__init__(shelf, port)
        self.slow, self.late_lists, self.closed = slow, 0.0, False
        self._asked: Counter[str] = Counter()
        self._special: dict[str, Callable[[Article], Answer]] = {
            "changing": lambda a: _article(a, f"第{self.day + 1}次更新：当日在岗{self.day * 7 + 23}人。"),
            "vanishing": lambda a: _missing() if self.day >= 2 else _article(a),
            "returning": lambda a: _missing() if 2 <= self.day <= 5 else _article(a),
            "moved": lambda a: Answer(b"", 301, headers=(("Location", "/a/moved-here.html"),)),
            "home": lambda a: Answer(b"", 302, headers=(("Location", "/"),)),
            "soft": lambda a: Answer(_wrap("提示", "<p>您访问的页面不存在或已被删除！</p>").encode()),
            "missing": lambda a: _missing(),
            "gone": lambda a: Answer(_wrap("410", "<p>页面已删除</p>").encode(), 410),
            "flaky": lambda a: _article(a) if self._asked["flaky"] > 1 else _failure(500),
            "broken": lambda a: _failure(500),
            "waf521": lambda a: Answer(_challenge(hidden=True), 521),
            "waf200": lambda a: Answer(_challenge(hidden=False)),
            "slow": lambda a: Answer(_article(a).body, delay=self.slow),
            "cut": lambda a: Answer(_article(a).body, cut=1500),
            "cutonce": lambda a: _article(a) if self._asked["cutonce"] > 1 else Answer(_article(a).body, cut=1500),
            "charset": lambda a: Answer(_article(a).body.decode().encode("gb18030")),
            "empty": lambda a: Answer(b""),
            "image": lambda a: Answer(_page(a, '<p><img src="/images/poster.png" alt=""></p>').encode()),
            "huge": lambda a: Answer(_article(a).body + b"<p>" + b"0123456789abcdef" * (HUGE // 16)),
        }

    def source_toml(self) -> str:
        return source_toml(self.base_url)

    def page(self, path: str, query: dict[str, str]) -> Answer:
        if self.closed:
            sorry = _wrap("系统维护", "<p>网站正在维护中，请稍后访问。</p>").encode()
            return _missing() if path.startswith("/a/") else Answer(sorry)
        name = path.removeprefix("/a/").removesuffix(".html")
        if name == "moved-here":
            return _article(self.shelf.articles[list(PAGES).index("moved") + 1])
        if path.startswith("/a/") and name in PAGES:
            self._asked[name] += 1
            article = self.shelf.articles[list(PAGES).index(name) + 1]
            return self._special.get(name, _article)(article)
        return self._list(path)

    def _list(self, path: str) -> Answer:
        lines = [Line(a.path, a.title, f"{a.published_at:%Y-%m-%d}") for a in self.shelf.live()]
        listed = {
            "/list.html": (lines[:12], "list_2.html"),
            "/list_2.html": (lines[12:], None),
            "/loop.html": (lines[:1], "loop_2.html"),
            "/loop_2.html": (lines[1:2], "loop_3.html"),
            "/loop_3.html": (lines[2:3], "loop_2.html"),
            "/empty.html": ([], None),
        }
        if path in listed:
            return Answer(static_list(f"{NAME} 工作情况", *listed[path]).encode(), delay=self.late_lists)
        if path in ("/", "/index.html"):
            return Answer(_wrap(f"{NAME}首页", '<p><a href="/list.html">工作情况</a></p>').encode())
        return _missing()


def _wrap(title: str, middle: str) -> str:
    return f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)}</title><meta name="SiteName" content="{NAME}"></head><body>
<div class="nav"><a href="/">首页</a> <a href="/list.html">工作情况</a></div>
{middle}
<div class="foot">主办单位：{NAME} 网站标识码：{ID_CODE}</div></body></html>
"""


def _page(a: Article, body: str) -> str:
    return _wrap(
        f"{a.title} - {NAME}",
        f"""<div class="article"><h1>{escape(a.title)}</h1>
<div class="info">发布时间：{a.published_at:%Y-%m-%d %H:%M} 来源：{NAME}</div>
<div class="content">
{body}
</div></div>""",
    )


def _article(a: Article, note: str = "") -> Answer:
    lines = (note, *a.paragraphs) if note else a.paragraphs
    return Answer(_page(a, paragraphs(lines)).encode())


def _missing() -> Answer:
    return Answer(_wrap("404", "<p>404 您访问的页面不存在</p>").encode(), 404)


def _failure(status: int) -> Answer:
    return Answer(_wrap("错误", "<p>服务器内部错误，请稍后再试</p>").encode(), status)


def _challenge(hidden: bool) -> bytes:
    """The script that such a firewall sends instead of the page; ``hidden``: with its cookie's name in pieces."""
    name = b"'+('_')+('_')+('jsl_clearance_s')+'" if hidden else b"__jsl_clearance_s"
    return (
        b"<script>document.cookie='" + name + b"=1716170000.1|-1|abc%2Bdef;max-age=3600;path=/';"
        b"location.href=location.pathname+location.search</script>"
    )


def _written(name: str, number: int) -> Article:
    writer = Writer(f"behaviours-{name}", "禾洲", TOWNS)
    published = NEWEST - timedelta(days=number * 3)
    return Article(
        number=number,
        path=f"/a/{name}.html",
        column="pages",
        title=PAGES[name],
        issued_on=published.date(),
        published_at=published,
        paragraphs=tuple(writer.paragraph(4) for _ in range(5)),
    )
