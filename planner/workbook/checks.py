"""What must hold between the cells of a row and between rows; each check reports at the cell to mend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import combinations

from planner.domain.instance import CostKind, Form, LockKind, Measure, Settings
from planner.workbook.faults import FaultList
from planner.workbook.references import Names, Tables, unknown_name_advice
from planner.workbook.schema import CROP_FORM, FARMING, WEEK_FORM
from planner.workbook.tables import Table, TableRow
from planner.workbook.working_days import most_class_days, working_calendar

_MONDAY = 0

Check = Callable[[Table, FaultList], None]


def check_rows(tables: Tables, settings: Settings, names: Names, faults: FaultList) -> None:
    """Run every check on the sheets that are there."""
    for name, checks in _CHECKS.items():
        for check in checks:
            if name in tables:
                check(tables[name], faults)
    if "课程" in tables:
        _check_class_days(tables["课程"], tables.get("节假日"), settings, faults)
    if "固定班" in tables:
        _check_lock_weeks(tables["固定班"], settings, faults)
    if "资金用途" in tables and "资金" in tables:
        _check_funds_have_rules(tables["资金"], tables["资金用途"], faults)
    _check_allowance_tag(tables.get("参数"), settings, names, faults)


def _check_coordinates(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        for alias, other in (("lon", "lat"), ("lat", "lon")):
            if alias in row.values and other not in row.raw:
                heading = table.sheet.column(other).heading
                table.fault(
                    faults,
                    row,
                    alias,
                    f"有坐标但{heading}未填",
                    allowed="经度、纬度同时填写",
                    remedy=f"补填{heading}，或两格都留空",
                )


def _check_farming_form(table: Table, faults: FaultList) -> None:
    forms: dict[object, tuple[str, str]] = {}
    for row in table.rows:
        weekly = any(alias in row.raw for alias in WEEK_FORM)
        crop = any(alias in row.raw for alias in CROP_FORM)
        if weekly == crop:
            problem = "同一行混用两种写法" if weekly else "农时未填"
            allowed = "周一日期、农忙指数，或作物至参与率"
            table.fault(faults, row, "calendar", problem, allowed=allowed, remedy="一行只用一种写法")
            continue
        for alias in WEEK_FORM if weekly else CROP_FORM:
            if alias not in row.raw and alias not in ("crop", "activity"):
                heading = FARMING.column(alias).heading
                table.fault(faults, row, alias, f"{heading}未填", remedy="补填此格，或删去整行")
        _check_monday(table, row, "week", faults)
        form = "按周" if weekly else "按作物"
        first_form, first_cell = forms.setdefault(row.get("calendar"), (form, table.cell(row, "calendar")))
        if first_form != form:
            problem = f"同一农时类型用了两种写法（{first_cell} {first_form}，此行{form}）"
            table.fault(faults, row, "calendar", problem, allowed="每个农时类型一种写法", remedy="改用一种写法")


def _check_monday(table: Table, row: TableRow, alias: str, faults: FaultList) -> None:
    day = row.get(alias)
    if isinstance(day, date) and day.weekday() != _MONDAY:
        heading = table.sheet.column(alias).heading
        monday = day - timedelta(days=day.weekday())
        table.fault(faults, row, alias, f"{heading}不是周一", allowed="周一", remedy=f"改为当周的周一 {monday}")


def _check_age_bands(table: Table, faults: FaultList) -> None:
    bands = []
    for row in table.rows:
        low, high = row.get("min_age"), row.get("max_age")
        if low is None or high is None:
            continue
        if low > high:
            table.fault(faults, row, "max_age", "最大小于最小", allowed=f"不小于 {low}", remedy="改正年龄")
        else:
            bands.append((low, high, row))
    for (low, high, first), (other_low, other_high, second) in combinations(bands, 2):
        if low <= other_high and other_low <= high:
            table.fault(
                faults,
                second,
                "min_age",
                f"与 {table.cell(first, 'age_band')}“{first.get('age_band')}”（{low}–{high} 岁）重叠",
                allowed="年龄段互不重叠",
                remedy="改正最小或最大年龄",
            )


def _check_courses(table: Table, faults: FaultList) -> None:
    defaults = {"min_size": 20, "max_size": 50}
    for row in table.rows:
        least, most = (row.values.get(alias, default) for alias, default in defaults.items())
        if not row.faulty & {"min_size", "max_size"} and least > most:
            alias = "min_size" if "min_size" in row.raw else "max_size"
            table.fault(
                faults,
                row,
                alias,
                f"最小班额 {least} 大于最大班额 {most}",
                allowed="最小班额不大于最大班额",
                remedy="改正班额",
            )
        days, theory = row.get("class_days"), row.get("theory_days")
        if days is not None and theory is not None and theory > days:
            table.fault(faults, row, "theory_days", "理论课日多于课日", allowed=f"0 到 {days}", remedy="改正理论课日")
        if row.get("full_time") is False and row.get("part_time") is False:
            table.fault(
                faults,
                row,
                "part_time",
                "既不可集中也不可分散，无法开班",
                allowed="至少一种为“是”",
                remedy="把可集中或可分散改为“是”",
            )


def _check_class_days(courses: Table, holidays: Table | None, settings: Settings, faults: FaultList) -> None:
    """A course longer than the plan leaves class days in any of its forms could never be held."""
    calendar = working_calendar(holidays, settings)
    most_of = {form: most_class_days(calendar, settings, form) for form in Form}
    aliases = {Form.FULL_TIME: "full_time", Form.PART_TIME: "part_time"}
    for row in courses.rows:
        forms = [form for form, alias in aliases.items() if row.values.get(alias, True)]
        days = row.get("class_days")
        if days is None or not forms:
            continue
        form = max(forms, key=lambda form: most_of[form])
        if days > most_of[form]:
            last = settings.plan_start + timedelta(weeks=settings.weeks, days=-1)
            most = f"{settings.plan_start} 至 {last} 的计划期里，{form}班最多上 {most_of[form]} 个课日"
            courses.fault(
                faults,
                row,
                "class_days",
                f"{most}，这门课永远开不了班",
                allowed=f"不多于 {most_of[form]} 个课日",
                remedy="核对填的是课日还是课时，或在“参数”中加长计划周数、增加每周课日，或删去这门课程",
            )


def _check_rates(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        if not {"gross", "uplift"} & row.raw.keys():
            table.fault(
                faults,
                row,
                "course",
                "毛就业率和净增就业率都未填",
                allowed="至少填一项",
                remedy="补填就业率，或删去此行",
            )


def _check_history(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        trained = row.get("trained")
        for alias in ("passed", "employed"):
            count = row.get(alias)
            if trained is not None and count is not None and count > trained:
                heading = table.sheet.column(alias).heading
                table.fault(
                    faults, row, alias, f"{heading}人数多于参训人数", allowed=f"0 到 {trained}", remedy="核对人数"
                )


def _check_travel(table: Table, faults: FaultList) -> None:
    minutes: dict[tuple[object, object], tuple[object, str]] = {}
    for row in table.rows:
        if row.faulty:
            continue
        origin, destination, value = row.get("from"), row.get("to"), row.get("minutes")
        if origin == destination and value:
            table.fault(faults, row, "minutes", "同一乡镇的路程应为 0", allowed="0", remedy="删去此行")
        known = minutes.get((destination, origin))
        if origin != destination and known and known[0] != value:
            problem = f"与 {known[1]} 的反向路程不同（{known[0]:g} 分钟）"
            table.fault(faults, row, "minutes", problem, allowed="往返相同", remedy="改为相同的分钟数，或只留一行")
        minutes[origin, destination] = (value, table.cell(row, "minutes"))


def _check_period(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        first, last = row.get("from"), row.get("to")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            table.fault(
                faults, row, "to", f"截止早于开始 {first}", allowed=f"{first} 或以后", remedy="改正开始或截止日期"
            )


def _check_fund_rules(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        if row.get("kind") is CostKind.CLASS_COST and row.get("tag") is not None:
            table.fault(faults, row, "tag", "办班费不分群体，不能限定标签", allowed="全部", remedy="把标签改为“全部”")


def _check_funds_have_rules(funds: Table, rules: Table, faults: FaultList) -> None:
    if not rules.complete or any("fund" in row.faulty for row in rules.rows):
        return  # A misspelt fund is one fault, not two.
    with_rules = {row.get("fund") for row in rules.rows}
    for row in funds.rows:
        if row.get("fund") is not None and row.get("fund") not in with_rules:
            funds.fault(
                faults,
                row,
                "fund",
                "这笔资金在“资金用途”中没有任何一行，什么也不能支付",
                allowed="每笔资金至少一行用途",
                remedy="在“资金用途”中补一行（费用、标签等填“全部”即不限），或删去这笔资金",
            )


def _check_targets(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        if row.get("measure") is not Measure.CLASSES:
            continue
        for alias in ("tag", "age_band"):
            if row.get(alias) is not None:
                heading = table.sheet.column(alias).heading
                table.fault(
                    faults,
                    row,
                    alias,
                    f"班数指标不能按{heading}筛选",
                    allowed="留空或“全部”",
                    remedy="清空此格，或把指标改为人数",
                )


def _check_locks(table: Table, faults: FaultList) -> None:
    for row in table.rows:
        if row.get("kind") is LockKind.FORBIDDEN and "persons" in row.raw:
            table.fault(faults, row, "persons", "禁止的班不能填人数", allowed="留空", remedy="清空人数")


def _check_lock_weeks(table: Table, settings: Settings, faults: FaultList) -> None:
    last = settings.plan_start + timedelta(weeks=settings.weeks - 1)
    for row in table.rows:
        _check_monday(table, row, "start_week", faults)
        week = row.get("start_week")
        if isinstance(week, date) and "start_week" not in row.faulty and not settings.plan_start <= week <= last:
            allowed = f"{settings.plan_start} 到 {last} 之间的周一"
            table.fault(
                faults, row, "start_week", "开班周不在计划期内", allowed=allowed, remedy="改正开班周，或删去此行"
            )


def _check_attendance(table: Table, faults: FaultList) -> None:
    if not table.complete or any(row.faulty for row in table.rows):
        return
    for form in Form:
        steps = [row for row in table.rows if row.get("form") is form]
        if not steps:
            faults.add(
                table.file,
                table.sheet.name,
                "",
                f"缺少{form.value}班的出勤率",
                allowed="集中、分散各有从 0 开始的出勤率",
                remedy=f"补上{form.value}班的各行",
            )
            continue
        lowest = min(steps, key=lambda row: row.get("busy_from"))
        if lowest.get("busy_from") != 0:
            table.fault(
                faults,
                lowest,
                "busy_from",
                f"{form.value}班的指数下限没有从 0 开始",
                allowed="最小的指数下限为 0",
                remedy="补一行指数下限为 0 的出勤率",
            )


def _check_allowance_tag(table: Table | None, settings: Settings, names: Names, faults: FaultList) -> None:
    known = names["标签"]
    if table is None or known is None or settings.allowance_tag in known:
        return
    for row in table.rows:
        if str(row.get("key")) in ("生活补贴标签", "allowance_tag") and "value" in row.raw:
            allowed, remedy = unknown_name_advice("标签", settings.allowance_tag, known)
            table.fault(
                faults, row, "value", f"没有名为“{settings.allowance_tag}”的标签", allowed=allowed, remedy=remedy
            )


_CHECKS: dict[str, tuple[Check, ...]] = {
    "乡镇": (_check_coordinates,),
    "农时": (_check_farming_form,),
    "年龄段": (_check_age_bands,),
    "课程": (_check_courses,),
    "转化率": (_check_rates,),
    "历史": (_check_history,),
    "路程": (_check_travel,),
    "岗位": (_check_period,),
    "资金": (_check_period,),
    "资金用途": (_check_fund_rules,),
    "任务": (_check_targets,),
    "固定班": (_check_locks,),
    "出勤": (_check_attendance,),
}
