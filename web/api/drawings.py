"""What the pages of a plan draw, as data: the Gantt chart, the township map, the bureau's own outlines, the figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from flask import Response, abort, make_response, request
from pydantic import BaseModel, Field, RootModel
from werkzeug.wrappers import Response as AnyResponse

from web import kept_outlines, result_wording
from web.accounts import Role, requires
from web.api.answers import JobPath
from web.api.errors import responses, wrong
from web.api.finding import finished, result_of
from web.api.group import operations
from web.api.sending import as_json
from web.charts import WeekLoad
from web.desk import current_desk
from web.finding_words import plainly
from web.journal import add_detail
from web.result import FundRow, Result
from web.result_decisions import decisions_of
from web.result_gantt import Gantt, GroupBy, lay_out
from web.result_map import BadOutlines, Outlines
from web.result_view import Measure, TownshipRow, colour_tiles, township_rows

drawings = operations("drawings")

_DAY = timedelta(days=1)


# --- figures ---------------------------------------------------------------------------------------------------------


class FundAnswer(BaseModel):
    """What a fund pays, in yuan."""

    name: str
    paid_yuan: dict[str, str] = Field(description="By kind of cost")
    total_yuan: str
    available_yuan: str | None = Field(description="null: not known")

    @classmethod
    def of(cls, row: FundRow) -> FundAnswer:
        """Make the answer of a fund."""
        return cls(
            name=row.name,
            paid_yuan={kind: f"{paid:.2f}" for kind, paid in row.paid.items()},
            total_yuan=f"{row.total:.2f}",
            available_yuan=_yuan(row.available),
        )


class TargetAnswer(BaseModel):
    """What a target of the workbook reached, and by how much it is missed."""

    id: str
    value: int
    missing: int


class UnservedAnswer(BaseModel):
    """Wishes that are not met for one reason."""

    reason: str
    persons: int
    courses: dict[str, int] = Field(description="Persons by the course they wished for")


class FiguresAnswer(BaseModel):
    """Key figures of a plan; jobs are expected ones (docs/conversion.md says what stands behind them)."""

    status: str
    value: float = Field(description="What the plan was chosen by")
    bound: float | None = Field(description="No plan is worth more: proved; null: nothing is proved")
    gap: float | None = Field(description="(bound - value) / |bound|")
    linked_jobs: float
    unlinked_jobs: float
    uplift: bool | None = Field(description="Jobs beyond those without training; null: not known")
    gross_jobs: float | None
    uplift_jobs: float | None
    jobs_low: float | None = Field(description="Of the jobs it maximises when rates vary: one in ten is below")
    jobs_high: float | None = Field(description="One in ten is above")
    persons: int
    classes: int
    providers: int
    total_cost_yuan: str
    available_yuan: str | None
    funds: list[FundAnswer]
    targets: list[TargetAnswer] = Field(description="Missed ones first")
    unserved: list[UnservedAnswer]
    assumptions: list[str]


@drawings.get("/jobs/<job_id>/figures", summary="方案的数字", responses={200: FiguresAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def show_figures(path: JobPath) -> Response:
    """Show jobs with their range and bound, costs and funds, targets, and wishes that are not met."""
    found = result_of(finished(path.job_id))
    outlook = found.outlook
    return as_json(
        FiguresAnswer(
            status=found.status, value=found.value, bound=found.bound, gap=found.gap,
            linked_jobs=found.linked_jobs, unlinked_jobs=found.unlinked_jobs, uplift=found.uplift,
            gross_jobs=outlook.gross_jobs if outlook is not None else None,
            uplift_jobs=outlook.uplift_jobs if outlook is not None else None,
            jobs_low=outlook.low if outlook is not None else None,
            jobs_high=outlook.high if outlook is not None else None,
            persons=found.persons, classes=len(found.classes), providers=found.providers,
            total_cost_yuan=f"{found.total_cost:.2f}", available_yuan=_yuan(found.available),
            funds=[FundAnswer.of(row) for row in found.funds],
            targets=[TargetAnswer(id=row.id, value=row.value, missing=row.missing) for row in found.targets],
            unserved=[
                UnservedAnswer(reason=row.reason, persons=row.persons, courses=dict(row.courses))
                for row in found.unserved
            ],
            assumptions=list(map(plainly, found.assumptions)),
        )
    )  # fmt: skip


def _yuan(amount: Decimal | None) -> str | None:
    return f"{amount:.2f}" if amount is not None else None


# --- the Gantt chart -------------------------------------------------------------------------------------------------


class GanttQuery(BaseModel):
    """What the lines of the chart stand for."""

    by: GroupBy = GroupBy.TOWNSHIP


class GroupAnswer(BaseModel):
    """Consecutive lines of one township or provider; lines count from 0."""

    name: str
    first_line: int
    lines: int


class BarAnswer(BaseModel):
    """A class in its line; classes of one line do not overlap."""

    line: int
    class_id: str
    course: str
    form: str
    persons: int
    first_day: str = Field(description="First day of class; Monday of its first week without a timetable")
    last_day: str = Field(description="Last day of class; Friday of its last week without a timetable")
    decision: str | None = Field(description="lock, forbid, or null")


class ShadeAnswer(BaseModel):
    """Whole weeks that are shaded behind some lines."""

    kind: Literal["holiday", "farming"]
    first_line: int
    lines: int
    first_day: str
    last_day: str
    quarters: int = Field(description="In how many quarters of the farming calendars there is a peak; 0 for holidays")


class WeekAnswer(BaseModel):
    """A week of the plan."""

    monday: str
    full_time_classes: int
    part_time_classes: int
    starting_classes: int
    persons: int
    busy: dict[str, float] = Field(description="Busy index 0 … 1 by farming calendar")
    working_days: int | None = Field(description="null: not known")

    @classmethod
    def of(cls, week: WeekLoad) -> WeekAnswer:
        """Make the answer of a week."""
        return cls(
            monday=week.monday.isoformat(), full_time_classes=week.full_time, part_time_classes=week.part_time,
            starting_classes=week.starting, persons=week.persons, busy=week.busy, working_days=week.working_days,
        )  # fmt: skip


class GanttAnswer(BaseModel):
    """The Gantt chart of a plan: classes in lines, shaded weeks behind them, and the load of every week."""

    by: GroupBy
    first_day: str
    last_day: str
    lines: int
    groups: list[GroupAnswer]
    bars: list[BarAnswer]
    shades: list[ShadeAnswer]
    weeks: list[WeekAnswer]


@drawings.get("/jobs/<job_id>/gantt", summary="开班时间表", responses={200: GanttAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def show_gantt(path: JobPath, query: GanttQuery) -> Response:
    """Show the classes as a Gantt chart over townships or providers, farming peaks and holidays shaded."""
    desk = current_desk()
    job = finished(path.job_id)
    found = result_of(job)
    decided = decisions_of(desk.jobs.database, job, desk.folder(job))
    return as_json(_gantt(lay_out(found, query.by), query.by, found, {key: one.kind for key, one in decided.items()}))


def _gantt(gantt: Gantt, by: GroupBy, found: Result, decided: dict[str, str]) -> GanttAnswer:
    return GanttAnswer(
        by=by,
        first_day=gantt.first.isoformat(),
        last_day=_last(gantt.after),
        lines=gantt.lines,
        groups=[GroupAnswer(name=one.name, first_line=one.first_line, lines=one.lines) for one in gantt.groups],
        bars=[
            BarAnswer(
                line=bar.line, class_id=bar.row.id, course=bar.row.course, form=bar.row.form,
                persons=bar.row.persons, first_day=bar.row.begins.isoformat(), last_day=bar.row.ends.isoformat(),
                decision=str(decided[bar.row.id]) if bar.row.id in decided else None,
            )
            for bar in gantt.bars
        ],
        shades=[
            ShadeAnswer(
                kind="farming" if shade.peak else "holiday", first_line=shade.first_line, lines=shade.lines,
                first_day=shade.first.isoformat(), last_day=_last(shade.after), quarters=shade.peak,
            )
            for shade in gantt.shades
        ],
        weeks=[WeekAnswer.of(week) for week in found.weeks],
    )  # fmt: skip


def _last(after: date) -> str:
    return (after - _DAY).isoformat()


# --- the township map ------------------------------------------------------------------------------------------------


class MeasureQuery(BaseModel):
    """What the map shows."""

    show: Measure = Field(Measure.HEADS, description="heads: people trained; share: share of the wishes that are met")


class TownshipAnswer(BaseModel):
    """A township in the plan; null: not known."""

    name: str
    classes: int = Field(description="Held there")
    persons: int = Field(description="Who come from there")
    wishes: int | None
    trainable_persons: int | None
    share: float | None = Field(description="Share of the wishes that are met")

    @classmethod
    def of(cls, row: TownshipRow) -> TownshipAnswer:
        """Make the answer of a township."""
        return cls(
            name=row.name, classes=row.classes, persons=row.heads, wishes=row.wishes, trainable_persons=row.persons,
            share=row.share,
        )  # fmt: skip


class TileAnswer(BaseModel):
    """A township's square on the schematic: column from the west, row from the north, both from 0."""

    name: str
    column: int
    row: int
    shade: int = Field(description="Its colour, from 1; 0: nothing to show")
    title: str


