"""The title of a page that prints it only as the last step of its path."""

from __future__ import annotations

import pytest

from crawler.extract.page import PageInput, read

BODY = "".join(
    f"<p>{n}、各镇街要落实防汛责任，做好巡查值守，发现险情及时处置，确保人民群众安全度汛。</p>" for n in "一二三四五"
)
PAGE = """<html><head><title>{site}</title></head><body>{path}
<dl><div><dt>索引号</dt><dd>QL0304-2023-0019</dd></div><div><dt>发布机构</dt><dd>青岚区水利局</dd></div>
<div><dt>发布日期</dt><dd>2023-06-10</dd></div></dl><section class="txt">{body}</section></body></html>"""
TITLE = "青岚区2023年防汛责任人名单调整说明"
STEPS = (
    '<ol class="breadcrumb"><li><a href="/">首页</a></li><li><a href="/gk/">防汛抗旱信息</a></li><li>{last}</li></ol>'
)
LINE = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/gk/">防汛抗旱信息</a> &gt; {last}</div>'
BARE = '<p>您的位置：<a href="/">首页</a> &gt; <a href="/gk/">防汛抗旱信息</a> &gt; {last}</p>'


def title(path: str, site: str = "青岚区人民政府门户网站") -> str | None:
    draft = read(PageInput(PAGE.format(path=path, site=site, body=BODY).encode())).draft
    assert draft is not None
    return draft.title


@pytest.mark.parametrize("path", [STEPS, LINE, BARE])
@pytest.mark.parametrize("site", ["青岚区人民政府门户网站", "防汛抗旱信息", ""])
def test_the_last_step_is_the_title_where_all_else_names_the_site(path: str, site: str) -> None:
    assert title(path.format(last=TITLE), site) == TITLE


@pytest.mark.parametrize("path", [STEPS, LINE, BARE])
def test_a_step_that_is_a_link_or_a_column_or_a_site_is_none(path: str) -> None:
    for last in (f'<a href="/x/">{TITLE}</a>', "工作动态", "正文", "青岚区水利局政府信息公开网"):
        assert title(path.format(last=last)) == "青岚区人民政府门户网站"


@pytest.mark.parametrize("path", [STEPS, LINE, BARE])
def test_another_title_goes_first(path: str) -> None:
    assert title(path.format(last="防汛抗旱责任人专题栏目"), f"{TITLE}_青岚区水利局") == TITLE
    assert title(path.format(last="防汛抗旱责任人专题栏目") + f"<h1>{TITLE}</h1>") == TITLE
