"""Folders and archives of files, taken apart without writing anything."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planner.errors import BadInput
from planner.reading.files.limits import MOST_FILE_BYTES, MOST_FILES
from planner.reading.files.prescan import Refused, prescan_zip
from planner.reading.files.recognise import Form, form_of, form_of_archive, refusal

_ENDINGS = (".xlsx", ".xlsm", ".xls", ".et", ".ett", ".xlsb", ".ods", ".csv", ".tsv", ".txt")
_LEAVINGS = ("thumbs.db", "desktop.ini")
"""Files that Windows puts into folders by itself."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: its name, in which folder or archive it stands (empty: none), and its bytes.

    Of several files of the same name in different folders each is called with its folders: ``东山镇/摸底表.xlsx``.
    """

    name: str
    content: bytes
    inside: str = ""


def files_of(path: Path) -> Iterator[SourceFile]:
    """Yield the files behind a path: itself, or those of a folder or of a zip that is no workbook, in order of name.

    Raises
    ------
    BadInput
        The path cannot be read, or holds no table at all.
    """
    try:
        if path.is_dir():
            yield from _files_of_folder(path)
            return
        size = path.stat().st_size
        if size > MOST_FILE_BYTES:
            raise _too_large(path.name, size)
        content = path.read_bytes()
    except OSError as error:
        raise refusal(path.name, "打不开", error.strerror or "", "一个可读的文件", "核对路径和权限") from error
    if content.startswith(b"PK") and form_of(path.name, content) is Form.ARCHIVE:
        yield from files_of_archive(path.name, content)
    else:
        yield SourceFile(path.name, content)


def files_of_archive(file: str, content: bytes) -> Iterator[SourceFile]:
    """Yield the files of a zip; a zip that is a workbook is one file.

    Raises
    ------
    BadInput
        The archive is damaged, protected, too large, or holds no table.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        if form_of_archive(file, archive) is not Form.ARCHIVE:
            yield SourceFile(file, content)
            return
        prescan_zip(archive)
        entries = {entry_name(entry): entry for entry in archive.infolist() if not entry.is_dir()}
    except Refused as refused:
        raise refusal(file, refused.problem, refused.found, refused.allowed, refused.remedy) from refused
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refusal(file, "已损坏，无法读取", remedy="重新导出或重新下载该文件") from error
    chosen = [name for name in sorted(entries) if is_table(PurePosixPath(name))]
    _check_number(file, len(chosen), "压缩包")
    called = _distinct_names(chosen)
    for name in chosen:
        try:
            yield SourceFile(called[name], archive.read(entries[name]), file)
        except RuntimeError as error:
            raise refusal(file, "压缩包设有密码", name, "没有密码的压缩包", "先解压，再上传其中的文件") from error
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
            raise refusal(file, "已损坏，无法读取", name, remedy="重新压缩或重新下载该文件") from error


def files_aside(path: Path) -> list[str]:
    """Return the names of what lies in a folder or an archive and is no table, in order; none for any other file.

    What programs leave in folders by themselves is not among them.
    """
    try:
        if path.is_dir():
            names = [entry.relative_to(path).as_posix() for entry in path.rglob("*") if entry.is_file()]
        else:
            with zipfile.ZipFile(path) as archive:
                if form_of_archive(path.name, archive) is not Form.ARCHIVE:
                    return []
                names = [entry_name(entry) for entry in archive.infolist() if not entry.is_dir()]
    except (BadInput, zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return []
    places = [PurePosixPath(name) for name in sorted(names)]
    return [place.name for place in places if not _is_left_by_programs(place) and not is_table(place)]


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name; Chinese Windows writes it in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")


def _files_of_folder(folder: Path) -> Iterator[SourceFile]:
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and is_table(path.relative_to(folder))]
    _check_number(folder.name, len(paths), "文件夹")
    called = _distinct_names([path.relative_to(folder).as_posix() for path in paths])
    for path in paths:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        yield SourceFile(called[path.relative_to(folder).as_posix()], path.read_bytes(), folder.name)


def _distinct_names(places: Sequence[str]) -> dict[str, str]:
    """Return what the file at each place is called: its name alone where no other has it."""
    times = Counter(PurePosixPath(place).name for place in places)
    return {place: name if times[name := PurePosixPath(place).name] == 1 else place for place in places}


def unused_path(folder: Path, name: str) -> Path:
    """Return the path of a new file in a folder: the name itself, or with the first number that is free."""
    path, number = folder / name, 2
    while path.exists():
        path = folder / f"{Path(name).stem}({number}){Path(name).suffix}"
        number += 1
    return path


def is_table(path: Path | PurePosixPath) -> bool:
    """Return whether a file in a folder or an archive is read, by its name: a table, and no leaving of a program."""
    return path.suffix.lower() in _ENDINGS and not _is_left_by_programs(path)


def _is_left_by_programs(path: Path | PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "~$", "__MACOSX")) for part in path.parts)
    return hidden or path.name.lower() in _LEAVINGS


def _check_number(name: str, number: int, container: str) -> None:
    if not number:
        raise refusal(name, f"{container}里没有电子表格或 .csv 文件", remedy="放入各乡镇的表格后重试")
    if number > MOST_FILES:
        raise refusal(name, f"{container}里的文件过多", f"{number} 个", f"不超过 {MOST_FILES} 个", "分批上传")


def _too_large(file: str, size: int) -> Exception:
    limit = f"不超过 {MOST_FILE_BYTES / 1e6:.0f} MB"
    return refusal(file, "过大", f"{size / 1e6:.0f} MB", limit, "删去无关的表和图片后另存")
