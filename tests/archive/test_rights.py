"""The rule on what ground a document may be passed on."""

from __future__ import annotations

import pytest

from archive.export.rights import SHARING, Basis, rights_basis
from archive.model import Metadata
from crawler.extract.trust import TrustClues, judge


@pytest.mark.parametrize(
    ("said", "basis"),
    [
        ({"doc_type": "办法"}, "law_text"),
        ({"doc_type": "通知", "document_number": "青卫〔2023〕12号"}, "law_text"),
        ({"doc_type": "通知"}, "unclear"),
        ({"doc_type": "总结", "document_number": "青卫〔2023〕12号"}, "unclear"),
        ({"doc_type": "意见稿", "document_number": "青卫〔2023〕12号"}, "unclear"),
        ({"doc_type": "办法", "content_source": "青洲日报"}, "media"),
        ({"doc_type": "办法", "content_source": "市卫生健康局"}, "law_text"),
        ({"doc_type": "办法", "flags": '["altered"]'}, "unclear"),
        ({"doc_type": "办法", "trust": "claimed"}, "unclear"),
        ({"doc_type": "办法", "trust": "hijacked"}, "unclear"),
        ({"doc_type": "办法", "trust": "unknown"}, "unclear"),
        ({"doc_type": "办法", "trust": "repost", "evidence": f'["marks of a {SHARING}: 下载"]'}, "uploader"),
        ({"doc_type": "办法", "trust": "repost", "evidence": '["the page credits another source"]'}, "media"),
        ({}, "unclear"),
    ],
)
def test_the_rule(said: dict[str, str], basis: Basis) -> None:
    plain = {"trust": "official", "flags": "[]", "evidence": "[]", "doc_type": None, "document_number": None,
             "content_source": None}  # fmt: skip
    assert rights_basis(**(plain | said)) == basis  # type: ignore[arg-type]


def test_the_judge_still_says_sharing_site_in_these_words() -> None:
    """The class of a repost hangs on them."""
    chrome = "下载文档 上传者 文档分享 积分下载 页数：3 大小：20KB 举报 版权申诉 VIP下载 相关文档 收藏 格式：doc"
    clues = TrustClues("http://doc.test/p-1.html", None, True, None, Metadata(title="工作总结"), "正文。", chrome)
    judged = judge(clues)
    assert judged.trust == "repost"
    assert SHARING in judged.evidence[0]
