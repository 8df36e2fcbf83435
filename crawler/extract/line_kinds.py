"""What a single line of page text is: prose, a heading, a tool, a counter, the site speaking of itself, a footer."""

from __future__ import annotations

import re

from crawler.extract.surroundings import is_spam_line

__all__ = [
    "closes_body",
    "ends_body",
    "is_contact",
    "is_footer",
    "is_heading",
    "is_prose",
    "is_staff",
    "is_tool",
    "only_trims",
]

# A whole line of these is no part of a document: tools, counters, navigation, what a sharing site counts.
TOOL = (
    r"分享(?:到|至|赚钱|本文|按钮)?|转发|点赞|收藏(?:本[页站文])?|加入收藏|设为首页|打印(?:本[页文稿]|文章)?|关闭(?:本页|窗口|页面)?|字[号体](?:大小)?"
    r"|文字大小|[大中小](?:号字?|字(?!号))?|放大|缩小|默认|视力保护(?:色)?|保护视力|首页|主页|返回(?:首页|顶部|上[一]?[页级]|列表|目录)?|顶部|登录|注册|退出"
    r"|(?:站内)?搜索|检索|网站(?:地图|导航|首页|声明|无障碍|支持IPv6)|站点地图|无障碍(?:浏览|阅读)?|长者(?:模式|版|助手)|适老化|关怀版|繁[體体](?:版|中文)?|简体(?:版|中文)?"
    r"|English|微信|微博|新浪微博|QQ空间|QQ|QQ好友|腾讯微博|人人网|朋友圈|复制链接|扫一?扫|手机(?:查看|浏览|版)|二维码|使用帮助|帮助中心|常见问题|(?:意见|建议)(?:建议|意见|反馈)|(?:内容|网站)纠错|政务(?:微博|微信)|网站支持|站长统计"
    r"|上传|分类|关于(?:我们|本站|本网)|联系(?:我们|方式|客服)|隐私(?:声明|保护|政策|条款)|法律声明|免责声明|版权声明|朗读|语音(?:播报|朗读)?|收听|播放|暂停|全屏"
    r"|展开(?:全部|全文)?|收起|更多|查看更多|详情|(?:点击|立即|免费)?下载(?:文档|本文|全文|附件|地址)?|复制(?:全文|本文|文本)|VIP(?:会员|下载|免费下)?|会员(?:中心|登录)?|我要?(?:打印|收藏|纠错|分享)"
    r"|领取(?:福利|优惠券?|红包)|购买|支付|举报|投诉|反馈|(?:发表|我要|写)?评论|提交(?:评论)?|暂无评论|相关|admin|游客|匿名|IPv6|客户端|公众号|移动版|PDF|WORD|推荐度|★+|☆+"
)
JOIN = r"[\s|｜/\[\]【】()（）<>《》「」:：·,，、+\-—_A→>]*"
TOOLS = re.compile(
    rf"{JOIN}(?:(?:{TOOL}){JOIN})++",  # possessive: an attack must not cost minutes
    re.I,
)
# Words of a tool bar; the others (分类, 更多, 大) may also be the cells of a table.
BAR = re.compile(
    "打印|关闭|分享|收藏|返回|扫|微信|微博|登录|字[号体]|下载|会员|VIP|举报|评论|赚钱|首页|客服|关于|联系|领取|纠错",
    re.I,
)
COUNTER = re.compile(
    r"^(?:(?:微信|手机|用手机|请)?(?:扫一?扫|扫码|扫描二维码|长按).{0,20}|关注.{0,8}公众号.{0,12}"
    r"|.{0,12}(?:浏览|点击|阅读|访问|下载|人气|查看|热度|收藏)(?:(?:次数|量|数|率)\s*[:：]?\s*[\[【]?\d*[\]】]?|\s*[:：]\s*[\[【]?\d*[\]】]?|\s*[\[【(（]?\s*\d+\s*[\])）】]?)\s*次?°?[)）]?"
    r"|(?:ID|编号|大小|页数|格式|上传者|上传人|文档类型|积分|价格|所需.{2,4}|关键词|热度)\s*[:：].{0,30})$",
    re.I,
)
NUMBERED = re.compile(
    r"^(?:第?\s*\d+\s*页\s*[,，/]?\s*共\s*\d+\s*页|(?:PAGE|NUMPAGES|\\\*\s*MERGEFORMAT)[\s\d]*|\d[\d,]*|\d+\s*/\s*\d+|[-—–\s]*第?\s*\d+\s*页?[-—–\s]*|[\s\W_]+)$"
)
# Who wrote and approved it, in a line of its own below the text.
STAFF = re.compile(
    r"^[\s\[【(（]*(?:(?:责任编辑|责编|编辑|[一二三初复终]审|审核|审签|签发|校对|撰稿|供稿|作者|摄影|图文|文字|来源|录入|信息发布|初审人?|复审人?|终审人?|信息员|发布人?)\s*[:：]\s*[^\s:：，。]{0,12}[\s|/;；\])）】]*[【\[]?)+"
)
ADDRESS = re.compile(r"^[\s【\[（(]*(?:https?://|www\.)[^\s，。]+(?:\s*[-—|]\s*\S{1,12})?[\s】\]）)]*$", re.I)
# The site speaks: help, rules, sales talk. Long enough to look like prose.
SPEECH = re.compile(
    r"由用户(?:自行)?上传|用户自行上传|下载收益|版权归属|如有侵(?:权|犯)|侵犯.{0,12}(?:权益|版权)|请联系(?:客服|本站|站长|作者删)|联系.{0,6}删除|网站客服|客服(?:QQ|处理)|请放心下载"
    r"|付费(?:完成)?后|下载(?:前请|文档时|该文档|本文档)|不代表本站|转载请[注标]明|预计阅读时|共计?\s*\d+\s*个?字|本文(?:地址|链接|网址|来源\s*[:：]|已影响|由.{1,12}(?:整理|提供|发布))|本文来(?:源于?|自)\s*[:：]?\s*(?:互联?网|网络|于)"
    r"|本文(?:关键词|简介)\s*[:：]|免费预览|就下载吧|下载(?:后)?浏览全|未读[，,]|小编|为(?:大家|您|你)(?:整理|收集|准备|带来|分享|推荐)|希望(?:对[您你]|对大家|能帮)"
    r"|以上(?:就是|便是|是).{0,40}(?:全部内容|的?内容[，,。]|提供|整理|分享|所有内容)|会员(?:分享|上传)|可在线(?:阅读|预览)|剩余?\s*\d+\s*页|剩余.{0,6}(?:内容|页)|还有\s*\d+\s*页"
    r"|开通(?:会员|VIP)|(?:下载|存|保存)到(?:你的|您的)?电脑|文档为\s*\w+\s*格式|(?:查找|收藏和?打?印?)使?用?更方便|方便收藏(?:和|与)打印|(?:会员)?登录后(?:下载|可见|查看|评论)|支付(?:完成)?后(?:下载|查看|阅读)"
    r"|本(?:文档|资料|文)(?:由|来自|为).{0,12}(?:上传|分享|网友|会员)|在线预览(?:结束|到此)|仅供网友|查找使用更|更多(?:精彩)?.{0,10}(?:请|尽在|敬请)(?:关注|访问|继续|点击)|网络收集(?:与)?整理|资料来源(?:于)?(?:互联)?网|任意编辑|页眉双击|百度文库|让每个人平等|公众号.{0,12}(?:领取|下载|获取)|下载此文档|^[(（]?下载\d+-\d+页|我要投稿",
    re.I,
)
# The same words stand in notices of bureaus (登录后填写…): only a short line of them is the site's.
SOFT = re.compile(
    r"温馨提示|版权归|请联系(?:我们|管理员)|本站(?:不|仅|所有|资源|提供)|查看预览|下载后|客服电话|仅供(?:参考|学习)|免责声明|版权声明"
    r"|关注我们|欢迎(?:访问|光临|下载|关注)|为您(?:提供|推荐|整理)|内容来自|阅读全文|试读|登录后"
)
SOFT_AT_MOST = 45
FOOTER = re.compile(
    r"ICP[备证]|公网安备|公安备案?|copyright|©|网站标识码|版权所有|技术支持\s*[:：]|建议使用.{0,30}(?:浏览器|分辨率)"
    r"|网站(?:监督|举报|管理|维护|邮箱|纠错|支持|运维)[^，。；]{0,8}[:：]|违法和?不良信息.{0,6}举报|最佳(?:浏览|分辨率)|主管单位\s*[:：]|(?:网站)?(?:访问|浏览)(?:总)?(?:量|人数)\s*[:：]|联系我们.{0,20}(?:网站|隐私|地图)"
    r"|(?:备案|许可证)(?:编?号)\s*[:：]|All\s*Rights\s*Reserved",
    re.I,
)
CONTACT = re.compile(
    r"^(?:(?:单位|办公|联系|通讯|通信)?地\s*址|邮\s*编|邮政编码|(?:联系|办公|值班|咨询|服务|监督)?(?:电\s*话|热线)|传\s*真|电子邮[箱件]|邮\s*箱|E-?mail)\s*[:：]",
    re.I,
)
HOSTED = re.compile(
    r"^(?:网站|本站)?(?:主办|承办|协办|举办|开办|主管|运维|运行|维护|管理|建设|开发|制作|运营)(?:及?(?:管理|维护|承办))?(?:单位|部门|机构|方)?\s*[:：]"
)
WHOLE = r"(?=[^\u3400-\u9fff，。；]*$|\s*[:：】\]])"
AFTER = re.compile(
    rf"^[\s【\[（(●■◆▲▪•>＞]*(?:(?:上一?[篇条个页]|下一?[篇条个页]|前一[篇条]|后一[篇条]){WHOLE}|(?:上一[篇条个]|下一[篇条个])"
    rf"|相关(?:文章|链接|阅读|新闻|信息|文档|推荐|内容|资料|范文|报道|稿件|解读|政策|文件){WHOLE}|(?:推荐|热门|最新|更多|精彩|随机)(?:阅读|文章|文档|信息|推荐|标签|更新|相关|精彩|范文|资料|内容|搜索)+{WHOLE}"
    rf"|更多(?:相关|精彩)|(?:延伸|扩展|拓展)阅读|猜你(?:喜欢|感兴趣)|[你您]可能(?:还?会?(?:关注|感兴趣|喜欢)|还)|大家(?:都在看|还在看|还看了|正在看)|看过.{{0,6}}还|友情链接|热门搜索|相关搜索|为您推荐"
    rf"|(?:资源|文档|内容)(?:描述|简介){WHOLE}|相关资源|展开阅读|文档(?:介绍|评论|标签|列表){WHOLE}|(?:文章|本文)?标签[:：]|TAGS?[:：]|分享到|此文档|领取福利|微信扫码|发表评论|(?:网友|用户)评论"
    rf"|关于本文|本文标题[:：]|感谢[您你]访问|主站蜘蛛池|蜘蛛池)|^【.{{4,60}}】相关(?:文章|推荐|内容)",
    re.I,
)
FILE_FACTS = re.compile(
    r"^(?:(?:上传(?:人|者|用户|时间|日期)|(?:文档|文件|资源)?(?:编号|类型|大小|格式|ID|热度|分类)|下载积分|所需积分|需要金币|内容提供方|页数|字数(?:统计)?|售价|贡献者|(?:阅读|浏览|下载|点击|收藏|访问)(?:次数|量|数)?|更新(?:时间|日期)|推荐度)"
    r"\s*[:：]\s*\S{0,20}\s*(?:金币|积分|元|分|页|字|次|[KM]B)?\s*(?:[（(][^（）()]{1,20}[)）])?\s*)++$|^\d+\s*页(?:\s+(?:VIP|[\d.]+\s*(?:元|金币|积分|KB|MB)))*$"
    r"|^(?:(?:阅读|浏览|下载|点击|收藏|评论|分享|举报)\s*\d*\s*){2,}+$",
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
    return bool(
        _is_bar(line) or NUMBERED.match(line) or ADDRESS.match(line) or TOOLS.fullmatch(line) or _is_speech(line)
    )


def _is_bar(line: str) -> bool:
    """A bar of tools or a counter, which no table holds."""
    in_bar = TOOLS.fullmatch(line) is not None and BAR.search(line) is not None
    return in_bar or COUNTER.match(line) is not None or FILE_FACTS.match(line) is not None


def _is_speech(line: str) -> bool:
    return SPEECH.search(line) is not None or (
        len(line) <= SOFT_AT_MOST and SOFT.search(line) is not None and not is_heading(line)
    )


def is_footer(line: str) -> bool:
    """A line of the site's footer: registration numbers, copyright. A sentence that speaks of 技术支持 is none."""
    return len(line) <= 2 * LONG and "。" not in line and FOOTER.search(line) is not None


def is_contact(line: str) -> bool:
    """Address, telephone, post code: of a footer, or of a notice."""
    return len(line) <= LONG and CONTACT.match(line) is not None


def is_staff(line: str) -> bool:
    """Editors and reviewers, below a text."""
    if len(line) > LONG or not STAFF.match(line):
        return False
    rest = STAFF.sub("", line)
    return not rest or TOOLS.fullmatch(rest) is not None


def ends_body(line: str, following: list[str]) -> bool:
    """Whether the page's own matter begins here, seen from within the body. 主办单位： is that only above a footer,
    for a document may name the host of a meeting; and so are addresses."""
    if len(line) > LONG:
        return is_spam_line(line)
    if HOSTED.match(line):
        return is_footer(line) or any(is_footer(later) for later in following[:4])
    return closes_body(line) or _is_bar(line)


def closes_body(line: str) -> bool:
    """Whether nothing of the document stands behind this line, whatever follows: other documents, footer, spam."""
    return AFTER.match(line) is not None or is_footer(line) or is_spam_line(line)


def only_trims(line: str) -> bool:
    """Whether the line is chrome at a text's end only: the site's talk, a number, a word that may be a table's cell."""
    return is_tool(line) and not _is_bar(line)


def is_heading(line: str) -> bool:
    """A numbered heading of a document."""
    return HEADING.match(line) is not None


def is_prose(line: str) -> bool:
    """A sentence of a document: long, with sentence stops, and neither a tool nor a footer."""
    if len(line) < SENTENCE or is_tool(line) or is_footer(line) or is_spam_line(line):
        return False
    return len(STOPS.findall(line)) >= 2 or line[-1] in "。！？；：:."
