"""A local site made of a table: a test says what each path answers, and changes it between two crawls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from tests.sites.lists import Line, static_list
from tests.sites.server import Answer, Site
from tests.sites.shelf import Shelf

__all__ = ["Page", "SmallSite", "article", "listing", "toml"]

Page = Answer | Callable[[], Answer]
NAME = "苇渡县卫生健康局"
SENTENCES = (
    "全年共走访苇渡县各镇居民三千二百余户，发放宣传资料一万余份，收集意见建议四百余条。",
    "各镇街道卫生院按月报送进展，由县级部门汇总后统一公开，接受群众监督。",
    "在慢性病管理方面，规范建立健康档案，定期随访高血压和糖尿病患者，及时调整用药。",
    "在基础建设方面，改造村卫生室二十一所，配备常用设备，方便群众就近看病取药。",
    "在队伍建设方面，组织乡村医生轮训三期，邀请市级医院专家授课，考核合格率逐年提高。",
    "下一步将继续完善工作台账，落实责任分工，加强督促检查。",
    "有关单位要对照任务清单逐项推进，确保年底前全部完成。",
)


def article(title: str, note: str = "", chrome: str = "", day: str = "2024-05-06", links: str = "") -> Answer:
    """An article page. ``note`` belongs to its body, ``chrome`` does not; ``links``: attachment lines."""
    body = "".join(f"<p>{line}</p>\n" for line in (*SENTENCES, note) if line)
    text = f"""<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>{escape(title)} - {NAME}</title><meta name="SiteName" content="{NAME}"></head>
<body><div class="nav"><a href="/">首页</a> <a href="/list.html">工作动态</a></div>
<div class="article"><h1>{escape(title)}</h1>
<div class="info">发布时间：{day} 来源：{NAME} {chrome}</div>
<div class="content">
<p>{escape(title)}如下。</p>
{body}{links}</div></div>
<div class="foot">主办单位：{NAME}</div></body></html>
"""
    return Answer(text.encode())


def listing(titles: Sequence[tuple[str, str]], following: str | None = None) -> Answer:
    """A list page of ``(address, title)``; ``following``: the address of the next one."""
    lines = [Line(href, title, "2024-05-06") for href, title in titles]
    return Answer(static_list(f"{NAME} 工作动态", lines, following).encode())


def toml(base_url: str, columns: Sequence[tuple[str, str]] = (("news", "/list.html"),), more: str = "") -> str:
    """A source file of ``(column id, path)``; ``more``: lines between its head and its columns."""
    tables = "".join(f'\n[[columns]]\nid = "{name}"\nurl = "{base_url}{path}"\n' for name, path in columns)
    head = f'name = "{NAME}"\nhomepage = "{base_url}/"\nfamily = "html"\nseen_at = "a local test site"\n'
    return f"{head}{more}\n[fetch]\ndelay = 0\n{tables}"


class SmallSite(Site):
    """``pages``: path → answer, or what makes it; everything else is 404."""

    id = "small"

    def __init__(self) -> None:
        super().__init__(Shelf(lambda number: (_ for _ in ()).throw(KeyError(number))))
        self.pages: dict[str, Page] = {}

    def page(self, path: str, query: dict[str, str]) -> Answer:
        key = path + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")
        found = self.pages.get(key) or self.pages.get(path)
        if found is None:
            return Answer("<html><head><title>404</title></head><body>404 页面不存在</body></html>".encode(), 404)
        return found if isinstance(found, Answer) else found()
