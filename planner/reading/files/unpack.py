"""Folders and archives of files, taken apart without writing anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from planner.reading.files.limits import MOST_FILE_BYTES, MOST_FILES
from planner.reading.files.prescan import Refused, prescan_zip
from planner.reading.files.recognise import Form, form_of, form_of_archive, refusal

_ENDINGS = (".xlsx", ".xlsm", ".xls", ".et", ".ett", ".xlsb", ".ods", ".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: its name, in which folder or archive it stands (empty: none), and its bytes."""

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
    chosen = [name for name in sorted(entries) if _is_table(PurePosixPath(name)) and "__MACOSX" not in name]
    _check_number(file, len(chosen), "压缩包")
    for name in chosen:
        try:
            yield SourceFile(PurePosixPath(name).name, archive.read(entries[name]), file)
        except RuntimeError as error:
            raise refusal(file, "压缩包设有密码", name, "没有密码的压缩包", "先解压，再上传其中的文件") from error
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError) as error:
            raise refusal(file, "已损坏，无法读取", name, remedy="重新压缩或重新下载该文件") from error


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
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_table(path.relative_to(folder))]
    _check_number(folder.name, len(paths), "文件夹")
    for path in paths:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        yield SourceFile(path.name, path.read_bytes(), folder.name)


def _is_table(path: Path | PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.parts)
    return path.suffix.lower() in _ENDINGS and not hidden


def _check_number(name: str, number: int, container: str) -> None:
    if not number:
        raise refusal(name, f"{container}里没有电子表格或 .csv 文件", remedy="放入各乡镇的表格后重试")
    if number > MOST_FILES:
        raise refusal(name, f"{container}里的文件过多", f"{number} 个", f"不超过 {MOST_FILES} 个", "分批上传")


def _too_large(file: str, size: int) -> Exception:
    limit = f"不超过 {MOST_FILE_BYTES / 1e6:.0f} MB"
    return refusal(file, "过大", f"{size / 1e6:.0f} MB", limit, "删去无关的表和图片后另存")
