"""Sheet 未满足需求原因: why each wish stays open, and the smallest change that would serve it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from planner.domain.instance import Instance
from planner.engine.reasons import Reason
from planner.explanations.unserved import UnservedCell
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import title_of


def write_reasons(papers: Papers, instance: Instance, cells: Sequence[UnservedCell]) -> None:
    """Write the sheet: the reasons in total, then each township and course."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("乡镇", fitted_width([cell.township for cell in cells], 14, 24)),
        Column("课程", fitted_width([cell.course for cell in cells], 16, 26)),
        Column("人次", 8, Kind.WHOLE),
        Column("原因", 26),
        Column("最小的改变（做到就能排下）", 62),
        Column("岗位", 12, Kind.LABEL),
    ]
    title = title_of(instance, "未满足需求原因表")
    sheet = BureauSheet(papers, "未满足需求原因", title, columns, "人次", frozen_columns=3)
    sheet.rows([
        (number, cell.township, cell.course, cell.persons, cell.reason.value, cell.change,
         "岗位已满" if cell.no_vacancy else "")
        for number, cell in enumerate(cells, 1)
    ])  # fmt: skip
    sheet.filter_body()
    sheet.total((None, "合计", None, sum(cell.persons for cell in cells), None, None, None))
    for reason, persons in _by_reason(cells):
        sheet.total((None, "其中", None, persons, reason.value, None, None))
    for number, sentence in enumerate(_guide(), 1):
        sheet.note(f"备注{number}：{sentence}")
    sheet.sign()


def reason_sentences(cells: Sequence[UnservedCell]) -> list[str]:
    """Return one sentence on the reasons in total."""
    total = sum(cell.persons for cell in cells)
    if not total:
        return ["全部意愿都已满足。"]
    parts = [f"{reason.value} {persons:,} 人次" for reason, persons in _by_reason(cells)]
    return [f"未满足的意愿共 {total:,} 人次：" + "；".join(parts) + "。"]


def _by_reason(cells: Sequence[UnservedCell]) -> list[tuple[Reason, int]]:
    persons: Counter[Reason] = Counter()
    for cell in cells:
        persons[cell.reason] += cell.persons
    return sorted(persons.items(), key=lambda item: (-item[1], item[0].name))


def _guide() -> list[str]:
    return [
        "原因逐条核实过：在本方案之外再开一个班（或插班），所列的改变全部做到就排得下，少一项都排不下；"
        "“最小”指要改的项数最少，再比人数和钱数。钱数按最省的学员组合计算，新增资金须能用于这些费用。",
        "“岗位已满”指这些人结业后没有空缺岗位可衔接，即使开班，预计就业也只按无岗系数折算。",
        "资金不够的，是钱已用在预计就业更多的班上；哪个班可以换、换了差多少，见“各乡镇答复”。",
        "按意愿计人次，一人报了多个课程的分别计。同一乡镇同一课程有几类人的，写其中最容易的改变。",
    ]
