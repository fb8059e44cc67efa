"""开班公告.pdf of a township: which classes its people can join, when, where, for whom, and how to enrol.

It is read standing before a notice board, so type is large and sentences are short. Places are those the plan gives
to the township's own people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.domain.instance import Course, Instance, Township
from planner.domain.plan import Plan
from planner.export.dates import day_runs, day_span, session_hours, short_day
from planner.export.days import HALVES, ClassDays
from planner.export.documents.paper import Column, frame, table
from planner.export.figures import ClassFigures
from planner.export.wording import bureau_of, office_of, yuan_words

TABLE_POINTS: Final = 12.5
"""Type of the lists of classes: read from a step away."""

MOST_RUNS: Final = 6
"""Runs of days that a list may have; a class with more is told by its first and last day."""

OWN_WORDS: Final = {"街道": "本街道", "镇": "本镇", "乡": "本乡"}
"""How a township speaks of itself, by the end of its name."""


def notice_classes(township: str, classes: Sequence[ClassFigures]) -> tuple[list[ClassFigures], list[ClassFigures]]:
    """Return the classes held in the township, and those held elsewhere that take people of it."""
    here = [figures for figures in classes if figures.township == township]
    near = [figures for figures in classes if figures.township != township and township in dict(figures.sources)]
    return here, near


def township_notice(
    instance: Instance,
    plan: Plan,
    township: Township,
    classes: tuple[Sequence[ClassFigures], Sequence[ClassFigures]],
    days: Mapping[str, ClassDays],
) -> dict[str, Any]:
    """Return the content of template ``township_notice``; ``classes`` are those of :func:`notice_classes`."""
    here, near = classes
    own, office = _own_word(township.name), office_of(township.name)
    year = instance.settings.plan_start.year
    by_start = {
        f"在{own}开班": sorted(here, key=lambda f: (days[f.planned.id].first, f.planned.id)),
        "在附近乡镇（街道）开班": sorted(near, key=lambda f: (days[f.planned.id].first, f.planned.id)),
    }
    bureau = bureau_of(instance)
    place, subject = township.county + township.name, f"{year}年职业技能培训开班公告"
    return {
        **frame(instance, plan, f"{place}{subject}"),
        "headlines": [place, subject],
        "addressee": "各村（社区）、广大劳动者：",
        "opening": _opening(instance, township.name, own, here, near),
        "lists": [
            {
                "heading": f"{heading}（{len(held)} 个）",
                "table": _class_table(instance, township.name, held, days, own),
            }
            for heading, held in by_start.items()
            if held
        ],
        "list_notes": _list_notes(own, township.name, [*here, *near], days),
        "sections": _sections(instance, [*here, *near], own),
        "issuers": [name for name in (bureau, office) if name],
        "date": f"{year}年    月    日",
    }


def places(figures: ClassFigures, township: str) -> int:
    """Return how many people of the township the class takes."""
    return dict(figures.sources).get(township, 0)


def ages_of(instance: Instance, course: Course) -> str:
    """Return the ages a course admits, such as ``16—50``; bands that do not touch are told apart."""
    bands = sorted(
        (band.min_age, band.max_age)
        for band in instance.age_bands
        if course.age_bands is None or band.name in course.age_bands
    )
    spans: list[tuple[int, int]] = []
    for low, high in bands:
        if spans and low <= spans[-1][1] + 1:
            spans[-1] = spans[-1][0], max(high, spans[-1][1])
        else:
            spans.append((low, high))
    return "、".join(f"{low}—{high}" for low, high in spans) or "—"


def _own_word(township: str) -> str:
    return next((own for ending, own in OWN_WORDS.items() if township.endswith(ending)), "本地")


def _opening(
    instance: Instance, township: str, own: str, here: Sequence[ClassFigures], near: Sequence[ClassFigures]
) -> str:
    joined = [figures for figures in (*here, *near) if places(figures, township)]
    seats = sum(places(figures, township) for figures in joined)
    drawn_up = f"根据{bureau_of(instance)}{instance.settings.plan_start.year}年职业技能培训开班计划，"
    if not joined:
        return f"{drawn_up}以下培训班在{own}开班，学员来自其他乡镇（街道）。现公告如下。"
    words = f"{drawn_up}{own}劳动者可参加 {len(joined)} 个培训班，共有名额 {seats:,} 个"
    if not here:
        words += f"。{own}不开班，请到附近乡镇（街道）参加"
    return f"{words}。现公告如下。"


def _class_table(
    instance: Instance,
    township: str,
    held: Sequence[ClassFigures],
    days: Mapping[str, ClassDays],
    own: str,
) -> dict[str, Any]:
    columns = [
        Column("序号", mm=12, align="center"),
        Column("培训班", share=1.0),
        Column("培训时间", mm=45, whole=12),
        Column("培训地点", share=0.9),
        Column("年龄\n(周岁)", mm=17, align="center"),
        Column(f"{own}名额", mm=32, align="center", whole=6),
    ]
    year = instance.settings.plan_start.year
    rows = [
        (
            str(number),
            f"{figures.name}\n（{figures.planned.form.value}，{figures.course.class_days}天）",
            _time(days[figures.planned.id], year),
            figures.place,
            ages_of(instance, figures.course),
            _places_words(instance, figures, township),
        )
        for number, figures in enumerate(held, 1)
    ]
    return table(columns, rows, points=TABLE_POINTS)


def _time(held: ClassDays, year: int) -> str:
    if not held.sessions:
        return f"{day_span(held.first, held.last, year)}\n（日期另行通知）"
    exam = f"\n{short_day(held.exam, year)}考核" if held.exam else ""
    return f"{day_runs(held.days, year, MOST_RUNS)}{exam}"


def _places_words(instance: Instance, figures: ClassFigures, township: str) -> str:
    by_group: Counter[str] = Counter()
    for heads in figures.planned.heads:
        if heads.township == township:
            by_group[heads.group] += heads.persons
    if not by_group:
        return "—"
    groups = "、".join(f"{group.name}{by_group[group.name]}" for group in instance.groups if by_group[group.name])
    return f"{by_group.total()} 人\n{groups}"


def _list_notes(
    own: str, township: str, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> list[str]:
    notes = ["“名额”下列出各类人员的名额，请按本人所属类别报名。"]
    if any(not places(figures, township) for figures in classes):
        notes.append(f"名额为“—”的班在{own}上课，名额已安排给其他乡镇（街道）。")
    if any(not days[figures.planned.id].sessions for figures in classes):
        notes.append("“日期另行通知”的班在所写起止日期之间上课，具体日期开班前通知。")
    return notes


def _sections(instance: Instance, classes: Sequence[ClassFigures], own: str) -> list[dict[str, Any]]:
    """Return the notice's numbered sections after the list of classes."""
    limit = instance.settings.trainings_per_person
    return [
        {
            "heading": "报名对象",
            "lines": [
                f"有培训意愿、符合上表年龄和人员类别的{own}劳动者。",
                f"每人在本计划期内最多参加 {limit} 次培训。",
            ],
        },
        {"heading": "上课时间", "lines": [f"{'；'.join(map(session_hours, HALVES))}。请按时到课，法定节假日不上课。"]},
        {"heading": "费用和补贴", "lines": _money_lines(instance, classes)},
        {
            "heading": "报名方式",
            "lines": [
                "带本人身份证到所在村（社区）报名，也可电话报名；名额报满为止。",
                "报名截止：＿＿＿＿年＿＿月＿＿日　　联系人：＿＿＿＿＿＿＿＿",
                "报名电话：＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿",
            ],
        },
        {
            "heading": "考核发证",
            "lines": ["课程结束后统一组织考核，日期见上表或另行通知；考核合格的，按规定颁发相应证书。"],
        },
    ]


def _money_lines(instance: Instance, classes: Sequence[ClassFigures]) -> list[str]:
    settings = instance.settings
    exam = "和考证费" if any(figures.course.exam_fee_cents for figures in classes) else ""
    lines = [f"培训免费。培训费{exam}由培训资金承担，不向学员收取。"]
    groups = [group.name for group in instance.groups if settings.allowance_tag in group.tags]
    if settings.living_allowance_cents and groups:
        amount = yuan_words(settings.living_allowance_cents)
        lines.append(f"生活补贴：{'、'.join(groups)}人员，按实际课日每人每天 {amount} 元。")
    return lines
