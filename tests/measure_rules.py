"""How often each rule that reads metadata is right, counted on labelled pages: every value that a rule offered for a
field of the gold rows, whether it was chosen or not.

    python -m tests.measure_rules [FOLDER]      FOLDER holds gold.jsonl, urls.json and pages/ (default: those written)
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive.model import Draft
from crawler.extract.page import PageInput, read

WRITTEN = Path(__file__).resolve().parent / "pages" / "written" / "articles"
UNREADABLE = "no value of this field"  # (a dash, the next label): offered nothing
GOLD = {"published": "published_at", "issued": "issued_on"}
FIELDS = ("title", "publisher", "content_source", "index_number", "document_number", "published", "issued")


def fold(value: object) -> str:
    text = "、".join(value) if isinstance(value, tuple) else str(value)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def offered(draft: Draft, field: str) -> Iterator[tuple[str, object]]:
    """(rule, value) of the chosen value and of those that lost."""
    if origin := draft.origins.get(field):
        yield _rule(origin.rule, origin.where), getattr(draft.metadata, field)
    lost = (r for r in draft.rejected if r.field == field and r.why != UNREADABLE)
    yield from ((_rule(r.origin.rule, r.origin.where), r.value) for r in lost)


def _rule(rule: str, where: str) -> str:
    return f"title {where}" if rule == "title" and where != "title" else rule


def main(folder: Path) -> None:
    urls = json.loads((folder / "urls.json").read_text("utf-8"))
    right: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        gold: dict[str, Any] = json.loads(line)
        url = urls.get(gold["file"])
        draft = read(PageInput((folder / "pages" / gold["file"]).read_bytes(), url=url, final_url=url)).draft
        for name in FIELDS if draft else ():
            fair = {fold(answer) for answer in (gold.get(name), *gold.get(f"{name}_alt", [])) if answer}
            for rule, value in offered(draft, GOLD.get(name, name)) if name in gold else ():
                said = fold(value)[:10] if name in GOLD else fold(value)
                total[rule, name] += 1
                right[rule, name] += said in {f[:10] for f in fair} if name in GOLD else said in fair
    for rule in dict.fromkeys(rule for rule, _ in total):
        counts = {name: (right[rule, name], total[rule, name]) for name in FIELDS if total[rule, name]}
        whole = f"{sum(r for r, _ in counts.values())} of {sum(t for _, t in counts.values())}"
        print(f"{rule:28} {whole:12} {'  '.join(f'{n} {r}/{t}' for n, (r, t) in counts.items())}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else WRITTEN)
