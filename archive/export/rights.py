"""On what ground a document may be passed on: a class for each, by a written rule, never a legal opinion.

The Copyright Law of the PRC (中华人民共和国著作权法, as amended in 2020), article 5, does not protect "laws and
regulations, resolutions, decisions and orders of state organs, other documents of a legislative, administrative or
judicial nature, and their official translations", nor mere facts. What a bureau writes about its own work (summaries,
plans, speeches, interpretations) is not plainly such a document; what a newspaper wrote and a bureau reprints is not;
and what somebody uploaded to a sharing site carries that person's or site's own part. In doubt: ``unclear``.

    uploader   a copy on a document-sharing site
    media      a copy on a medium's site, or a text that credits a newspaper, agency, station or portal
    law_text   official, unaltered, and either a legal instrument (条例, 规定, 办法, 细则, 决定 …) or one of the kinds
               of official letter of 《党政机关公文处理工作条例》 (2012), article 8, with its document number
    unclear    everything else
"""

from __future__ import annotations

import re
from typing import Literal, get_args

__all__ = ["BASES", "SHARING", "Basis", "rights_basis"]

Basis = Literal["law_text", "media", "uploader", "unclear"]
BASES: tuple[Basis, ...] = get_args(Basis)

SHARING = "document-sharing site"
"""What the evidence of a repost's trust says where its carrier is one (``documents.trust_evidence``)."""

INSTRUMENTS = frozenset({"法", "条例", "规定", "办法", "细则", "规则", "决议", "决定", "令"})
LETTERS = frozenset({
    "决议", "决定", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示", "批复", "议案", "函", "纪要",
})  # fmt: skip
MEDIA = re.compile(
    r"[日晚早晨时商青]报|都市报|周[报刊]|新华[社网]|新闻|通讯社|电视台|电台|广播|传媒|融媒|杂志|期刊|人民网|中新[社网]|"
    r"央[视广]|澎湃|搜狐|新浪|网易|腾讯|头条|公众号"
)


def rights_basis(
    trust: str, flags: str, evidence: str, doc_type: str | None, document_number: str | None, content_source: str | None
) -> Basis:
    """The class of one document. ``flags`` and ``evidence`` as the archive holds them: JSON arrays, not yet read."""
    if trust == "repost":
        return "uploader" if SHARING in evidence else "media"
    if trust != "official" or '"altered"' in flags:
        return "unclear"
    if content_source and MEDIA.search(content_source):
        return "media"
    if doc_type in INSTRUMENTS or (document_number and doc_type in LETTERS):
        return "law_text"
    return "unclear"
