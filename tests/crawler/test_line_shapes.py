"""Text files in more layouts of panel, byline, title and chrome than the seeds show. All texts are invented."""

from __future__ import annotations

from time import perf_counter

import pytest

from archive.model import Draft, Reading
from crawler.extract.lines import read_lines
from tests.crawler.line_texts import MATTER, OPENING

BYLINE = "发布时间：2023-06-12 来源：青禾县卫生健康局"
FOOT = "主办单位：青禾县人民政府 技术支持：青禾县大数据中心\n东ICP备12000001号"


def read(text: str) -> tuple[Reading, Draft]:
    reading = read_lines(text)
    assert reading.draft is not None
    return reading, reading.draft


def test_words_of_sites_in_a_notice_are_the_notice_s() -> None:
    """登录后, 提供技术支持, 相关信息, 仅供参考 and a contact line do not end a document."""
    body = f"""各县卫生健康局：
{OPENING}
一、申报人员登录省职称管理平台，登录后填写个人信息，下载后打印并盖章，网站管理员会清理重复账号。
二、平台由市信息中心提供技术支持。
相关信息报送至人事科，数据仅供参考，请关注我们的公众号。
联系人：孙某；地址：滨江路12号，邮编：350000，电话：0000-7654321
青禾县卫生健康局
2023年6月10日"""
    assert read(f"关于开展职称申报工作的通知\n{BYLINE}\n{body}\n{FOOT}")[1].text == body


def test_cells_of_a_table_do_not_end_a_text() -> None:
    body = f"{OPENING}\n项目\n2022年\n分类\n人员经费\n2100\n更多\n合计\n3390.5"
    draft = read(f"青禾县卫生健康局2022年部门决算\n{BYLINE}\n{body}\n注：数据四舍五入。\n【打印】【关闭】\n12\n{FOOT}")[
        1
    ]
    assert draft.text == f"{body}\n注：数据四舍五入。"


@pytest.mark.parametrize(
    "panel",
    [
        "[ 索引号 ]\t11500112/2020-00431\t[ 发文字号 ]\t青卫发〔2020〕5号\n"
        "[ 发布机构 ]\t青禾县卫健局\t[ 成文日期 ]\t2020-04-08",
        "索引号\t发文字号\t发布机构\t成文日期\n11500112/2020-00431\t青卫发〔2020〕5号\t青禾县卫健局\t2020-04-08",
        "索引号\t11500112/2020-00431\t分类\t建议;提案;\n文号\t青卫发〔2020〕5号\n发布机构\t青禾县卫健局\t成文日期\t2020-04-08",
        "索引号：11500112/2020-00431 发文日期：2020年4月9日 文号：青卫发〔2020〕5号 "
        "成文日期：2020年4月8日 发布机构：青禾县卫健局",
    ],
    ids=["bracketed", "header row", "tabs", "two dates"],
)
def test_panels_of_other_layouts(panel: str) -> None:
    data = read(f"首页 > 政务公开\n{panel}\n关于开展健康监测的通知\n各乡镇卫生院：\n{OPENING}")[1].metadata
    assert (data.index_number, data.document_number) == ("11500112/2020-00431", "青卫发〔2020〕5号")
    assert (data.publisher, data.issued_on) == ("青禾县卫健局", "2020-04-08")


@pytest.mark.parametrize(
    ("byline", "published"),
    [
        ("时间：2020-10-12来源：青禾县城管局浏览：次", "2020-10-12"),
        (
            "【信息来源：青禾县城管局】 【信息时间：2020-10-12 16:20 阅读次数： 】【字号 大 中 小】",
            "2020-10-12T16:20+08:00",
        ),
        ("来源：青禾县城管局 2020-10-12 08:03 大 小 打印", "2020-10-12T08:03+08:00"),
        ("發布日期：2020-10-12 來源：青禾县城管局", "2020-10-12"),
        ("2020-10-12 08:03 来源：青禾县城管局 我要投稿", "2020-10-12T08:03+08:00"),
    ],
)
def test_bylines_of_other_layouts(byline: str, published: str) -> None:
    draft = read(f"青禾县举行义诊活动\n{byline}\n{OPENING}")[1]
    assert (draft.metadata.title, draft.metadata.published_at) == ("青禾县举行义诊活动", published)
    assert (draft.metadata.content_source, draft.text) == ("青禾县城管局", OPENING)


