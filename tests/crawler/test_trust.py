"""Official, claimed, repost, hijacked, unknown: each with its evidence, and no verdict without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from archive.model import Metadata
from crawler.extract.trust import TrustClues, is_government, judge
from crawler.source import Column, Source

BODY = "全县卫生健康系统认真落实各项工作部署，推进医共体建设，取得明显成效。\n临江县卫生健康局\n2024年1月5日"
SHARING = "墨香文库\n下载文档\n格式：DOCX\n页数：12\n本文档由用户上传，版权归属用户\n需要 20 积分\n你可能关注的文档"
PAGE = TrustClues(
    url="http://wjw.linjiang.gov.cn/a.html",
    final_url="http://wjw.linjiang.gov.cn/a.html",
    fetched=True,
    source=None,
    metadata=Metadata(publisher="临江县卫生健康局", index_number="123456789/2024-00001"),
    body=BODY,
    chrome="首页\n当前位置：首页>总结\n分享到：微信\n加入收藏\n版权所有",
)
SOURCE = Source(
    id="linjiang-wjw",
    name="临江县卫生健康局",
    homepage="http://www.linjiangwjw.cn/",
    columns=(Column("zj", "http://www.linjiangwjw.cn/zj/"),),
    publisher="临江县卫生健康局",
    region="330522",
    domains=("www.linjiangwjw.cn",),
)
OWN = "http://www.linjiangwjw.cn/zj/1.html"


def on_own_host(**metadata: str) -> TrustClues:
    return replace(PAGE, url=OWN, final_url=OWN, source=SOURCE, metadata=Metadata(**metadata))


def test_fetched_from_a_government_domain_is_official() -> None:
    judged = judge(PAGE)
    assert (judged.trust, judged.flags) == ("official", ())
    assert "wjw.linjiang.gov.cn" in judged.evidence[0]


def test_the_same_page_as_a_text_file_is_claimed() -> None:
    assert judge(replace(PAGE, fetched=False, is_text_import=True)).trust == "claimed"
    assert judge(replace(PAGE, fetched=False)).trust == "claimed"


def test_a_host_that_only_looks_like_the_government_s() -> None:
    assert is_government("gov.cn")
    assert is_government("a.b.gov.cn")
    assert not is_government("linjiang-gov.cn")
    assert not is_government("gov.cn.example.com")
    url = "http://wjw.linjiang.gov.cn.example.com/a.html"
    assert judge(replace(PAGE, url=url, final_url=url)).trust == "claimed"


@pytest.mark.parametrize(
    ("code", "trust"), [("3305220012", "official"), ("3305990012", "claimed"), ("4105220012", "unknown")]
)
def test_a_site_id_code_counts_on_the_own_host_and_in_the_region(code: str, trust: str) -> None:
    assert judge(on_own_host(site_id_code=code, publisher="临江县卫生健康局")).trust == trust


def test_a_city_s_source_takes_codes_of_its_counties() -> None:
    city = replace(SOURCE, region="330500")
    clues = replace(on_own_host(site_id_code="3305220012"), source=city)
    assert judge(clues).trust == "official"


def test_a_site_id_code_of_a_copied_page_on_a_foreign_host() -> None:
    url = "http://www.copy-example.cn/1.html"
    clues = replace(on_own_host(site_id_code="3305220012"), url=url, final_url=url)
    assert judge(clues).trust == "claimed"


def test_a_publisher_of_another_place_contradicts() -> None:
    clues = on_own_host(site_id_code="3305220012", publisher="海东市教育局")
    judged = judge(clues)
    assert judged.trust == "unknown"
    assert "海东市教育局" in judged.evidence[0]


def test_document_sharing_marks_make_a_repost() -> None:
    judged = judge(replace(PAGE, url="http://doc.example.com/1.html", final_url=None, chrome=SHARING))
    assert judged.trust == "repost"
    assert "版权归属用户" in judged.evidence[0]


def test_the_same_marks_on_a_government_host_do_not() -> None:
    assert judge(replace(PAGE, chrome=SHARING)).trust == "official"


def test_a_few_weak_marks_do_not_make_a_repost() -> None:
    clues = replace(PAGE, url="http://news.example.com/1.html", final_url=None, chrome="加入收藏\n微信扫码分享\n文库")
    assert judge(clues).trust != "repost"


def test_a_media_copy_is_a_repost() -> None:
    url = "http://news.example.com/1.html"
    clues = replace(PAGE, url=url, final_url=url, metadata=Metadata(content_source="临江县卫生健康局"))
    assert judge(clues).trust == "repost"


def test_spam_above_the_title_and_injected_readings() -> None:
    spam = "久久精品国产_午夜视频_欧美一区"
    assert judge(replace(PAGE, before_title=spam)).trust == "hijacked"
    judged = judge(replace(PAGE, repaired=454))
    assert (judged.trust, judged.flags) == ("hijacked", ("repaired",))
    assert judge(replace(PAGE, before_title="亚洲博览会在临江县举行")).trust == "official"


def test_impossible_script_is_hijacked() -> None:
    text = "全麵落實製度，取得瞭成效，國傢衛生縣城建成。"
    assert judge(replace(PAGE, body=text)).trust == "hijacked"


def test_flags_with_their_reasons() -> None:
    body = "坚持原那么，提高医疗效劳水平，完成20230%，根本公共卫生效劳率到达98%，强化监管，各项"
    judged = judge(replace(PAGE, url=None, final_url=None, body=body, chrome=SHARING + "\n开通会员阅读全文"))
    assert judged.flags == ("altered", "truncated", "paywalled")
    assert len(judged.evidence) > 3


def test_nothing_to_go_by_is_unknown() -> None:
    clues = replace(PAGE, url=None, final_url=None, fetched=False, metadata=Metadata(), chrome="")
    assert (judge(clues).trust, judge(clues).evidence) == ("unknown", ())
