"""The words of the dataset card, once in English and once in Chinese."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHINESE", "ENGLISH", "Words"]


@dataclass(frozen=True, slots=True)
class Words:
    """All that the card says in one language; ``{…}`` are filled in by ``archive.export.card``."""

    title: str
    what: str
    provenance_title: str
    provenance: tuple[str, ...]
    rights_title: str
    rights: tuple[str, ...]
    removal_title: str
    removal: tuple[str, ...]
    files_title: str
    files: dict[str, tuple[str, ...]]
    update_title: str
    update: tuple[str, ...]
    fields_title: str
    fields_text: tuple[str, ...]
    quality_title: str
    quality: tuple[str, ...]
    gaps_title: str
    gaps: tuple[str, ...]
    fact_documents: str
    fact_update: str
    fact_bytes: str
    fact_query: str
    fact_all: str
    fact_official: str
    fact_untrusted: str
    fact_folded: str
    fact_gone: str
    gap_failed: str
    gap_unread: str
    gap_gone: str
    gap_uncaptured: str
    gap_attachments: str
    bases: dict[str, str]
    robots: dict[str, str]
    source: str
    name: str
    documents: str
    terms: str
    none_known: str
    basis: str
    meaning: str
    times: str
    by_trust: str
    by_flag: str
    by_year: str
    by_issue: str


ENGLISH = Words(
    title="What this is",
    what=(
        "Documents that Chinese authorities disclose on their websites (政府信息公开): the clean text with "
        "publisher, index number, document number, dates and period, each as it was last read from a stored capture "
        "of the page."
    ),
    provenance_title="Provenance",
    provenance=(
        "Every page was fetched by gongkai or imported from files that somebody had saved, and its bytes were kept "
        "in WARC files before anything was read from them. robots.txt was obeyed; the table says what it said when "
        "the captures of these documents were made (*no rule*: the site has no robots.txt; *not recorded*: an "
        "imported file). Terms of use are linked where a capture names them; that none is known does not mean that "
        "there are none.",
    ),
    rights_title="Rights",
    rights=(
        "No licence is granted by this export, and none of its figures is legal advice. Each document carries "
        "`rights_basis`, set by a written rule (`archive/export/rights.py`). The Copyright Law of the PRC (2020), "
        "article 5, does not protect laws and regulations, resolutions, decisions and orders of state organs, other "
        "documents of a legislative, administrative or judicial nature, and their official translations. It does "
        "protect what media wrote and what people uploaded, and perhaps what a bureau writes about its own work. "
        "Personal information stays subject to the Personal Information Protection Law (2021) whatever the class.",
    ),
    removal_title="Requests for removal",
    removal=(
        "A request goes to whoever publishes this export. A document that is withdrawn is hidden in the archive "
        "behind a tombstone and never exported again; its id stands in `removed.jsonl` of every later export, "
        "without title, text, address or reason. **Whoever holds an older export has to drop the documents that a "
        "newer `removed.jsonl` names.**",
    ),
    files_title="Files",
    files={
        "jsonl": (
            "`documents-*.jsonl`: one JSON object a line, UTF-8, ordered by `id`. Some readers (`datasets`, pandas) "
            "make times of the dates on their own and move them to UTC: export as Parquet, which keeps them as they "
            "were printed, or read the lines with a JSON library.",
        ),
        "csv": (
            "`documents.csv`: UTF-8 with BOM; the values of an array are joined by ` | `. A cell may begin with `=`: "
            "import the columns as text.",
        ),
        "parquet": ("`documents-*.parquet`: zstd, ordered by `id`, one schema throughout.",),
        "wacz": (
            "`documents.wacz`: the captures themselves (WACZ 1.1.1), to be opened in ReplayWeb.page or any WARC "
            "tool. The records stand in it byte for byte as they were written when the pages were fetched.",
        ),
        "about": (
            "`manifest.json`: filters, counts, fields and the SHA-256 of every file. `digests.tsv`: the digest of "
            "every document's record: SHA-256 of its values, in the order of the manifest's fields, as one JSON "
            "array (UTF-8, no blanks), with `text` and `markdown` replaced by their own SHA-256 and without "
            "`last_seen_at`. `removed.jsonl`: what readers of older exports have to drop. `croissant.json`: the same "
            "for machines.",
        ),
    },
    update_title="This is an update",
    update=(
        "It holds only what is new or changed since the export whose manifest has the SHA-256 in `since`. To bring "
        "that export up to date: drop the documents that `removed.jsonl` names, replace or add those of this folder, "
        "and take `last_seen_at` from `digests.tsv`, which lists every document of the whole.",
    ),
    fields_title="Fields",
    fields_text=(
        "*Filled*: share of the documents of this export that have a value. Dates of pages are Asia/Shanghai with "
        "the precision that was printed; times of captures are UTC.",
    ),
    quality_title="Quality",
    quality=(
        "Texts and fields were read by rules from pages of many templates and hold errors. *Trust* says how far a "
        "page may be believed: `official` (a government domain or a verified site, and a publisher that fits), "
        "`claimed` (looks official, nothing proves it), `repost`, `hijacked` (injected text), `unknown`.",
    ),
    gaps_title="Known gaps",
    gaps=("What is known to be missing or doubtful in the sources of these documents:",),
    fact_documents="{documents:,} documents here, of {selected:,} that the filters mean",
    fact_update="{unchanged:,} are unchanged since the earlier export and not repeated; {removed:,} ids to be dropped",
    fact_bytes="{megabytes:,.1f} MB of plain text (UTF-8)",
    fact_query="filter: `{query}`",
    fact_all="no filter",
    fact_official="official documents only",
    fact_untrusted="reposts, hijacked and unproven documents included: see `trust`",
    fact_folded="{folded:,} copies folded under their original (`copies`)",
    fact_gone="{gone:,} whose page is gone from its site (`gone_at`)",
    gap_failed="{source}: {count:,} addresses could not be fetched or read",
    gap_unread="{count:,} documents were captured but are not read yet",
    gap_gone="{count:,} documents were gone from their site when it was last looked at",
    gap_uncaptured="{count:,} documents lack a capture in the WACZ file: see `without_capture` in manifest.json",
    gap_attachments="attachments are listed with name and address; their files are not part of this export",
    bases={
        "law_text": "legal instrument or numbered official letter of an authority: not protected (article 5)",
        "media": "written by a newspaper, agency, station or portal, or reprinted by one",
        "uploader": "a copy from a document-sharing site",
        "unclear": "everything else: summaries, plans, speeches, unproven or altered texts",
    },
    robots={"allowed": "allowed", "none": "no rule", "disallowed": "disallowed", "unknown": "not recorded"},
    source="Source",
    name="Name",
    documents="Documents",
    terms="Terms of use",
    none_known="none known",
    basis="Basis",
    meaning="Meaning",
    times="Times",
    by_trust="Trust",
    by_flag="Flag",
    by_year="Year of publication, else of signing",
    by_issue="Issue (all of the sources' runs)",
)

CHINESE = Words(
    title="说明",
    what=(
        "本数据集收录中国各级行政机关在其网站上公开的政府信息：去除导航与版式后的正文，以及发布机构、索引号、"
        "发文字号、日期和所涉时期。每份文件均为对已保存网页的最近一次解析结果。"
    ),
    provenance_title="数据来源",
    provenance=(
        "所有网页由 gongkai 抓取，或由他人保存的文件导入；原始字节先写入 WARC 文件，之后才进行解析。抓取遵守 "
        "robots.txt，下表列出抓取时的判定（“无规则”指该站没有 robots.txt，“未记录”指导入的文件）。"
        "网页注明使用条款的附有链接；未列出并不表示该站没有使用条款。",
    ),
    rights_title="权利状况",
    rights=(
        "本次导出不授予任何许可，其中数字亦非法律意见。每份文件带有 `rights_basis` 字段，"
        "按成文规则判定（`archive/export/rights.py`）。《中华人民共和国著作权法》（2020年修正）第五条规定，"
        "该法不适用于法律、法规，国家机关的决议、决定、命令和其他具有立法、行政、司法性质的文件，及其官方正式译文。"
        "媒体撰写的文章、个人上传的内容受其保护，机关总结自身工作的文字也可能受其保护。无论属于哪一类，"
        "个人信息均受《个人信息保护法》（2021年）约束。",
    ),
    removal_title="撤回请求",
    removal=(
        "撤回请求请向发布本数据集者提出。撤回的文件在档案库中隐藏，不再导出；其编号列入此后每次导出的 "
        "`removed.jsonl`，不含标题、正文、网址和理由。**持有旧版数据者，应删除新版 `removed.jsonl` 所列文件。**",
    ),
    files_title="文件",
    files={
        "jsonl": (
            "`documents-*.jsonl`：每行一个 JSON 对象，UTF-8，按 `id` 排序。某些程序（`datasets`、"
            "pandas）会自行把日期转换为 UTC 时间；需保留原样者请导出为 Parquet，或用 JSON 库逐行读取。",
        ),
        "csv": ("`documents.csv`：UTF-8（带 BOM）；数组各项以 ` | ` 分隔。单元格可能以 `=` 开头，请按文本导入。",),
        "parquet": ("`documents-*.parquet`：zstd 压缩，按 `id` 排序，结构统一。",),
        "wacz": (
            "`documents.wacz`：网页存档本身（WACZ 1.1.1），可用 ReplayWeb.page 或任何 WARC 工具打开；"
            "其中记录与抓取时写入的字节完全一致。",
        ),
        "about": (
            "`manifest.json`：筛选条件、数量、字段及各文件的 SHA-256。`digests.tsv`：每份文件记录的摘要，即按 "
            "manifest 的字段次序把各字段的值写成一个 JSON 数组（UTF-8，无空格），以 `text`、`markdown` 各自的 "
            "SHA-256 代替其内容，并去掉 `last_seen_at` 之后的 SHA-256。`removed.jsonl`：持有旧版者应删除的文件。"
            "`croissant.json`：供程序读取的同样说明。",
        ),
    },
    update_title="本次为增量更新",
    update=(
        "本目录只含自 `since` 所指导出以来新增或变更的文件。更新方法：删除 `removed.jsonl` 所列文件，"
        "用本目录中的文件替换或补充，再按 `digests.tsv`（列出全部文件）更新 `last_seen_at`。",
    ),
    fields_title="字段",
    fields_text=(
        "各字段的名称、中文标签、类型、填充率和含义见上文 Fields 一节的表格。网页日期为北京时间，保留原有精度；"
        "抓取时间为 UTC。",
    ),
    quality_title="质量",
    quality=(
        "正文和字段由规则从多种模板的网页中解析得出，难免有误。`trust` 表示可信程度："
        "`official`（政府域名或经核实的网站，且发布机构相符）、`claimed`（貌似官方，但无证据）、`repost`（转载）、"
        "`hijacked`（被注入内容）、`unknown`（不明）。",
    ),
    gaps_title="已知缺漏",
    gaps=("这些文件的来源站点中，已知缺失或存疑之处：",),
    fact_documents="本目录 {documents:,} 份文件；符合筛选条件的共 {selected:,} 份",
    fact_update="{unchanged:,} 份自上次导出以来未变，不再重复；应删除的编号 {removed:,} 个",
    fact_bytes="正文共 {megabytes:,.1f} MB（UTF-8）",
    fact_query="筛选条件：`{query}`",
    fact_all="无筛选条件",
    fact_official="仅含官方文件",
    fact_untrusted="包含转载、被篡改及来源未证实的文件，见 `trust`",
    fact_folded="{folded:,} 份副本列在其原件之下（`copies`）",
    fact_gone="{gone:,} 份的网页已下线（`gone_at`）",
    gap_failed="{source}：{count:,} 个网址无法抓取或解析",
    gap_unread="{count:,} 份已抓取而尚未解析",
    gap_gone="{count:,} 份在最近一次检查时已从网站下线",
    gap_uncaptured="{count:,} 份在 WACZ 中缺少网页存档，见 manifest.json 的 `without_capture`",
    gap_attachments="附件只列名称和网址，文件本身不在本次导出之内",
    bases={
        "law_text": "机关的规范性文件或有文号的公文：不受著作权法保护（第五条）",
        "media": "报刊、通讯社、电台、电视台或网站撰写或转载",
        "uploader": "文档分享网站上的副本",
        "unclear": "其他：总结、计划、讲话，以及未证实或被改动的文字",
    },
    robots={"allowed": "允许", "none": "无规则", "disallowed": "禁止", "unknown": "未记录"},
    source="来源",
    name="名称",
    documents="文件数",
    terms="使用条款",
    none_known="未知",
    basis="依据",
    meaning="含义",
    times="次数",
    by_trust="可信度",
    by_flag="标记",
    by_year="发布年份（无则为成文年份）",
    by_issue="问题（来源站点历次运行）",
)