def test_issuers_over_a_title_belong_to_it() -> None:
    names = "青禾省财政厅 青禾省卫生健康委员会"
    head = f"青财社〔2018〕24号\n{names}\n关于调整价格的通知\n各市财政局、卫生健康委员会：\n{OPENING}"
    data = read(f"{head}\n本通知自2018年12月20日起执行。\n青禾省财政厅\n青禾省卫生健康委员会\n2018年11月26日")[
        1
    ].metadata
    assert data.title == f"{names}关于调整价格的通知"
    assert (data.document_number, data.effective_on) == ("青财社〔2018〕24号", "2018-12-20")
    assert (data.issuers, data.issued_on) == (tuple(names.split()), "2018-11-26")


@pytest.mark.parametrize(
    ("head", "foot"),
    [
        (
            "好文范文网 - 写作帮手\n时间：2021-02-17 阅读：3211次 字数统计：4021字",
            "点击下载文档 文档为doc格式\n将本文的Word文档下载到电脑，方便收藏和打印\n推荐度：",
        ),
        (
            "小编寄语：以下是小编为大家整理的总结，仅供参考。",
            "以上就是总结的全部内容，希望对大家有所帮助！\n【青禾县总结】相关文章：\n1.学校计划",
        ),
        ("本文格式为Word版，下载可任意编辑，页眉双击删除即可。", "百度文库·让每个人平等地提升自我\n1 / 3\n第1页共1页"),
        (
            "字数：1620 阅读量：560 更新时间：2023-05-11\n墨香文档 > 医药卫生",
            "0/150\n提交评论\n暂无评论\n您可能感兴趣的文档",
        ),
    ],
)
def test_chrome_of_sharing_sites(head: str, foot: str) -> None:
    title = "青禾县卫生健康局2020年工作总结"
    reading, draft = read(f"{title}\n{head}\n{title}\n{OPENING}\n{MATTER}\n{foot}")
    assert (reading.trust, draft.flags, draft.metadata.title) == ("repost", (), title)
    assert draft.text == f"{OPENING}\n{MATTER}"


def test_spam_below_a_text_is_told_and_left_out() -> None:
    tail = (
        "感谢您访问我们的网站，您可能还对以下资源感兴趣：\n国产精品视频_天天夜夜_av在线播放\n主站蜘蛛池模板： 青禾县|"
    )
    reading, draft = read(f"青禾县2022年工作总结\n{BYLINE}\n{OPENING}\n{tail}")
    assert (reading.trust, draft.text) == ("hijacked", OPENING)


def test_what_a_bureau_fights_is_no_spam() -> None:
    body = f"{OPENING}\n（二）严查棋牌室赌博、代孕和色情服务\n{MATTER}"
    reading, draft = read(f"文旅精品 高清 官网 澳门\n青禾县打击棋牌赌博代孕专项行动总结\n{BYLINE}\n{body}")
    assert (reading.trust, draft.text) == ("claimed", body)


def test_a_page_in_one_line() -> None:
    text = f"青禾县财政局2020年工作总结 发布时间：2021-01-12 来源：青禾县财政局 浏览次数：12 {OPENING * 4}"
    draft = read(text)[1]
    assert (draft.metadata.title, draft.metadata.published_at) == ("青禾县财政局2020年工作总结", "2021-01-12")
    assert draft.text == OPENING * 4


def test_many_short_lines_are_read_in_time() -> None:
    lines = ["合计 1200"] * 20000 + ["VIP会员" * 28 + "X"] * 50 + ["大小:页数:" * 20 + "，"] * 50
    started = perf_counter()
    read("\n".join([OPENING, *lines]))
    assert perf_counter() - started < 8


def test_a_traditional_title_tells_its_period_and_stays_as_printed() -> None:
    head = "香江衛生署2022年工作總結\n發布日期：2023-01-15"
    text = f"{head}\n衛生署持續完善公共衛生體系，推進社區保健服務（包括長者健康評估），門診達78.2萬人次。"
    reading, draft = read(text)
    data = draft.metadata
    assert (data.title, data.issuers) == ("香江衛生署2022年工作總結", ("香江衛生署",))
    assert (data.period_start, data.doc_type, data.published_at) == ("2022-01-01", "总结", "2023-01-15")
    assert (reading.trust, draft.flags, draft.text) == ("claimed", (), text.rpartition("\n")[2])
