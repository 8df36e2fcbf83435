"""What the text around a document says of its site: breadcrumb, site name, site ID code, who runs it, and the
marks of document-sharing sites and of spam."""

from __future__ import annotations

import re
from functools import lru_cache

from archive.script import simplify
from crawler.extract.agencies import fold, is_agency
from crawler.extract.remembered import remembered

__all__ = [
    "breadcrumb",
    "hosts",
    "in_app",
    "is_shared",
    "is_spam_heading",
    "is_spam_line",
    "names_site",
    "paywall",
    "sharing_marks",
    "sharing_site",
    "site_id_code",
    "spam_in_title",
    "spam_words",
]

PLACE = re.compile(r"(?:您|你)?(?:现|当前)?(?:在|的)?(?:所在|所处)?的?(?:当前)?位置(?:是|为)?\s*[:：]?")
FROM_HOME = re.compile(r"\s*(?:网站)?首页\s*[>＞»›]")
STEP = re.compile(r"\s*(?:>+|＞|»|›|→|>>)\s*")
HOME = re.compile(r"^(?:网站|返回)?(?:首|主)页$|^(?:正文|文章正文|内容|详情页?|浏览文章)$")
ID_CODE = re.compile(r"(?:政府)?网站标识码\s*[:：]?\s*([0-9A-Za-z]{10})(?![0-9A-Za-z])")
HOST = re.compile(r"(?:主办|主管|承办|运行管理)(?:单位|部门)?\s*[:：]\s*([\u3400-\u9fff、（）()]{3,40})")

