"""In which language the page speaks: ``?lang=``, else the cookie, else what the browser prefers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from starlette.requests import Request

from archive.vocab import FIELD_BY_NAME
from archive.web.strings import STRINGS

__all__ = ["COOKIE", "LANGUAGES", "Language", "field_label", "language_of", "preferred", "translator"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
COOKIE = "lang"
ENGLISH_LABELS = {
    "site_id_code": "Site ID code",
    "doc_type": "Document type",
    "catalog_class": "Catalogue class",
    "publisher_full": "Publisher in full",
    "attachments": "Attachments",
}


def language_of(request: Request) -> Language:
    for said in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if said in LANGUAGES:
            return "zh" if said == "zh" else "en"
    return preferred(request.headers.get("accept-language", ""))


def preferred(accept: str) -> Language:
    """The language of ours with the highest quality in an Accept-Language header; English where none is named."""
    best: Language = "en"
    most = 0.0
    for part in accept.split(","):
        tag, _, parameter = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1) if parameter else 1.0
        except ValueError:
            quality = 0.0
        if language in LANGUAGES and quality > most:
            best, most = "zh" if language == "zh" else "en", quality
    return best


def translator(language: Language) -> Callable[..., str]:
    """``t(key, **values)``: the string in this language. Two forms parted by ``|`` are for ``n`` one and else.

    Raises KeyError for a key that the table lacks.
    """
    place = LANGUAGES.index(language)

    def t(key: str, /, **values: object) -> str:
        text = STRINGS[key][place]
        if "|" in text:
            one, many = text.split("|")
            text = one if values.get("n") in (1, "1") else many
        return text.format(**values) if values else text

    return t


def field_label(name: str, language: Language) -> str:
    """What a metadata field is called: the label of the pages themselves, or its name in English words."""
    if language == "zh":
        return FIELD_BY_NAME[name].label if name in FIELD_BY_NAME else {"attachments": "附件"}.get(name, name)
    return ENGLISH_LABELS.get(name) or name.replace("_", " ").capitalize()
