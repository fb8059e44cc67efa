"""Survey forms (摸底表) as a county really sends them: title rows, two-level merged headers, totals, notes, dirt.

The layouts follow office practice (docs/facts.md); the numbers are those of a generated instance, so that a form
that is read back can be compared with it. A few cells are dirty on purpose: ``45人``, ``约50``, a trailing space.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from planner.generate.facts import AGE_BANDS
from planner.workbook.write import CREATED

Tables = dict[str, list[dict[str, object]]]
Header = Sequence[tuple[str, Sequence[str]]]
"""Upper headings with the headings below each; none: the heading is merged over both rows."""

_FICTION_NOTE = "本表为程序生成的示例，人数均为虚构，不得当作真实数据引用。"

ALIASES = {
    "低压电工": "电工",
    "焊工(熔化焊接与热切割)": "电焊工",
    "叉车司机(N1)": "叉车",
    "家政服务员": "家政",
    "育婴员": "育婴",
    "养老护理员": "养老护理",
    "中式烹调师": "厨师",
    "电商直播(直播销售员)": "电商直播",
    "缝纫工": "缝纫",
    "刺绣(苗绣/彝绣)": "刺绣",
    "畜禽养殖(家畜饲养工)": "养殖",
    "模架工(模板/脚手架,赫章模架工匠)": "模架工",
    "电子装配工": "电子厂",
    "母婴护理(月嫂)": "月嫂",
    "挖掘机操作": "挖掘机",
    "中式面点师": "面点",
}
"""Course names as townships write them, by the catalogue's name."""

COLUMN_COURSES = tuple(ALIASES)
"""Courses that have a column of their own in the forms; the others are summed under 其他."""

_SHEETS_PER_TOWNSHIP = 4


@dataclass(frozen=True, slots=True)
class _Survey:
    """The instance's numbers in the shape of the forms."""

    townships: tuple[str, ...]
    groups: tuple[str, ...]
    persons: dict[tuple[str, str, str], int]
    wishes: dict[tuple[str, str, str, str], int]

    def people(self, township: str, band: str | None = None, tag: str = "") -> int:
        """Return trainable people of a township, of one age band and of groups whose name holds ``tag``."""
        return sum(
            number
            for (where, age, group), number in self.persons.items()
            if where == township and band in (None, age) and tag in group
        )

    def willing(self, township: str, course: str, band: str | None = None, group: str | None = None) -> int:
        """Return wishes of a township for a course, or for all courses without a column (``其他``)."""
        return sum(
            number
            for (where, age, who, wish), number in self.wishes.items()
            if where == township
            and band in (None, age)
            and group in (None, who)
            and (wish == course or (course == _OTHER and wish not in COLUMN_COURSES))
        )


_OTHER = "其他(注明)"


def write_survey_forms(tables: Tables, folder: Path) -> list[Path]:
    """Write the three survey forms of an instance and return their paths. Equal tables give equal bytes."""
    survey = _survey_of(tables)
    folder.mkdir(parents=True, exist_ok=True)
    forms: dict[str, Callable[[_Book, _Survey], None]] = {
        "附件1_培训需求摸底表.xlsx": _township_form,
        "附件2_分年龄段意愿汇总表.xlsx": _age_band_form,
        "附件3_乡镇分表.xlsx": _township_sheets,
    }
    written = []
    for name, fill in forms.items():
        path = folder / name
        with xlsxwriter.Workbook(str(path), {"in_memory": True}) as workbook:
            workbook.set_properties({"created": CREATED})
            fill(_Book(workbook), survey)
        written.append(path)
    return written


def _survey_of(tables: Tables) -> _Survey:
    cohorts = tables["劳动力"]
    return _Survey(
        tuple(str(row["乡镇"]) for row in tables["乡镇"]),
        tuple(str(row["群体"]) for row in tables["群体"]),
        {(str(r["乡镇"]), str(r["年龄段"]), str(r["群体"])): int(str(r["可参训人数"])) for r in cohorts},
        {
            (str(r["乡镇"]), str(r["年龄段"]), str(r["群体"]), str(r["课程"])): int(str(r["愿意人数"]))
            for r in tables["需求"]
        },
    )