# Strong marks stand on document-sharing sites only; weak ones on others too, and count in company.
STRONG = re.compile(
    r"下载收益|由用户(?:自行)?上传|用户自行上传|分享赚钱|预计阅读时[长间]|领取福利|[你您]可能(?:关注|感兴趣|喜欢)的(?:文档|文章|资料)"
    r"|下载券|金币|版权归(?:属)?(?:原作者|用户|上传者|作者)|上传(?:者|人|用户|时间|日期)|由?会员(?:分享|上传)|小编|共计?\s*\d+\s*个?字|格式\s*[:：]\s*(?:DOCX?|PDF|PPTX?|WPS)"
    r"|页数\s*[:：]\s*\d+|开通会员|VIP|剩余\s*\d+\s*页|还有\s*\d+\s*页|下载(?:本|此|该)文档|文档(?:大小|格式|编号|介绍|ID)"
    r"|[1-9]\d*\s*积分|下载积分|需要?\s*积分|举报(?:本|此|该)?文档|原创力|付费(?:阅读|下载|文档)|试读|免费预览|[还仅]剩\s*\d+\s*页|该文档(?:总?共|由)|浏览全部|范文(?:[\u3400-\u9fff]{0,3}网|大全)|文档网|公众号.{0,12}(?:领取|下载|获取)|下载此文档"
    r"|为(?:大家|您|你)(?:整理|收集|准备|带来)|希望(?:对(?:大家|您|你)|能帮)|】相关文章|本文已影响|本文关键词|本文来(?:源于?|自)\s*[:：]?\s*(?:互联?网|网络)|网络收集|字数统计"
    r"|(?:下载|保存)到(?:你的|您的)?电脑|推荐度|剩余内容|支付(?:完成)?后|登录后下载|文档为\s*\w+\s*格式|大家还看了|[\u3400-\u9fff](?:文档|范文|文库|文秘)\s*[>＞»]|热门搜索|会员登录|百度文库|豆丁网?|道客巴巴|人人文库|淘豆网|让每个人平等|任意编辑|资料来源(?:于)?(?:互联)?网|本文来源\s*[:：]|我要投稿"
    r"|资料网|文秘网|公文网|写作网|[(（](?:通用|精选|汇总|集锦|合集|优秀|热门|推荐|共)\s*\d+\s*[篇页][)）]|内容提供方|发布于[\u3400-\u9fff]{2,3}$",
    re.I,
)
WEAK = re.compile(
    r"下载文档|立即下载|免费下载|加入收藏|微信扫码|大小\s*[:：]\s*[\d.]+\s*[KM]B|相关文档|猜你喜欢|热门文档|推荐文档|最新文档"
    r"|(?<!政策)(?<!文件)文库|本文档|本站(?:所有)?资源|投诉|侵权",
    re.I,
)
SITE = re.compile(
    r"(?<![\u3400-\u9fff])([\u3400-\u9fff]{1,6}?(?:文库|范文网|文档网|公文网|资料网|文秘网|写作网|范文大全))"
)
# A name that ends in a common word is one only where the page puts it up as a name: 墨香文档◆…, 墨香文档 > 行业资料.
NAMED_SITE = re.compile(
    r"(?:^|[\s—－-])(?!(?:相关|推荐|热门|最新|下载|上传|我的|分享|收藏|免费|更多|精选|优质|本|该|此|所有))([\u3400-\u9fff]{2,4}(?:文档|范文|文秘|文秘之家|资料库))(?=\s*[◆>＞»]|\s*$)"
)
SPEAKING_SITE = re.compile(
    r"(?:^|[^\u3400-\u9fff]|来源于)([\u3400-\u9fff]{1,8}网)(?=www|负责|仅|不(?:对|承担|保证)|提供|对|版权|整理|客服|保留|所有|平台)"
)
NO_SITE = re.compile(r"本网|官网|互联网|全网|联网|政策文库|文件库|本站|该网")
# Words that no public body prints; words that it prints of what it fights; and words that are spam in their company.
FOUL = (
    r"久久|国产(?:精品|自拍|视频|av)|无码|有码|丝袜|麻豆|少妇|情色|黄色(?:网站|视频|片)|人妻|毛片|熟女|乱伦|啪啪|夜夜|波多野|伦理片"
    r"|成人(?:av|影视?|电影|视频|小说|网站?|免费|在线)|(?<![a-z])av(?![a-z])|娱乐城|百家乐|老虎机|时时彩|北京赛车|快三|捕鱼|电子游艺|送彩金|蜘蛛池|pk10"
    r"|威尼斯人|皇冠(?:体育|现金|网|国际)|开元棋牌|亚博|(?<![a-z])ag(?:真人|平台|视讯)|真人(?:平台|荷官)|金沙(?:娱乐|国际|网)|葡京|永利(?:娱乐|皇宫|国际)"
    r"|太阳城|(?:壮阳|催情|迷情|迷幻|迷药|春药|伟哥|万艾可|希爱力|印度神油)\S{0,4}?(?:哪里(?:能)?买|网购|代购|货到付款|多少钱|正品|专卖|批发)|bet365|银河娱乐|必威|乐鱼|开云体育|华体会|九游会|爱游戏|星空体育|米乐|欧宝|雷火|凤凰彩票|彩票注册"
)
FOUGHT = r"色情|博彩|外围[女球]|棋牌|私服|代孕|六合彩?|彩票|赌|投注|裸聊"
COMPANY = (
    r"国产|欧美|日韩|亚洲|午夜|成人|一区|二区|三区|免费视频|在线(?:观看|视频|播放)|视频(?:在线|网站)|高清|激情|精品|澳门|真人|开户|外围"
    r"|注册送|官网|游戏平台|下载app|免费观看"
)
SPAM = re.compile(rf"{FOUL}|{FOUGHT}|{COMPANY}", re.I)
ONLY_FOUL = re.compile(rf"{FOUL}|{FOUGHT}", re.I)
WORST = re.compile(FOUL, re.I)
SENTENCE = re.compile(r"[。；、，《》]|^(?:[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[)）])")
JOINED = re.compile(r"[_|｜,\-—]")  # search words are joined by these
WALL = re.compile(
    r"超出(?:了)?免费预览|剩余内容.{0,10}(?:隐藏|付费|支付|下载|登录)|支付(?:完成)?后.{0,6}(?:下载|查看|阅读)|试读(?:已?结束|部分|到此)|(?:开通|购买|登录|付费|会员|订阅).{0,8}(?:阅读|查看|浏览)(?:全文|剩余|更多|完整|后续)"
    r"|(?:剩余|还有|还剩|后面还有)\s*\d+\s*[页%].{0,6}(?:未读|未完|未显示|内容)|(?:未登录|非会员)(?:只能|仅可)"
)
IN_APP = re.compile(
    r"(?:打开|下载|前往|进入)\s*\S{0,6}(?:APP|客户端)\S{0,4}(?:阅读|查看|看)(?:全文|更多|完整|剩余)\S{0,4}", re.I
)
WINDOW = re.compile(r"[_|｜]+|\s[-–—]\s|--+")  # what stands between a window's title and the names around it
LOUD = 3  # different spam words in a few lines; one of them may stand in a headline


@lru_cache(4)  # asked for twice a page
def breadcrumb(chrome: str) -> tuple[str, ...]:
    """The steps of the page's path (当前位置: A > B > C) without 首页 and 正文; empty where none is printed."""
    lines = chrome.splitlines()
    for number, line in enumerate(lines):
        mark = PLACE.search(line) if "位置" in line and len(line) <= 200 else None
        if mark is None:
            continue
        rest = line[mark.end() :].strip() or next((later for later in lines[number + 1 :] if later.strip()), "")
        if steps := _steps(rest):
            return steps
    return next((steps for line in filter(_is_path, lines) if (steps := _steps(line))), ())


