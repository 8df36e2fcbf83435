"""``croissant.json``: the export described for machines (MLCommons Croissant 1.0, JSON-LD).

Every data file with its digest; of Parquet a record set with the fields as well. Readers of Croissant turn the dates of
JSON lines into times of another zone and the arrays of CSV into texts; a WACZ file has no records of this kind.
"""

from __future__ import annotations

from typing import Any

import orjson

from archive.export.card import pretty_name
from archive.export.fields import ExportField, Shape, export_fields
from archive.export.figures import Figures
from archive.export.manifest import Manifest

__all__ = ["CROISSANT", "croissant"]

CROISSANT = "croissant.json"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
MEDIA_TYPES = {
    "jsonl": "application/jsonlines",
    "csv": "text/csv",
    "parquet": "application/x-parquet",
    "wacz": "application/wacz",
}
TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float"}
FILES = "document-files"


def croissant(manifest: Manifest, figures: Figures) -> bytes:
    """The text of the file, UTF-8. ``figures`` give the years that are covered."""
    media_type = MEDIA_TYPES[manifest.format]
    files: list[dict[str, Any]] = [
        {
            "@type": "cr:FileObject",
            "@id": file.name,
            "name": file.name,
            "contentUrl": file.name,
            "contentSize": f"{file.length} B",
            "encodingFormat": media_type,
            "sha256": file.sha256,
        }
        for file in manifest.files
    ]
    said: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "gongkai",
        "description": f"{pretty_name(manifest)}: {manifest.documents} documents. README.md says where they come from, "
        "on what ground each may be passed on, and what is known to be missing.",
        "license": "README.md#rights",
        "inLanguage": "zh",
        "distribution": files,
    }
    years = sorted(year for year in figures.years if year.isdigit())
    if years:
        said["temporalCoverage"] = f"{years[0]}/{years[-1]}"
    if manifest.format == "parquet":
        files.append(
            {
                "@type": "cr:FileSet",
                "@id": FILES,
                "name": FILES,
                "containedIn": [{"@id": file.name} for file in manifest.files],
                "encodingFormat": media_type,
                "includes": f"documents-*.{manifest.format}",
            }
        )
        fields = [_field(field) for field in export_fields(manifest.selection.fold)]
        said["recordSet"] = [
            {"@type": "cr:RecordSet", "@id": "documents", "name": "documents", "key": {"@id": "documents/id"},
             "field": fields}
        ]  # fmt: skip
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _field(field: ExportField) -> dict[str, Any]:
    said = _part(f"documents/{field.name}", field.name, field.shape, field.name, "$")
    said["description"] = f"{field.meaning} ({field.label})"
    if field.repeated:
        said["repeated"] = True
    return said


def _part(id: str, name: str, shape: Shape, column: str, path: str) -> dict[str, Any]:
    said: dict[str, Any] = {"@type": "cr:Field", "@id": id, "name": name}
    if isinstance(shape, str):
        said["dataType"] = TYPES[shape]
    said["source"] = {"fileSet": {"@id": FILES}, "extract": {"column": column}}
    if path != "$":
        said["source"]["transform"] = {"jsonPath": path}
    if not isinstance(shape, str):
        said["subField"] = [_part(f"{id}/{part}", part, inner, column, f"{path}['{part}']") for part, inner in shape]
    return said