class _Book:
    """A workbook with the cell formats of a bureau's form."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        self.workbook = workbook
        self.title = workbook.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"})
        self.plain = workbook.add_format({"align": "left", "valign": "vcenter"})
        self.right = workbook.add_format({"align": "right", "valign": "vcenter"})
        self.head = workbook.add_format(
            {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        )
        self.cell = workbook.add_format({"border": 1, "align": "center", "valign": "vcenter"})
        self.note = workbook.add_format({"align": "left", "valign": "top", "text_wrap": True})

    def sheet(self, name: str, attachment: str, title: str, sender: str, width: int) -> xlsxwriter.worksheet.Worksheet:
        """Add a sheet with the usual first three rows: attachment number, merged title, sender and date."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, attachment, self.plain)
        sheet.merge_range(1, 0, 1, width - 1, title, self.title)
        sheet.set_row(1, 30)
        half = width // 2
        sheet.merge_range(2, 0, 2, half - 1, f"填报单位（盖章）：{sender}", self.plain)
        sheet.merge_range(2, half, 2, width - 1, "填报时间：2025年12月20日    单位：人", self.right)
        return sheet

    def header(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, groups: Header) -> None:
        """Write a two-level header."""
        sheet.set_row(row, 24)
        sheet.set_row(row + 1, 32)
        column = 0
        for name, parts in groups:
            if not parts:
                sheet.merge_range(row, column, row + 1, column, name, self.head)
                column += 1
                continue
            if len(parts) > 1:
                sheet.merge_range(row, column, row, column + len(parts) - 1, name, self.head)
            else:
                sheet.write_string(row, column, name, self.head)
            for part in parts:
                sheet.write_string(row + 1, column, part, self.head)
                column += 1

    def body(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, values: Sequence[object], start: int = 0) -> None:
        """Write one row of bordered cells."""
        for column, value in enumerate(values, start):
            if isinstance(value, int):
                sheet.write_number(row, column, value, self.cell)
            else:
                sheet.write_string(row, column, str(value), self.cell)

    def foot(self, sheet: xlsxwriter.worksheet.Worksheet, row: int, width: int, notes: str) -> None:
        """Write the signature row and the merged notes."""
        sheet.merge_range(row, 0, row, width - 1, "填表人：          审核人：          联系电话：", self.plain)
        sheet.merge_range(row + 1, 0, row + 1, width - 1, f"备注：{notes}", self.note)
        sheet.set_row(row + 1, 48)


def _width(groups: Header) -> int:
    """Return the number of columns of a header."""
    return sum(len(parts) or 1 for _, parts in groups)


def _township_form(book: _Book, survey: _Survey) -> None:
    """Write one row for each township, 合计 last, with two dirty cells."""
    aliases = [*ALIASES.values(), _OTHER]
    groups: Header = [
        ("序号", ()),
        ("乡镇（街道）", ()),
        ("有培训意愿人数", ("合计", "其中：脱贫劳动力", "易地搬迁劳动力")),
        ("年龄段", AGE_BANDS),
        ("意愿工种及人数", aliases),
        ("联系人", ()),
        ("备注", ()),
    ]
    width = _width(groups)
    sheet = book.sheet("摸底表", "附件1", "赫章县2026年职业技能培训需求摸底表", "赫章县人力资源和社会保障局", width)
    book.header(sheet, 3, groups)
    totals = [0] * (width - 4)
    for number, township in enumerate(survey.townships, start=1):
        counts = [
            survey.people(township),
            survey.people(township, tag="脱贫"),
            survey.people(township, tag="易迁"),
            *(survey.people(township, band) for band in AGE_BANDS),
            *(survey.willing(township, course) for course in (*COLUMN_COURSES, _OTHER)),
        ]
        totals = [total + count for total, count in zip(totals, counts, strict=True)]
        # Typed by hand somewhere: a unit in the cell, a vague number, a trailing space.
        shown: list[object] = list(counts)
        if number == 6:
            shown[7] = f"{counts[7]}人"
        if number == 14:
            shown[9] = f"约{counts[9]}"
        name = f"{township} " if number == 9 else township
        book.body(sheet, number + 4, [number, name, *shown, f"经办人{number}", ""])
    last = len(survey.townships) + 5
    book.body(sheet, last, ["合计", "", *totals, "", ""])
    notes = "1.一人可填报多个意愿工种，工种人数之和大于有意愿人数。2.年龄以周岁计。"
    book.foot(sheet, last + 1, width, f"{notes}3.{_FICTION_NOTE}")
    sheet.set_column(1, 1, 24)


