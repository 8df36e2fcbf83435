"""What a single line of page text is: prose, a heading, a tool, a counter, the site speaking of itself, a footer."""

from __future__ import annotations

import re

__all__ = ["ends_body", "is_footer", "is_heading", "is_prose", "is_tool"]

# A whole line of these is no part of a document: tools, counters, navigation, what a sharing site counts.
TOOL = (
    r"分享(?:到|至|赚钱|本文)?|转发|点赞|收藏(?:本[页站文])?|加入收藏|设为首页|打印(?:本[页文稿])?|关闭(?:本页|窗口|页面)?|字[号体](?:大小)?"
    r"|文字大小|[大中小](?:号|字)?|放大|缩小|默认|视力保护(?:色)?|保护视力|首页|主页|返回(?:首页|顶部|上[一]?[页级]|列表|目录)?|顶部|登录|注册|退出"
    r"|(?:站内)?搜索|检索|网站(?:地图|导航|首页|无障碍|支持IPv6)|无障碍(?:浏览|阅读)?|长者(?:模式|版|助手)|适老化|关怀版|繁[體体](?:版|中文)?|简体(?:版|中文)?"
    r"|English|微信|微博|新浪微博|QQ空间|QQ|腾讯微博|朋友圈|复制链接|扫一?扫|手机(?:查看|浏览|版)|二维码"
    r"|上传|分类|关于我们|联系我们|朗读|语音(?:播报|朗读)?|收听|播放|暂停|全屏|展开(?:全部|全文)?|收起|更多|查看更多|详情|下载(?:文档|本文|全文|附件)?|立即下载|免费下载"
    r"|领取福利|购买|支付|举报|投诉|反馈|评论|发表评论|admin|游客|匿名|IPv6|客户端|公众号|移动版|PDF|WORD"
)
JOIN = r"[\s|｜/\[\]【】()（）<>《》:：·,，、+\-—_A]*"
TOOLS = re.compile(rf"{JOIN}(?:(?:{TOOL}){JOIN})+", re.I)
COUNTER = re.compile(
    r"^(?:(?:微信|手机)?(?:扫一?扫|扫码).{0,20}|.{0,12}(?:浏览|点击|阅读|访问|下载|人气|查看|热度)(?:次数|量|数|率)?\s*[:：]?\s*\[?\d*\]?\s*次?\)?|\d[\d,]*|[-—–\s]*第?\s*\d+\s*页?[-—–\s]*"
    r"|(?:ID|编号|大小|页数|格式|上传者|上传人|文档类型|积分|价格|所需.{2,4}|关键词)\s*[:：].{0,30}|[\s\W_]+)$",
    re.I,
)
# The site speaks: help, rules, sales talk. Long enough to look like prose.
SPEECH = re.compile(
    r"温馨提示|由用户(?:自行)?上传|用户自行上传|下载收益|版权归(?:属)?|如有(?:侵权|版权)|侵犯.{0,12}(?:权益|版权)|请联系(?:客服|我们|本站|管理员)|本站(?:不|仅|所有|资源|提供)"
    r"|查看预览|请放心下载|付费(?:完成)?后|下载(?:前请|后|文档时|该文档)|网站客服|客服(?:QQ|电话|处理)|仅供(?:参考|学习)|不代表本站|免责声明|版权声明"
    r"|转载请[注标]明|预计阅读|共计?\s*\d+\s*个?字|关注我们|欢迎(?:访问|光临|下载|关注)|为您(?:提供|推荐|整理)|本文(?:地址|链接|网址|由.{1,12}(?:整理|提供|发布))"
    r"|内容来自|免费预览|就下载吧|下载(?:后)?浏览全|未读[，,]|小编|为大家(?:整理|提供|带来|分享|推荐)|希望(?:对[您你]|对大家|能帮)|以上(?:就是|便是|是).{0,30}(?:全部内容|提供|整理|分享)"
    r"|(?:由)?会员(?:分享|上传)|可在线(?:阅读|预览)|阅读全文|[剩余还]剩?余?\s*\d+\s*页|还有\s*\d+\s*页|试读|开通(?:会员|VIP)|登录后"
)
FOOTER = re.compile(
    r"ICP备|公网安备|公安备|版权所有|copyright|©|网站标识码|技术支持|建议使用.{0,30}(?:浏览器|分辨率)|网站(?:监督|举报|管理|维护|邮箱|纠错)|违法和?不良信息"
    r"|(?:地址|邮编|邮政编码)\s*[:：].{0,60}(?:邮编|电话|Email|邮箱|传真)|最佳(?:浏览|分辨率)|主管单位\s*[:：]|(?:网站)?(?:访问|浏览)(?:总)?(?:量|人数)|联系我们.{0,20}(?:网站|隐私|地图)",
    re.I,
)
HOSTED = re.compile(r"^(?:网站)?(?:主办|承办|主管)(?:单位|部门)?\s*[:：]")
AFTER = re.compile(
    r"^[\s【\[（(]*(?:上一[篇条个页]|下一[篇条个页]|前一[篇条]|后一[篇条]|相关(?:文章|链接|阅读|新闻|信息|文档|推荐|内容|资料|范文|报道|稿件)|推荐(?:阅读|文章|文档|信息)"
    r"|延伸阅读|热门(?:文章|文档|推荐|标签|信息)|最新(?:文章|文档|更新|信息)|猜你(?:喜欢|感兴趣)|[你您]可能(?:关注|感兴趣|喜欢|还)|大家(?:都在看|还在看)|友情链接|相关搜索|为您推荐"
    r"|更多(?:文章|文档|相关|精彩)|(?:资源|文档|内容)(?:描述|简介)|相关资源|展开阅读|文档(?:介绍|评论|标签|列表)|标签[:：]|TAGS?[:：]|本文标签|分享到|此文档|领取福利|微信扫码|发表评论|网友评论|用户评论)"
)
FILE_FACTS = re.compile(
    r"^(?:(?:上传(?:人|者|用户|时间|日期)|(?:文档|文件|资源)(?:编号|类型|大小|格式|ID|热度|分类)|下载积分|所需积分|格式|页数|大小|字数|售价|贡献者)"
    r"\s*[:：]\s*\S{0,20}\s*(?:金币|积分|元|分|页)?\s*)+$|^\d+\s*页(?:\s+(?:VIP|[\d.]+\s*(?:元|金币|积分|KB|MB)))*$",
    re.I,
)
HEADING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|第[一二三四五六七八九十百]+[章节条部]|\d{1,2}[、.．](?!\d)|前言|附件)"
)
STOPS = re.compile("[，。；！？,;]")
SENTENCE = 25
LONG = 200


