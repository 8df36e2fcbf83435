"""Detection, and the paging that only a family knows: TRS by script, Hanweb by its data proxy."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from archive.model import Listing
from crawler.extract.tree import parse
from crawler.families import FAMILIES
from crawler.families.hanweb import HANWEB
from crawler.families.trs import TRS
from crawler.family import Page, detect

HOST = "http://www.yunxi.example.gov.cn"
ROWS = (
    "<ul>"
    + "".join(
        f"<li><a href='202201/t2022010{n}_{n}.html'>枫桥区第{n}号文件全文</a><i>2022-01-0{n}</i></li>"
        for n in range(1, 6)
    )
    + "</ul>"
)


def page(html: str, url: str) -> Page:
    return Page(url, html, parse(html).tree)


def trs(script: str, url: str = HOST + "/wj/index.html") -> Listing:
    found = TRS.listing(page(f"{ROWS}<script>{script}</script>", url))
    assert found is not None
    assert len(found.entries) == 5
    return found


@pytest.mark.parametrize(
    ("script", "want"),
    [
        ('createPageHTML(25, 0, "index", "html");', "index_1.html"),
        ("createPageHTML(25,7,'index','shtml')", "index_8.shtml"),
        ('createPageHTML(25, 24, "index", "html");', None),
        ('createPageHTML(1, 0, "index", "html");', None),
        ('//createPageHTML(25, 0, "index", "html");\nvar countPage = 25', "index_1.html"),
        ("Pager({size:3, current:1, prefix:'index',suffix:'html',visible:5})", "index_2.html"),
        ("Pager({size:1, current:0, prefix:'index',suffix:'html'})", None),
        ('createPageHTML(4, 0, "t20220101_77", "html");', None),
        ("", None),
    ],
)
def test_trs_pages_by_script(script: str, want: str | None) -> None:
    assert trs(script).next_url == (want and f"{HOST}/wj/{want}")


RECORD = (
    "<record><![CDATA[<li><a href='/art/2022/1/{n}/art_1_{n}.html' "
    "title='云溪县第{n}号文件的全名'>云溪县第{n}号…</a><span>2022-01-0{n}</span></li>]]></record>"
)
RECORDS = "<recordset>" + "".join(RECORD.format(n=n) for n in range(1, 4)) + "</recordset>"


def hanweb(html: str, url: str) -> Listing:
    found = HANWEB.listing(page(html, url))
    assert found is not None
    assert [e.title for e in found.entries] == [f"云溪县第{n}号文件的全名" for n in range(1, 4)]
    assert [e.date for e in found.entries] == ["2022-01-01", "2022-01-02", "2022-01-03"]
    assert found.entries[0].url == HOST + "/art/2022/1/1/art_1_1.html"
    return found


def test_hanweb_follows_the_group_that_the_data_names() -> None:
    proxy = "/module/web/jpage/dataproxy.jsp?page={}&webid=7&columnid=1&unitid=9"
    group = '<datastore><nextgroup><![CDATA[<a href="' + proxy + '"></a>]]></nextgroup>' + RECORDS + "</datastore>"
    column = hanweb(f"<script>{group.format(1)}</script>", HOST + "/col/col1/index.html")
    assert column.next_url == HOST + proxy.format(1)
    answer = "<?xml version='1.0' encoding='UTF-8'?>" + group.format(2).replace("&", "&amp;")
    assert hanweb(answer, HOST + proxy.format(1)).next_url == HOST + proxy.format(2)
    last = "<datastore><nextgroup><![CDATA[]]></nextgroup>" + RECORDS + "</datastore>"
    assert hanweb(last, HOST + proxy.format(2)).next_url is None
    assert hanweb(answer, HOST + proxy.format(2)).next_url is None


def test_hanweb_counts_records_where_the_script_does() -> None:
    script = """<script>$('#9').jpage({totalRecord:11, perPage:1, groupSize:3,
    proxyUrl:'/module/web/jpage/dataproxy.jsp',
    ajaxParam:{col:1,appid:1,webid:7,path:'/',columnid:1,sourceContentType:1,unitid:'9'}});</script>"""
    column = hanweb(f"<script><datastore>{RECORDS}</datastore></script>{script}", HOST + "/col/col1/index.html")
    assert column.total == 11
    assert column.next_url is not None
    query = parse_qs(urlsplit(column.next_url).query)
    assert (query["startrecord"], query["endrecord"], query["perpage"]) == (["4"], ["6"], ["1"])
    assert (query["columnid"], query["unitid"], query["webid"]) == (["1"], ["9"], ["7"])
    answer = "<datastore><totalrecord>11</totalrecord>" + RECORDS + "</datastore>"
    following = hanweb(answer, column.next_url).next_url
    assert following is not None
    assert "startrecord=7&endrecord=9" in following
    end = column.next_url.replace("startrecord=4", "startrecord=9").replace("endrecord=6", "endrecord=11")
    assert hanweb(answer, end).next_url is None


@pytest.mark.parametrize(
    ("html", "url", "name"),
    [
        (
            "<div id='barrierfree_container'><script src='/script/jquery.jpage.js'></script></div>",
            HOST + "/col/col1/index.html",
            "hanweb",
        ),
        ("<div id='zoom'><!--ZJEG_RSS.content.begin--></div>", HOST + "/art/2022/1/1/art_1_1.html", "hanweb"),
        ("<div class='TRS_Editor'>正文</div>", HOST + "/wj/202201/t20220101_7.html", "trs"),
        (f"{ROWS}<script>createPageHTML(2,0,'index','html')</script>", HOST + "/wj/", "trs"),
        ("<p>一页普通的网页</p>", HOST + "/1.htm", "html"),
    ],
)
def test_a_family_is_told_by_its_marks(html: str, url: str, name: str) -> None:
    family, score = detect(page(html, url), FAMILIES.values())
    assert family is not None
    assert family.name == name
    assert 0 < score <= 1


def test_every_family_answers_to_its_name() -> None:
    assert set(FAMILIES) == {"html", "trs", "hanweb"}
    assert all(FAMILIES[name].name == name for name in FAMILIES)
