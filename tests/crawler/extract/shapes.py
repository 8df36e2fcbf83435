"""One invented document printed in many shapes of article page, with chrome that changes from fetch to fetch.

``SHAPES`` maps a shape's name to its markup: everything between the site's head and its footer. ``page`` puts the
chrome around it; another ``tick`` gives other counters, clocks, tokens and lists of links, and the same document.
"""

from __future__ import annotations

__all__ = ["CHROME", "DATE", "INDEX", "NUMBER", "ORGAN", "PARAGRAPHS", "PLAIN", "SHAPES", "TITLE", "page"]

TITLE = "苇塘县水利局关于做好2022年河道清淤计划有关工作的通知（第7号）"
DATE, ORGAN, INDEX, NUMBER = "2022-03-08", "苇塘县水利局", "410027783/2022-00007", "苇办发〔2022〕7号"
PARAGRAPHS = (
    "各街道、各村居委员会要严格执行山洪灾害防御预案，并于每月底前向主管科室反馈进度。",
    "供排水企业应当按期完成冬季取暖保障方案，确保各项措施落到实处。",
    "农业技术推广站统筹安排秋粮收储任务，发现问题立即整改，不得拖延。",
    "相关经费由本级财政统一列支，有关情况将在年终考核中予以体现。",
)
CHROME = ("网站首页", "今天是", "ICP备", "分享到", "打印", "候鸟", "上一篇", "访客", "次浏览", "字体", "点赞", "广告")
"""Words of the chrome; none of them may get into the text."""

PS = "".join(f"<p>　　{p}</p>" for p in PARAGRAPHS)
FILES = (
    '<p><a href="./P020220308001.docx"><img src="/i/doc.gif">清淤登记表.docx</a></p>'
    '<p><a href="./P020220308002.xls">预算.xls</a></p>'
)
LINE = f'<p class="d">发布时间：{DATE} 09:30 来源：{ORGAN} <a>大</a> <a>小</a></p>'
H1 = f"<h1>{TITLE}</h1>"
WORDS = "".join(
    "<p class=MsoNormal>"
    + "".join(f"<span lang=EN-US>{p[i : i + 3]}<o:p></o:p></span>" for i in range(0, len(p), 3))
    + "</p>"
    for p in PARAGRAPHS
)
CELLS = "".join(
    f"<tr>{'<td rowspan=2>片区' + str(n) + '</td>' if n % 2 == 0 else ''}<td>{p[:12]}</td><td>{n * 37 + 11}</td></tr>"
    for n, p in enumerate(PARAGRAPHS)
)
ASIDE = "".join(f'<tr><td><a href="/s/{n}.html">湖区候鸟观察记录{n}</a></td></tr>' for n in range(8))
COPY = f"{H1}{LINE}{PS}"

PLAIN: dict[str, str] = {
    "lines by br": f'<div class="bt">{TITLE}</div>{LINE}<div class="nr">{"<br><br>".join(PARAGRAPHS)}</div>',
    "a div a paragraph": f"{H1}{LINE}<div class=x1>{''.join(f'<div>{p}</div>' for p in PARAGRAPHS)}</div>",
    "word by word": f'<h2>{TITLE}</h2>{LINE}<div class="txt"><div class="Section0">{WORDS}</div></div>',
    "laid out by tables": (
        f"<table><tr><td valign=top><table>{ASIDE}</table></td><td><table><tr><td align=center>{TITLE}</td></tr>"
        f"<tr><td>发布日期：{DATE}</td></tr><tr><td><table><tr><td>{PS}</td></tr></table></td></tr></table></td></tr>"
        "</table>"
    ),
    "two copies": f'<div class="pc">{COPY}</div><div class="wap">{COPY}</div>',
    "two blocks": f"<div>{H1}{LINE}<div class=xl><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>"
    f"</div><div class=xl><p>{PARAGRAPHS[2]}</p><p>{PARAGRAPHS[3]}</p></div></div>",
    "nested editor": (
        f"{H1}{LINE}<div class=TRS_Editor><style>.TRS_Editor P{{}}</style><div class=TRS_Editor>{PS}</div></div>"
    ),
    "title in two lines": f"<h1>{TITLE[:16]}<br>{TITLE[16:]}</h1>{LINE}<div>{PS}</div>",
    "preformatted": f"{H1}{LINE}<pre>{chr(10).join(PARAGRAPHS)}</pre>",
    "lists and sections": f"{H1}{LINE}<div><section><p>{PARAGRAPHS[0]}</p></section><ol><li>{PARAGRAPHS[1]}</li><li>"
    f"{PARAGRAPHS[2]}</li></ol><h3>其他</h3><p>{PARAGRAPHS[3]}</p></div>",
    "a frame that counts visits": f"{H1}{LINE}<iframe src='/count.html' width=0></iframe><div class=b>{PS}</div>",
    "a bare date": f"<p>{TITLE}</p><p>2022.03.08 10:20:30</p><span>{'</span><br><span>'.join(PARAGRAPHS)}</span>",
    "date from a script": f"<script>var pubdata='2022年03月08日';</script>{H1}<div><p></p>{PS}</div>",
    "stray end of the page": f"</body></html>{H1}{LINE}<div>{PS}</div>",
}
"""Shapes with the whole body; they print the title and the date of publication."""