def is_tool(line: str) -> bool:
    """Tools, counters and what the site says of itself; nothing of a document."""
    if len(line) > LONG:
        return False
    if TOOLS.fullmatch(line) or COUNTER.match(line) or FILE_FACTS.match(line):
        return True
    return SPEECH.search(line) is not None


def is_footer(line: str) -> bool:
    """A line of the site's footer: registration numbers, address, copyright."""
    return len(line) <= 2 * LONG and FOOTER.search(line) is not None


def ends_body(line: str, following: list[str]) -> bool:
    """Whether the page's own matter begins here, seen from within the body. 主办单位： is that only above a footer,
    for a document may name the host of a meeting."""
    if len(line) > LONG:
        return False
    if HOSTED.match(line):
        return is_footer(line) or any(is_footer(later) for later in following[:4])
    return AFTER.match(line) is not None or is_footer(line) or is_tool(line)


def is_heading(line: str) -> bool:
    """A numbered heading of a document."""
    return HEADING.match(line) is not None


def is_prose(line: str) -> bool:
    """A sentence of a document: long, with sentence stops, and neither a tool nor a footer."""
    if len(line) < SENTENCE or is_tool(line) or is_footer(line):
        return False
    return len(STOPS.findall(line)) >= 2 or line[-1] in "。！？；：:."