class MapAnswer(BaseModel):
    """The schematic of the townships, which keeps what lies beside what and is no map."""

    show: Measure
    townships: list[TownshipAnswer]
    columns: int = Field(description="0: the workbook's townships are not known, there is no schematic")
    rows: int
    tiles: list[TileAnswer]
    limits: list[float] = Field(description="Colour n stands for values from limits[n-1] to limits[n]")
    outlines: bool = Field(description="The bureau keeps outlines of these townships: …/outlines")


class FeatureCollection(RootModel[dict[str, Any]]):
    """GeoJSON in WGS84: a FeatureCollection of (Multi)Polygons, each with a property that holds its township's name."""


class OutlineValueAnswer(BaseModel):
    """What is to be shown on an outline."""

    name: str
    value: float | None
    text: str


class OutlinesAnswer(BaseModel):
    """The bureau's own outlines of a plan's townships with what is to be shown on them."""

    map: FeatureCollection
    values: list[OutlineValueAnswer]
    limits: list[float]
    unmatched: list[str] = Field(description="Names of the file that are none of the plan's townships")
    missing: list[str] = Field(description="Townships of the plan without an outline")


@drawings.get("/jobs/<job_id>/map", summary="乡镇示意图", responses={200: MapAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def show_map(path: JobPath, query: MeasureQuery) -> Response:
    """Show what each township gets, and its place and colour on the schematic."""
    job = finished(path.job_id)
    found = result_of(job)
    rows = township_rows(found)
    tile_map = colour_tiles(found, rows, query.show)
    return as_json(
        MapAnswer(
            show=query.show,
            townships=[TownshipAnswer.of(row) for row in rows],
            columns=tile_map.columns if tile_map is not None else 0,
            rows=tile_map.rows if tile_map is not None else 0,
            tiles=[
                TileAnswer(
                    name=one.tile.name, column=one.tile.column, row=one.tile.row, shade=one.shade, title=one.title
                )
                for one in (tile_map.tiles if tile_map is not None else ())
            ],
            limits=kept_outlines.limits_of(rows, query.show),
            outlines=kept_outlines.outlines_for(job, found) is not None,
        )
    )


@drawings.get("/jobs/<job_id>/outlines", summary="乡镇边界", responses={200: OutlinesAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def show_outlines(path: JobPath, query: MeasureQuery) -> Response:
    """Show the bureau's own outlines of the plan's townships; 404 when it keeps none of them."""
    job = finished(path.job_id)
    found = result_of(job)
    outlines = kept_outlines.outlines_for(job, found)
    if outlines is None:
        abort(404)
    return _outlines_answer(outlines, found, query.show)


@drawings.put(
    "/jobs/<job_id>/outlines",
    summary="上传乡镇边界",
    responses={200: OutlinesAnswer, **responses(400, 404, 409, 413, 415)},
)
@requires(Role.PLANNER)
def keep_outlines(path: JobPath, body: FeatureCollection) -> Response:
    """Keep the bureau's outlines, once for all its plans; only names and coordinates are kept, at most 4 MB."""
    job = finished(path.job_id)
    found = result_of(job)
    try:
        outlines = kept_outlines.keep_outlines(job, found, request.get_data())
    except BadOutlines as fault:
        wrong("body", result_wording.outline_fault(fault.key, fault.found), fault.found)
    add_detail(townships=len(outlines.geometries))
    return _outlines_answer(outlines, found, Measure.HEADS)


@drawings.delete("/jobs/<job_id>/outlines", summary="删除乡镇边界", responses={204: None, **responses(404, 409)})
@requires(Role.PLANNER)
def remove_outlines(path: JobPath) -> AnyResponse:
    """Remove the bureau's outlines from all its plans; the schematic stays."""
    kept_outlines.remove_outlines(finished(path.job_id))
    return make_response("", 204)


def _outlines_answer(outlines: Outlines, found: Result, measure: Measure) -> Response:
    plain = kept_outlines.to_plain(outlines, found, measure)
    return as_json(OutlinesAnswer(**plain, unmatched=list(outlines.unmatched), missing=list(outlines.missing)))
