"""Where the body stands: ids, classes and tags of the content systems, as data, and finding them in one pass."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.extract.remembered import remembered

__all__ = ["KNOWN", "LIKELY", "VAGUE", "Marks", "index_marks"]

KNOWN: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("trs", (".trs_editor_view", ".trs_ueditor", ".trs_paper_default", ".trs_editor", ".trs_web", ".trs_word")),
    ("kaipuyun", ("#ucap-content", "ucapcontent", "#ucapcontent", ".ucap-content")),
    ("hanweb", ("#zoom", "#zoomcon")),
    ("nfcms", ("#zoomcon", ".content_article", ".xl-nr", ".article-content")),
    ("vsb", ("#vsb_content", "#vsb_content_2", "#vsb_content_4", "#vsb_content_500", "#vsb_content_501",
             "#vsb_content_1001", ".v_news_content")),
    ("shanghai", ("#ivs_content",)),
    ("easysite", ("#easysitetext",)),
    ("cac", ("#bodylabel",)),
    ("gov.cn", ("#ucap-content", ".pages_content", ".article_con")),
    ("epoint", (".ewb-article-info", ".ewb-info-content", ".infodetail", "#infodetail")),
    ("openness", (".j-fontcontent", ".newstext", ".wzcon", ".gkwz_contnet")),
)  # fmt: skip
"""Content system → selectors (``#id``, ``.class``, ``tag``; lower case), best first."""

LIKELY: tuple[str, ...] = (
    "#info_content", "#articlecontent", "#article-content", "#article_content", "#articletext", "#articlewrap",
    "#contenttext", "#content-text", "#newscontent", "#news_content", "#textbody", "#artibody", "#conn",
    "#p-detail", "#wenzhang-content",
    ".article_content", ".articlecontent", ".article-con", ".article-body", ".article_body", ".artcontent",
    ".news_content", ".news-content", ".newscontent", ".newscon", ".detail-content", ".detail_content",
    ".detailcon", ".detailcontent", ".con_text", ".content-text", ".content_text", ".contenttext", ".txtcontent",
    ".xxgk_content", ".wz_content", ".wzcontent", ".wz-content", ".main-txt", ".main_txt",
)  # fmt: skip
"""Names that many sites give their body, and few to other things."""

VAGUE: tuple[str, ...] = (
    "#main-content", "#maincontent", "#zw", "#nr", "#con", "#text", ".txt", ".text", "#article", "#content",
    ".content", ".article", ".con",
)  # fmt: skip
"""Names of bodies and of much else: taken only when the text bears it out."""

SELECTORS = frozenset((*(s for _, selectors in KNOWN for s in selectors), *LIKELY, *VAGUE))


@dataclass(frozen=True, slots=True)
class Marks:
    """Elements by lower-cased id, class token and (own) tag, each in page order."""

    named: dict[str, list[HtmlElement]]

    def find(self, selectors: Iterable[str]) -> list[HtmlElement]:
        """All elements that a selector names, in the order of the selectors, each once."""
        found: dict[HtmlElement, None] = {}
        for selector in [selector for selector in selectors if selector in self.named]:
            found.update(dict.fromkeys(self.named[selector]))
        return list(found)


def index_marks(tree: HtmlElement) -> Marks:
    """The elements of the page that any of the selectors above names."""
    named: dict[str, list[HtmlElement]] = {}
    for element in tree.iter():
        if (name := element.get("id")) and (selector := "#" + name.strip().lower()) in SELECTORS:
            named.setdefault(selector, []).append(element)
        if classes := element.get("class"):
            for selector in _selectors(classes):
                named.setdefault(selector, []).append(element)
        if element.tag in SELECTORS:
            named.setdefault(element.tag, []).append(element)
    return Marks(named)


@remembered
def _selectors(classes: str) -> tuple[str, ...]:
    return tuple(selector for token in classes.lower().split() if (selector := "." + token) in SELECTORS)