SHAPES: dict[str, str] = PLAIN | {
    "a table of data": (
        f"{H1}{LINE}<div class=xl><table><tr><th>片区</th><th>事项</th><th>万元</th></tr>{CELLS}</table></div>"
    ),
    "a picture": f"{H1}{LINE}<div class=xl><p><img src='/W020220308.jpg' width=700></p></div>",
    "a file in a viewer": f"{H1}{LINE}<div class=xl><iframe src='/pdfjs/viewer.html?file=/f/7.pdf'></iframe></div>",
    "an embedded file": f"{H1}{LINE}<div class=xl><embed src='/f/7.pdf'></div>",
    "see the files": f"{H1}{LINE}<div class=xl><p>见附件</p>{FILES}</div>",
    "one sentence": f"{H1}{LINE}<div class=xl><p>同意该方案。</p></div>",
    "panel in cells": (
        f"<table><tr><td>索 引 号：</td><td>{INDEX}</td><td>发布机构：</td><td>{ORGAN}</td></tr>"
        f"<tr><td>文  号：</td><td>{NUMBER}</td><td>发布日期：</td><td>{DATE}</td></tr></table>"
        f"<p class=title>{TITLE}</p><div>{PS}</div>"
    ),
    "panel with titles over values": (
        "<table><tr><th>索引号</th><th>发布机构</th><th>文号</th><th>发布日期</th></tr>"
        f"<tr><td>{INDEX}</td><td>{ORGAN}</td><td>{NUMBER}</td><td>{DATE}</td></tr></table>{H1}<div>{PS}</div>"
    ),
    "panel as dl": (
        f"<dl><dt>索引号</dt><dd>{INDEX}</dd><dt>公开责任部门</dt><dd>{ORGAN}</dd><dt>发文字号</dt><dd>{NUMBER}</dd>"
        f"<dt>发布日期</dt><dd>{DATE}</dd><dt>废止日期</dt><dd></dd></dl>{H1}<div>{PS}</div>"
    ),
    "panel as li": (
        f"<ul><li><strong>索 引 号</strong> {INDEX}</li><li><strong>发布机构</strong> {ORGAN}</li>"
        f"<li><strong>发文字号</strong> {NUMBER}</li><li><strong>发布日期</strong> {DATE}</li>"
        f"<li><strong>失效日期</strong> </li></ul>{H1}<div>{PS}</div>"
    ),
    "panel in one line": (
        f"<div>索引号：{INDEX} 公文目录：通知 发文日期： 文  号：{NUMBER} 发布机构：{ORGAN} 成文日期： "
        f"发布日期：{DATE}</div>{H1}<div>{PS}</div>"
    ),
    "panel beside a hidden template": (
        "<div style='display:none'><table><tr><td>索引号：</td><td>000000000/0000-00000</td></tr></table></div>"
        f"<!--<p>索引号：1-1</p>--><table><tr><th>索引号</th><td>{INDEX}</td><th>发布机构</th><td>{ORGAN}</td></tr>"
        f"<tr><th>文号</th><td>{NUMBER}</td><th>发布日期</th><td>{DATE}</td></tr></table>{H1}<div>{PS}</div>"
    ),
}


def page(middle: str, tick: int = 0) -> bytes:
    """The whole page, UTF-8. ``tick``: which fetch it is."""
    n = 1000 + 37 * tick
    hot = "".join(f'<li><a href="/r/{n + i}.html">湖区候鸟观察记录第{n + i}辑</a></li>' for i in range(4))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{TITLE}-苇塘县人民政府</title></head><body>"
        f"<div><a href='/'>网站首页</a> <a href='/zw/'>政务公开</a> 今天是2031年{tick % 12 + 1}月6日</div>{middle}"
        f"<div>浏览次数：{n}</div><div>分享到：<a>微信</a> [打印] 字体：<a>大</a></div><div>点赞({n})</div>"
        f"<div>广告：候鸟节{n}</div><div class='xgyd'><h3>推荐阅读</h3><ul>{hot}</ul></div>"
        f"<div>上一篇：<a href='/r/{n}.html'>候鸟{n}</a></div>"
        f"<div>打印时间：2031-05-0{tick % 9 + 1} 10:1{tick % 9}</div>"
        f"<input type=hidden name=token value={n}><div class='foot'><p>主办单位：苇塘县人民政府办公室</p>"
        f"<p>霁ICP备0000号 您是第{n}位访客</p></div></body></html>"
    ).encode()