def _age_band_form(book: _Book, survey: _Survey) -> None:
    """Write three rows for each township under a merged name cell, 合计 first, full course names."""
    groups: Header = [
        ("序号", ()),
        ("乡镇", ()),
        ("年龄段", ()),
        ("人员类别", survey.groups),
        ("意愿工种及人数", [*COLUMN_COURSES, _OTHER]),
        ("备注", ()),
    ]
    width = _width(groups)
    sheet = book.sheet("汇总表", "附件2", "赫章县2026年培训意愿分年龄段汇总表", "赫章县就业局", width)
    book.header(sheet, 3, groups)
    rows = [
        (township, band, _counts_of_band(survey, township, band)) for township in survey.townships for band in AGE_BANDS
    ]
    totals = [sum(column) for column in zip(*(counts for *_, counts in rows), strict=True)]
    book.body(sheet, 5, ["", "合计", "", *totals, ""])
    for number, (township, band, counts) in enumerate(rows):
        row = number + 6
        if band == AGE_BANDS[0]:
            sheet.merge_range(row, 0, row + 2, 0, number // 3 + 1, book.cell)
            sheet.merge_range(row, 1, row + 2, 1, township, book.cell)
        shown: list[object] = list(counts)
        if number == 22:
            shown[4] = f"{counts[4]}人"
        book.body(sheet, row, [band, *shown, ""], start=2)
    book.foot(sheet, len(rows) + 6, width, f"1.按实际居住地填报。2.{_FICTION_NOTE}")
    sheet.set_column(1, 1, 24)


def _counts_of_band(survey: _Survey, township: str, band: str) -> list[int]:
    people = [survey.persons.get((township, band, group), 0) for group in survey.groups]
    return people + [survey.willing(township, course, band) for course in (*COLUMN_COURSES, _OTHER)]


def _township_sheets(book: _Book, survey: _Survey) -> None:
    """Write a sheet for each of a few townships, with the columns in another order on every second one."""
    for position, township in enumerate(survey.townships[:_SHEETS_PER_TOWNSHIP]):
        courses = [*COLUMN_COURSES, _OTHER]
        if position % 2:
            courses = [*courses[-2::-1], _OTHER]
        labels = [ALIASES.get(course, course) for course in courses]
        groups: Header = [
            ("序号", ()),
            ("年龄段", ()),
            ("人员类别", ()),
            ("有培训意愿人数", ()),
            ("意愿工种及人数", labels),
            ("备注", ()),
        ]
        width = _width(groups)
        sheet = book.sheet(
            township, f"附件3-{position + 1}", f"{township}2026年培训意愿统计表", f"{township}人民政府（办事处）", width
        )
        book.header(sheet, 3, groups)
        row = 5
        totals = [0] * (width - 4)
        for band in AGE_BANDS:
            for group in survey.groups:
                counts = [
                    survey.persons.get((township, band, group), 0),
                    *(survey.willing(township, course, band, group) for course in courses),
                ]
                totals = [total + count for total, count in zip(totals, counts, strict=True)]
                shown = [count or "" for count in counts]
                if position == 1 and row == 7:
                    shown[0] = f"{counts[0]}人"
                book.body(sheet, row, [row - 4, band, group, *shown, ""])
                row += 1
        book.body(sheet, row, ["合计", "", "", *totals, ""])
        book.foot(sheet, row + 1, width, f"1.空白表示没有。2.{_FICTION_NOTE}")
