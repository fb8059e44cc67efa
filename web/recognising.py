"""Which of several uploaded files is the county's workbook, by the names of its sheets alone.

Only the list of sheets is looked at here, bounded in size; what is in them is read by the planner in a limited process.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from werkzeug.datastructures import FileStorage

from planner.workbook import schema
from planner.workbook.read import sheet_named

_MOST_BYTES = 1_000_000
_MOST_NAMES = 2_000
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\bname=\"([^\"]*)\"")
_LIST_OF_SHEETS = "xl/workbook.xml"


@dataclass(frozen=True, slots=True)
class Sorted:
    """Uploaded files, told apart: county workbooks and everything else, each in the order sent."""

    workbooks: tuple[FileStorage, ...]
    others: tuple[FileStorage, ...]


def sort_files(files: Sequence[FileStorage]) -> Sorted:
    """Tell county workbooks from township files; a file whose sheets cannot be listed is none of the former."""
    are = [is_county_workbook(file) for file in files]
    return Sorted(
        tuple(file for file, is_one in zip(files, are, strict=True) if is_one),
        tuple(file for file, is_one in zip(files, are, strict=True) if not is_one),
    )


def is_county_workbook(file: FileStorage) -> bool:
    """Return whether an .xlsx, or a .zip of .csv, has a sheet of the contract besides demand; the file is rewound."""
    try:
        found = {sheet_named(name) for name in _sheet_names(file)}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False
    finally:
        file.stream.seek(0)
    return bool(found - {None, schema.DEMAND, schema.COHORTS})


def _sheet_names(file: FileStorage) -> list[str]:
    with zipfile.ZipFile(file.stream) as archive:
        members = archive.namelist()[:_MOST_NAMES]
        if _LIST_OF_SHEETS not in members:
            return [PurePath(name).stem for name in members if name.lower().endswith(".csv")]
        with archive.open(_LIST_OF_SHEETS) as part:
            text = part.read(_MOST_BYTES)
    return [html.unescape(name.decode("utf-8", "replace")) for name in _SHEET.findall(text)]
