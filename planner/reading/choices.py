"""What the clerk confirmed about an upload, kept as JSON so that it can be read again without asking again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from planner.errors import BadInput, Fault
from planner.reading.layouts.fields import Field

MOST_RANKS = 3


@dataclass(frozen=True, slots=True)
class ReadingChoices:
    """Confirmed meanings and the few decisions that a file leaves open.

    Attributes
    ----------
    columns
        Field by heading as shown in the report (意愿工种及人数/电工), for every sheet that has it.
    sheets
        What to do with a sheet, by ``file!sheet``: ``"skip"`` leaves it out, ``"read"`` reads it although it would be
        left out (a hidden sheet, a summary of other sheets).
    names
        Known name by name as written, for each kind: 乡镇, 课程, 群体, 年龄段. An empty known name leaves it out.
    ranks
        How many ranked wishes of a person count, 1 to 3.
    repeated_training
        Whether a wish counts when the person has been trained in that course before.
    hidden_rows
        Whether rows that the sender has hidden count.
    """

    columns: dict[str, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    ranks: int = MOST_RANKS
    repeated_training: bool = False
    hidden_rows: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return the choices as plain values."""
        return {
            "columns": self.columns,
            "sheets": self.sheets,
            "names": self.names,
            "ranks": self.ranks,
            "repeated_training": self.repeated_training,
            "hidden_rows": self.hidden_rows,
        }

    @classmethod
    def from_json(cls, plain: object) -> ReadingChoices:
        """Return the choices that :meth:`as_json` wrote.

        Raises
        ------
        ValueError
            Something in them is not what it should be; the message is Chinese and names it.
        """
        if not isinstance(plain, dict):
            raise ValueError("确认文件应是一个 JSON 对象")
        unknown = sorted(set(plain) - set(cls().as_json()) - {"proposals"})
        if unknown:
            raise ValueError(f"确认文件里有不认识的项：{'、'.join(map(str, unknown))}")
        choices = cls(**{key: value for key, value in plain.items() if key != "proposals"})
        choices._check()
        decided = {kind: _decided(names) for kind, names in choices.names.items()}
        return replace(choices, names=decided)

    def _check(self) -> None:
        words = [field.value for field in Field]
        texts = isinstance(self.columns, dict) and isinstance(self.sheets, dict) and isinstance(self.names, dict)
        if not texts or not all(isinstance(names, dict) for names in self.names.values()):
            raise ValueError("确认文件的 columns、sheets、names 应是对照表")
        for heading, word in self.columns.items():
            if word not in words:
                raise ValueError(f"列“{heading}”的含义“{word}”不在规定的词中：{'、'.join(words)}")
        for sheet, word in self.sheets.items():
            if word not in ("skip", "read"):
                raise ValueError(f"表“{sheet}”只能选 skip（不读）或 read（读）")
        if isinstance(self.ranks, bool) or self.ranks not in range(1, MOST_RANKS + 1):
            raise ValueError(f"ranks 应为 1 到 {MOST_RANKS} 的整数")
        if not isinstance(self.repeated_training, bool) or not isinstance(self.hidden_rows, bool):
            raise ValueError("repeated_training、hidden_rows 只能是 true 或 false")


def _decided(names: Mapping[str, Any]) -> dict[str, str]:
    """Return the entries somebody filled in; ``null`` is an open question."""
    return {written: str(name).strip() for written, name in names.items() if name is not None}


def read_choices(path: Path) -> ReadingChoices:
    """Read choices from a JSON file.

    Raises
    ------
    BadInput
        The file cannot be read or does not hold choices.
    """
    try:
        return ReadingChoices.from_json(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadInput([Fault(path.name, "", "", "打不开", error.strerror or "", "", "核对路径")]) from error
    except (ValueError, TypeError) as error:
        raise BadInput([Fault(path.name, "", "", f"不是有效的确认文件：{error}")]) from error
