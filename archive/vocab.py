"""THE bilingual field table: every metadata field's code name, its Chinese label, the labels that
pages print for it, and what it means. Panels, exports, the command line and the web page read it here."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FIELDS", "FIELD_BY_NAME", "LABELS", "Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` code name · ``label`` the Chinese label · ``printed`` every label seen on pages, without
    inner spaces and colon · ``meaning`` one English line · ``array`` printed as a JSON array."""

    name: str
    label: str
    printed: tuple[str, ...]
    meaning: str
    array: bool = False


FIELDS: tuple[Field, ...] = (
    Field(
        "index_number",
        "索引号",
        ("索引号", "信息索引号", "信息索引", "索取号", "索引编号", "信息索取号", "文件索引号", "索引号码"),
        "catalogue number given by the discloser; never changes",
    ),
    Field("title", "标题", ("标题", "名称", "信息名称", "文件名称", "公文名称", "文件标题"), "title of the document"),
    Field(
        "document_number",
        "发文字号",
        ("发文字号", "文号", "文件编号", "公文号", "发文文号", "文件号", "文件字号", "公文文号", "公文编号", "发文号"),
        "number of the official letter",
    ),
    Field(
        "publisher",
        "发布机构",
        (
            "发布机构",
            "发布单位",
            "发文机构",
            "发文机关",
            "公开单位",
            "公开主体",
            "发布机关",
            "公开责任部门",
            "责任部门",
            "制发单位",
            "制发机关",
            "制发机构",
            "信息提供单位",
            "发文单位",
            "发布部门",
            "公开机构",
            "公开机关",
            "公开部门",
            "信息发布机构",
        ),
        "the body that discloses, as printed",
    ),
    Field("publisher_full", "发布机构全称", (), "publisher resolved by site name and region"),
    Field(
        "issuers",
        "发文机关",
        ("联合发文单位", "联合发文", "制定机关"),
        "the bodies that issued it, in order",
        True,
    ),
    Field("addressed_to", "主送机关", ("主送机关", "主送单位", "主送"), "the bodies it is addressed to", True),
    Field(
        "content_source",
        "来源",
        ("来源", "信息来源", "文章来源", "稿件来源", "内容来源", "信息来源单位"),
        "credited source; not the publisher",
    ),
    Field(
        "issued_on",
        "成文日期",
        (
            "成文日期",
            "生成日期",
            "产生日期",
            "发文日期",
            "制发日期",
            "成文时间",
            "生成时间",
            "印发日期",
            "印发时间",
            "签发日期",
            "发文时间",
            "制发时间",
            "签署日期",
            "制定日期",
            "形成日期",
        ),
        "day of signing or generation",
    ),
    Field(
        "published_at",
        "发布日期",
        (
            "发布日期",
            "发布时间",
            "公开日期",
            "公开时间",
            "发表时间",
            "发表日期",
            "发布于",
            "上网日期",
            "公布日期",
            "公布时间",
            "信息发布日期",
            "录入时间",
            "录入日期",
        ),
        "when it was published",
    ),
    Field(
        "effective_on", "实施日期", ("实施日期", "生效日期", "施行日期", "生效时间", "实施时间"), "when it takes effect"
    ),
    Field(
        "repealed_on",
        "废止日期",
        ("废止日期", "失效日期", "失效时间", "废止时间", "截止日期", "终止日期"),
        "when it ceased or ceases",
    ),
    Field(
        "validity",
        "有效性",
        ("有效性", "是否有效", "效力状态", "时效性", "文件状态", "效力", "有效状态", "公文时效", "时效", "信息有效性"),
        "validity as printed",
    ),
    Field("period_start", "时期起", (), "first day that a summary or plan covers"),
    Field("period_end", "时期止", (), "last day that a summary or plan covers"),
    Field("doc_type", "文种", ("文种", "公文种类", "公文类型"), "notice, opinion, reply … "),
    Field("genre", "体裁", ("体裁", "体裁分类", "信息体裁", "文体"), "genre as printed"),
    Field(
        "disclosure",
        "公开方式",
        ("公开方式", "公开形式", "公开类型", "公开属性", "信息公开方式"),
        "how it is disclosed",
    ),
    Field(
        "subject",
        "主题分类",
        ("主题分类", "所属主题", "主题类别", "主题", "分类"),
        "subject class",
        True,
    ),
    Field(
        "catalog_class",
        "组配分类",
        (
            "组配分类",
            "公文目录",
            "目录分类",
            "信息类型",
            "所属目录",
            "公开目录",
            "公开类别",
            "公开分类",
            "公开目录",
            "所属目录",
            "信息目录",
            "目录名称",
            "信息分类",
            "信息类别",
        ),
        "class in the disclosure catalogue",
        True,
    ),
    Field("audience", "服务对象", ("服务对象", "服务对象分类", "公开对象", "公开范围", "对象分类"), "whom it serves"),
    Field("keywords", "主题词", ("主题词", "关键词", "关键字"), "keywords", True),
    Field(
        "summary",
        "内容概述",
        ("内容概述", "内容概要", "内容摘要", "摘要", "概述", "信息概述", "简述"),
        "summary printed by the site",
    ),
    Field("editor", "责任编辑", ("责任编辑", "编辑", "责编", "信息员", "录入", "录入人"), "editor in charge"),
    Field("site_name", "网站名称", (), "name of the site that carries the page"),
    Field("site_domain", "网站域名", (), "domain that the page claims"),
    Field("site_id_code", "网站标识码", ("网站标识码", "政府网站标识码"), "ten-digit code of a government site"),
    Field("column", "栏目", (), "column as printed"),
)

FIELD_BY_NAME: dict[str, Field] = {f.name: f for f in FIELDS}

LABELS: dict[str, str] = {label: f.name for f in FIELDS for label in f.printed}
"""Printed label (inner spaces and colon removed) → field name."""
