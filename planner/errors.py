"""Faults in what the user gave us, and the few exceptions that leave the package.

A fault has five parts: where, what is wrong, the value found, what is allowed and
what to do. All faults of an input are collected and shown in one answer.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input, placed at a cell where there is one.

    ``file`` is the file's name without folders; ``sheet`` and ``cell`` (such as ``E12``) are empty
    when the fault concerns the whole file or sheet. ``found`` is the value as the user sees it.
    Texts are Chinese, as the bureau reads them.
    """

    file: str
    sheet: str
    cell: str
    problem: str
    found: str = ""
    allowed: str = ""
    remedy: str = ""

    @property
    def place(self) -> str:
        """Where the fault is: ``需求!E12``, ``需求`` or the file's name."""
        if self.sheet and self.cell:
            return f"{self.sheet}!{self.cell}"
        return self.sheet or self.file

    def __str__(self) -> str:
        text = f"{self.place}：{self.problem}"
        if self.found:
            text += f"（现为“{self.found}”）"
        if self.allowed:
            text += f"；允许：{self.allowed}"
        if self.remedy:
            text += f"；{self.remedy}"
        return text


class PlannerError(Exception):
    """Base of every error the planner raises on purpose."""


class BadInput(PlannerError):
    """The input cannot be planned with; ``faults`` lists everything that is wrong at once."""

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"输入有 {len(self.faults)} 处错误：\n" + "\n".join(f"  {fault}" for fault in self.faults))


class Infeasible(PlannerError):
    """No plan can meet every requirement; ``clashes`` names requirements that cannot hold together."""

    def __init__(self, clashes: tuple[str, ...]) -> None:
        self.clashes = clashes
        super().__init__("没有任何方案能同时满足全部硬性要求：\n" + "\n".join(f"  {clash}" for clash in clashes))


class NoPlanFound(PlannerError):
    """The search was stopped or ran out of time before any plan was found."""
