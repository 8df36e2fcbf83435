"""What on a page is not the document: tools, counters, breadcrumbs, share bars, footers, hidden copies.

Chrome must never get into the text: it changes from fetch to fetch, and a changed text says that the publisher
changed the document.
"""

from __future__ import annotations

import re

from lxml.html import HtmlElement

from crawler.extract.blocks import Block
from crawler.extract.remembered import remembered

__all__ = ["COUNTERS", "is_chrome_element", "is_footer", "is_prose", "is_tool_line", "starts_chrome"]

TOOLS = (
    "打印(?:本页|此页|本文|文章|页面|当前页面?)?|关闭(?:窗口|本页|此页|当前(?:页面?|窗口)|页面)?|返回(?:顶部|首页|列表|上一页|上页)?|"
    "(?:加入)?收藏(?:本页|本文)?|分享(?:到|至|本文)?|友善列印|列印(?:本頁)?|轉寄(?:友人)?|回上[一]?頁|回頁首|字級|字[号体]|超?大|中|小|默认|标准|(?:我要)?纠错|微信|(?:新浪|腾讯)?微博|"
    "QQ(?:空间|好友)?|朋友圈|百度|人人网?|复制(?:链接|网址)|保存|下载(?:本页|本文)?|语音(?:播报|朗读)?|播放|朗读|"
    "视力保护色?|保护视力色?|点赞|评论|扫一扫|手机(?:版|看|扫一扫)|回到?顶部|TOP|更多|A[+＋-]|页面"
)
EDGE = r"[\s:：|｜·/【】\[\]（）()<>«»,，、。.+＋-]*"
TOOL_LINE = re.compile(rf"{EDGE}(?:(?:{TOOLS}){EDGE})+", re.I)
# Lines that begin like this are chrome at the edges of a body, whatever follows in them.
STARTS = re.compile(
    r"[\s【\[（(|·>»«<＜‹]*(?:当前位置|您?(?:现在|当前)?(?:所在)?的?(?:所在)?位置[:：]|"
    r"(?:浏览|点击|阅读|访问|查看)(?:次数|数|量|率|人次)?\s*[:：]|浏览次数|阅读次数|"
    r"字[号体]\s*[:：【\[]|扫一扫|扫描二维码|微信扫|用微信|用手机|手机扫|分享(?:到|至)?\s*[:：]|今天是|现在时间|"
    r"上一?[篇条页则]|下一?[篇条页则]|前一[篇条]|后一[篇条]|"
    r"相关(?:链接|阅读|稿件|文章|新闻|报道|文档|解读|信息|推荐|资讯|政策)\s*(?:[:：】\]>»].*)?$|"
    r"(?:相关|稿件|文件)(?:附件|解读|图解|关联)\s*(?:[:：】\]>»].*)?$|热[点门](?:推荐|文章|新闻|话题|关注|信息|资讯)|(?:编辑|为您|猜你)(?:推荐|喜欢)|推荐阅读|延伸阅读|责任编辑|责编|打印(?:时间|日期)|"
    r"(?:现在|当前)(?:是|时间)\s*[:：]?\s*\d|点赞\s*[:：(（]?\s*\d*|在线人数|(?:本[文页]|文章|此文)?已?(?:累计)?被?(?:访问|浏览|阅读|点击)"
    r"(?:量|数|人数|次数)?\s*[:：(（]?\s*\d+|(?:累计|总)(?:访问|浏览|阅读|点击)|广告\s*[:：]|今日天气|天气\s*[:：]|"
    r"(?:该|此|本)(?:信息|内容|文章|页面?|文)对您?是否有(?:帮助|用)|本文来源[:：]|(?:正在|内容|数据|页面)\S{0,2}加载|加载中|您正在收听|(?:点击|正在)(?:播放|收听|播报)|语音播报|(?:信息|文章|稿件)?来源\s*[:：]|发布(?:时间|日期|机构|人|者)\s*[:：]|发表(?:时间|日期)\s*[:：]|"
    r"[【\[]?打印|[【\[]?关闭|返回顶部|政府网站标识码|网站标识码|版权所有|版权声明|您是第)"
)
FOOTER = re.compile(
    r"ICP\s*备|公网安备|网站标识码|版权所有|copyright|©|主办单位?[:：]|承办单位?[:：]|技术支持[:：]|网站地图|联系我们|"
    r"友情链接|建议使用|运行维护(?:单位|机构|部门)?\s*[:：]|邮编[:：].*电话|地址[:：].*(?:电话|邮编)",
    re.I,
)
COUNTERS = re.compile(r"[（(【\[]?\s*(?:已?下载|点击|浏览|阅读)(?:次数)?\s*[:：]?\s*\d*\s*次\s*[）)】\]]?")
TOKEN = re.compile(
    r"(?:^|[-_ ])(?:bd|js|my|w|m|div|article|content|news|info|xl|con|wz)?[-_]?"
    r"(?:share\w*|bdshare\w*|fenxiang|print\w*|dayin|qr|qrcode\w*|ewm|erweima|footer\w*|foot|breadcrumbs?|crumbs?|dqwz|"
    r"mbx|related\w*|relate|xgyd|xgwz|xgxx|xglj|xgnews|pager|pagination|prevnext|prev|next|toolbar|tools?|counter|hits|"
    r"visit\w*|fujian\w*|fjlist|fjxz|attach\w*|annex\w*|editor-?name|bianji|zrbj|pagesource|comment\w*|hot\w*|"
    r"recommend\w*|copyright|sidebar|associat\w*)(?:$|[-_ \d])",
    re.I,
)
PROSE = re.compile(r"[，。；！？,;]")


@remembered
def is_tool_line(text: str) -> bool:
    """A line of nothing but tools (print, close, share, font size)."""
    return len(text) <= 120 and TOOL_LINE.fullmatch(text) is not None


@remembered
def starts_chrome(text: str) -> bool:
    """A short line that begins like a counter, a breadcrumb, a link to the next article or a source line."""
    return len(text) <= 200 and STARTS.match(text) is not None


@remembered
def is_footer(text: str) -> bool:
    """Words of a site's footer; the caller decides how much text may stand around them."""
    return FOOTER.search(text) is not None


def is_chrome_element(element: HtmlElement) -> bool:
    """Whether id or class name it as chrome (share bar, QR code, related links, attachment box)."""
    classes, name = element.get("class"), element.get("id")
    return bool(classes or name) and _names_chrome(f"{classes or ''} {name or ''}")


@remembered
def _names_chrome(names: str) -> bool:
    return TOKEN.search(names) is not None


def is_prose(block: Block) -> bool:
    """A line of running text: punctuated, long enough, mostly not links."""
    size = len(block.text)
    if size < 12 or 2 * block.linked > size or PROSE.search(block.text) is None:
        return False
    return not is_footer(block.text) and not starts_chrome(block.text)
