"""What comes of reading one cell: a value, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class Level(Enum):
    """How much a remark matters.

    ``NOTE``: written differently, meaning the same. ``WARNING``: more than one meaning is possible and the
    documented one was taken. ``FAULT``: no meaning can be taken; the cell has no value.
    """

    NOTE = "说明"
    WARNING = "提醒"
    FAULT = "错误"


@dataclass(frozen=True, slots=True)
class Remark:
    """One sentence about a cell in the bureau's words, and what to do about it (may be empty).

    Remarks never quote ID or telephone numbers.
    """

    level: Level
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.text}；{self.remedy}" if self.remedy else self.text


@dataclass(frozen=True, slots=True)
class CellValue(Generic[T]):
    """A typed value with its remarks. No value and no fault: the cell says nothing, which is not zero."""

    value: T | None
    remarks: tuple[Remark, ...] = ()

    @property
    def fault(self) -> Remark | None:
        """The fault that leaves the cell without a value, ``None`` when there is none."""
        return next((remark for remark in self.remarks if remark.level is Level.FAULT), None)

    @property
    def is_blank(self) -> bool:
        """Whether the cell says nothing."""
        return self.value is None and self.fault is None

    def also(self, *remarks: Remark) -> CellValue[T]:
        """Return the same value with more remarks."""
        return CellValue(self.value, (*self.remarks, *remarks))


def note(text: str) -> Remark:
    """Return a remark on another way of writing the same thing."""
    return Remark(Level.NOTE, text)


def warning(text: str, remedy: str = "核对后写明确的值") -> Remark:
    """Return a remark on a choice among several meanings."""
    return Remark(Level.WARNING, text, remedy)


def refused(text: str, remedy: str) -> CellValue[T]:
    """Return a cell without a value and why."""
    return CellValue(None, (Remark(Level.FAULT, text, remedy),))
