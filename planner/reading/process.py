"""The safe side of reading: start a process for each file, limit its time, and turn its end into a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

from planner.errors import BadInput, Fault, PlannerError
from planner.reading.files.grid import Grid
from planner.reading.files.limits import CHILD_SECONDS
from planner.reading.files.recognise import refusal

_PACKAGE_ROOT = Path(__file__).resolve().parents[2]


def cells_of(file: str, content: bytes) -> list[Grid]:
    """Return every cell of every sheet of one file.

    Raises
    ------
    BadInput
        The file is of another kind, protected, damaged, too large, or its parser broke.
    """
    answer = ask_child(file, content, {"task": "cells"})
    return [
        Grid(file, sheet["name"], [[_decoded(cell) for cell in row] for row in sheet["rows"]])
        for sheet in answer["sheets"]
    ]


def sheet_names_of(file: str, content: bytes) -> list[str]:
    """Return the names of the sheets of one file.

    Raises
    ------
    BadInput
        As for :func:`cells_of`.
    """
    names: list[str] = ask_child(file, content, {"task": "names"})["names"]
    return names


def ask_child(file: str, content: bytes, request: dict[str, Any]) -> dict[str, Any]:
    """Give one file and a request to a process of its own and return its answer.

    The bytes stand in a temporary folder while the process runs; nobody else may read it.

    Raises
    ------
    BadInput
        As for :func:`cells_of`.
    """
    with tempfile.TemporaryDirectory(prefix="planner-") as folder:
        path = Path(folder, "workbook")
        path.write_bytes(content)
        answer = _run(file, request | {"file": file, "path": str(path)})
    if "faults" in answer:
        raise BadInput([Fault(**fault) for fault in answer["faults"]])
    if "broken" in answer:
        where = f"程序内部错误：读取“{file}”时出错（{answer['broken']}）。"
        raise PlannerError(f"{where}请把这句话发给开发者，不要发送含个人信息的文件。")
    if "memory" in answer:
        raise _too_much(file)
    return answer


def _run(file: str, request: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "planner.reading.child"]
    places = [str(_PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(places), "PYTHONIOENCODING": "utf-8"}
    try:
        finished = subprocess.run(
            command, input=json.dumps(request).encode(), capture_output=True, timeout=CHILD_SECONDS, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise refusal(
            file, f"读取超过 {CHILD_SECONDS} 秒", remedy="文件可能已损坏；用 Excel 或 WPS 打开，另存为 .xlsx 后重试"
        ) from error
    if finished.returncode:
        raise _too_much(file)
    answer: dict[str, Any] = json.loads(finished.stdout)
    return answer


def _too_much(file: str) -> BadInput:
    """The parser ended its process or asked for more memory than it may have; both come from a broken file."""
    return refusal(
        file,
        "已损坏或内容范围过大，读取程序已中止",
        remedy="用 Excel 或 WPS 打开，删去表格以外的内容，另存为 .xlsx 后重试",
    )


def _decoded(cell: object) -> object:
    if isinstance(cell, dict):
        return date.fromisoformat(cell["date"]) if "date" in cell else datetime.fromisoformat(cell["datetime"])
    return cell
