"""Writing a file whole or not at all: a draft next to it, which takes the file's place once it is complete."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from planner.errors import BadInput, Fault


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give the path of a draft in ``path``'s folder; put it in place of ``path`` if the block succeeds.

    After a failure in the block the draft is gone and ``path`` is as it was.

    Raises
    ------
    BadInput
        When the folder or the file cannot be written, for example because another program holds it open.
    """
    draft = draft_of(path)
    try:
        draft.touch(exist_ok=False)
        yield draft
        os.replace(draft, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        draft.unlink(missing_ok=True)


def draft_of(path: Path) -> Path:
    """Return an unused hidden name next to ``path``, with the same suffix."""
    return path.with_name(f".{path.stem}-{secrets.token_hex(4)}{path.suffix}")


def unwritable(path: Path, error: OSError) -> BadInput:
    """Return the error that tells the user why ``path`` cannot be written and what to do."""
    fault = Fault(
        path.name,
        "",
        "",
        "无法写入该文件",
        error.strerror or str(error),
        "可写入的文件夹，且文件没有在其他程序中打开",
        "请关闭正在打开它的程序（如 WPS、Excel），或换一个输出文件夹后重试",
    )
    return BadInput([fault])