@remembered
def _is_path(line: str) -> bool:
    return len(STEP.findall(line)) >= 2 or FROM_HOME.match(line) is not None


def _steps(line: str) -> tuple[str, ...]:
    if not STEP.search(line) or len(line) > 200:
        return ()
    return tuple(
        step for part in STEP.split(line) if (step := part.strip()) and not HOME.match(step) and len(step) <= 60
    )


def names_site(step: str) -> bool:
    """Whether a breadcrumb's first step is the site's name: a public body's, or one that ends in 网 or 门户."""
    return (is_agency(step) and not step.endswith("中心")) or (
        len(step) > 3 and step.endswith(("网", "网站", "门户", "门户网站"))
    )


def site_id_code(chrome: str) -> str | None:
    """The code of the register of government sites: ten signs, beginning with a GB/T 2260 region (bm: ministries)."""
    match = ID_CODE.search(chrome)
    return match[1] if match else None


def hosts(chrome: str) -> tuple[str, ...]:
    """The bodies that the footer names as running the site (主办单位, 承办单位), in order."""
    return tuple(dict.fromkeys(match[1] for match in HOST.finditer(chrome)))


@lru_cache(4)  # asked for three times a page
def sharing_marks(chrome: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The different strong and weak marks of a document-sharing site, as printed."""
    found = [_marks_in(line) for line in chrome.splitlines()]
    strong, weak = (dict.fromkeys(mark for line in found for mark in line[sort]) for sort in (0, 1))
    return tuple(strong), tuple(weak)


@remembered
def _marks_in(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(tuple(fold(match[0]) for match in marks.finditer(line)) for marks in (STRONG, WEAK))  # type: ignore[return-value]


def is_shared(chrome: str) -> bool:
    """Whether a document-sharing site stands around the text."""
    strong, weak = sharing_marks(chrome)
    return len(strong) >= 2 or (len(strong) == 1 and len(weak) >= 2)


def paywall(chrome: str) -> str | None:
    """The words that ask for money or a login before the rest of the text is shown, or None."""
    match = WALL.search(chrome)
    return match[0] if match else None


def sharing_site(chrome: str) -> str | None:
    """The name that a document-sharing site gives itself, or None."""
    for pattern in (SITE, NAMED_SITE, SPEAKING_SITE):
        for line in chrome.splitlines():
            for match in pattern.finditer(line):
                name = re.split("来自|来源于", match[1])[-1]
                if len(name) > 1 and not NO_SITE.search(name):
                    return name
    return None


def spam_words(text: str) -> tuple[str, ...]:
    """The different spam words, where there are enough to be loud and one of them no body prints; else empty."""
    words = tuple(dict.fromkeys(word for line in text.splitlines() for word in _spam_in(line)))
    return words if len(words) >= LOUD and WORST.search(text) else ()


@remembered
def _spam_in(line: str) -> tuple[str, ...]:
    return tuple(match[0].lower() for match in SPAM.finditer(line))


def in_app(chrome: str) -> str | None:
    """The words that send a reader to an app for the rest of the text, or None."""
    match = IN_APP.search(chrome)
    return match[0] if match else None


def spam_in_title(window: str, title: str) -> tuple[str, ...]:
    """The search words that were put into a window's title beside the document's own; empty where there is at most
    one (a bureau's own title may name what it fights)."""
    parts = (part.strip() for part in WINDOW.split(window))
    words = tuple(part for part in parts if part and fold(part) != fold(title) and WORST.search(part))
    return words if len(words) >= 2 else ()


def is_spam_heading(text: str) -> bool:
    """A heading of search words that somebody put in the place of the document's own."""
    plain = simplify(text)
    return is_spam_line(plain) or ("_" in plain and WORST.search(plain) is not None)


@remembered
def is_spam_line(line: str) -> bool:
    """A line of search words: what no public body prints, joined, and no sentence or heading (a bureau writes of
    棋牌, 代孕 and 色情 when it fights them)."""
    foul = {match[0].lower() for match in ONLY_FOUL.finditer(line)}
    if not foul or SENTENCE.search(line):
        return "蜘蛛池" in line
    if len({match[0].lower() for match in WORST.finditer(line)}) >= 2:
        return True
    loud = len(foul) >= 2 or len({match[0].lower() for match in SPAM.finditer(line)}) >= LOUD
    return loud and JOINED.search(line) is not None
