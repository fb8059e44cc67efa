"""Rules on class options: may this provider teach this course there, in this form, in these weeks?"""

from __future__ import annotations

from collections.abc import Iterator

from planner.checker import calendar
from planner.checker.audit import Audit
from planner.checker.derivation import does_place_fit, is_form_allowed
from planner.checker.register import Breach, rule


@rule("accreditation", "机构只开它承训的课程。")
def is_accredited(audit: Audit) -> Iterator[Breach]:
    """Section 2: p is accredited for c."""
    for checked in audit.classes:
        provider, course = checked.option.provider, checked.option.course
        if audit.derivation.accredited_teams(provider, course) is None:
            yield checked.where, f"机构“{provider.name}”不承训课程“{course.name}”"


@rule("form-allowed", "课程只用允许的形式（集中、分散）开班。")
def is_form_of_course(audit: Audit) -> Iterator[Breach]:
    """Section 2: m is allowed for c."""
    for checked in audit.classes:
        if not is_form_allowed(checked.option.course, checked.option.form):
            yield checked.where, f"课程“{checked.option.course.name}”不可{checked.option.form}开班"


@rule("earliest-start", "开班周的周一不早于最早开班日。")
def is_late_enough(audit: Audit) -> Iterator[Breach]:
    """Section 2: the Monday of s is not before earliest_start."""
    earliest = audit.derivation.earliest_start
    for entry in audit.record.classes:
        if entry.start_week < earliest:
            yield f"班级 {entry.id}", f"{entry.start_week} 开班，最早只能 {earliest} 开班"


@rule("horizon", "班级在计划期内开班、结束。")
def is_inside_horizon(audit: Audit) -> Iterator[Breach]:
    """Section 2: the class ends inside the horizon."""
    weeks = audit.derivation.weeks
    span = f"计划期为 {weeks[0]} 至 {weeks[-1]} 两周之间" if weeks else "计划期没有一周"
    for entry in audit.record.classes:
        if entry.start_week not in weeks:
            yield f"班级 {entry.id}", f"开班周 {entry.start_week} 不在计划期内，{span}"
    for checked in audit.classes:
        if not checked.fits_horizon:
            days = checked.option.course.class_days
            yield checked.where, f"{checked.entry.start_week} 开班，到计划期末上不满 {days} 个课日，{span}"


@rule("place-fits", "场地在机构驻地，或机构可下乡且课程可下乡或场地有所需设备。")
def is_place_fit(audit: Audit) -> Iterator[Breach]:
    """Section 2: the place fits."""
    for checked in audit.classes:
        option = checked.option
        if does_place_fit(option.course, option.provider, option.venue):
            continue
        if not option.provider.mobile:
            base = option.provider.base or "无"
            reason = f"机构“{option.provider.name}”不下乡，驻地为“{base}”，场地在“{option.venue.township}”"
        else:
            lacking = "、".join(sorted(option.course.equipment - option.venue.equipment))
            reason = f"课程“{option.course.name}”不可下乡，场地“{option.venue.name}”缺少设备：{lacking}"
        yield checked.where, reason


@rule("end-week", "结束周等于开班周加课程所需周数减一。")
def is_end_week_right(audit: Audit) -> Iterator[Breach]:
    """Section 2: e = s + L − 1 with L from the working days of the weeks."""
    for checked in audit.classes:
        if checked.fits_horizon and checked.entry.end_week != checked.option.end_week:
            weeks = len(checked.option.weeks)
            yield (
                checked.where,
                f"结束周写为 {checked.entry.end_week}，按工作日推算要 {weeks} 周，应为 {checked.option.end_week}",
            )


@rule("season", "有季节窗口的课程整个班都在同一个窗口内。")
def is_within_season(audit: Audit) -> Iterator[Breach]:
    """Section 2: from Monday of s to Friday of e inside one window."""
    for checked in audit.classes:
        option = checked.option
        if not calendar.is_in_season(option.course, option.weeks):
            windows = "、".join(
                f"{start[0]:02d}-{start[1]:02d}~{end[0]:02d}-{end[1]:02d}" for start, end in option.course.season
            )
            days = f"{option.start_week} 至 {option.end_week + calendar.FRIDAY}"
            yield checked.where, f"{days} 不全在课程“{option.course.name}”的季节窗口内（{windows}）"
