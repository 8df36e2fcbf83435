"""The kind of a document (文种) as its title says it: 通知, 意见, 批复, 函, 总结 …"""

from __future__ import annotations

import re

__all__ = ["doc_type"]

# The kinds of 《党政机关公文处理工作条例》 and those of working papers that bureaus disclose; longer ones first.
# The kinds of 《党政机关公文处理工作条例》 and those of working papers that bureaus disclose; longer ones first.
KINDS = (
    "征求意见稿", "行政处罚决定书", "责任清单", "权力清单", "倡议书", "实施细则", "公开指南", "工作总结",
    "工作要点", "政策解读", "年度报告", "决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知", "通报",
    "报告", "请示", "批复", "议案", "函", "纪要", "答复", "总结", "小结", "计划", "规划", "要点", "方案",
    "预案", "办法", "细则", "规定", "条例", "规则", "规程", "规范", "标准", "章程", "制度", "指南", "公示",
    "名单", "目录", "清单", "解读", "预算", "决算", "年报", "讲话", "简报", "思路", "打算", "安排", "令",
)  # fmt: skip
PLAIN = {
    "工作总结": "总结", "小结": "总结", "工作要点": "要点", "年度报告": "报告", "年报": "报告", "政策解读": "解读",
    "实施细则": "细则", "公开指南": "指南", "行政处罚决定书": "决定", "征求意见稿": "意见稿", "命令": "令",
    "思路": "计划", "打算": "计划", "安排": "计划", "责任清单": "清单", "权力清单": "清单",
}  # fmt: skip
NOT_WITHIN = {"令", "函", "规范", "标准", "安排", "制度", "目录", "议案", "名单", "清单"}
TAIL = re.compile(
    r"(?:\s|[（(【〔\[][^（(【〔\[）)】〕\]]{0,30}[）)】〕\]]|第?[一二三四五六七八九十\d]+[号期稿版]|\.(?:docx?|pdf|wps|xlsx?|pptx?)|全文|[。.…]+)+$",
    re.I,
)
QUOTED = re.compile(r"《[^《》]*》")
REVIEW = re.compile(r"(?:总结|小结)(?:和|及|与|暨|以及|、|\s)")
WITHIN = re.compile("|".join(kind for kind in KINDS if kind not in NOT_WITHIN))
NEWS = re.compile("召开|举行|举办|考察|调研|成功|启动|开幕")


def doc_type(title: str | None) -> str | None:
    """The kind, or None where the title names none (news, an introduction).

    What stands in 《》 is what the document is about, not what it is; a summary with a plan (总结和下半年思路) is a
    summary; the kind is the title's end, else the last kind before it.
    """
    if not title:
        return None
    bare = TAIL.sub("", QUOTED.sub("《》", TAIL.sub("", title)))
    if NEWS.search(bare) and "关于" not in bare:
        return None
    if REVIEW.search(bare):
        return "总结"
    kind = next((kind for kind in KINDS if bare.endswith(kind)), None)
    if kind is None and bare.endswith("《》"):
        return doc_type(title.rstrip("》").rpartition("《")[2])
    if kind is None:
        kind = next(iter(reversed(WITHIN.findall(bare))), None)
    return PLAIN.get(kind, kind) if kind else None
