"""Exports: documents out of the archive into plain files that say what they are."""

from archive.export.files import ExportedFile
from archive.export.folder import FORMATS, export
from archive.export.manifest import Manifest
from archive.export.selection import Selection

__all__ = ["FORMATS", "ExportedFile", "Manifest", "Selection", "export"]
