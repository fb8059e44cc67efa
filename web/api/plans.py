"""Plans in the interface: the lines of the workbench and their versions."""

from __future__ import annotations

from flask import Response, abort
from pydantic import BaseModel, Field

from web.accounts import Role, requires
from web.accounts.access import current_directory
from web.api.answers import JobAnswer, JobsAnswer, PlanAnswer, PlansAnswer
from web.api.errors import responses
from web.api.group import operations
from web.api.sending import as_json
from web.pages import current_desk, title_of
from web.workbench import lines_of

plans = operations("plans")


class PlanPath(BaseModel):
    """Which plan."""

    plan_id: str = Field(max_length=32)


@plans.get("/plans", summary="工作台", responses={200: PlansAnswer})
@requires(Role.VIEWER)
def list_plans() -> Response:
    """List the bureau's plans, each with its newest version."""
    lines = lines_of(current_desk().jobs.listed(), current_directory().names())
    found = [
        PlanAnswer(
            id=line.newest.series_id,
            title=title_of(line.newest),
            county=line.county,
            year=line.year,
            state=line.state,
            versions=line.versions,
            newest=JobAnswer.of(line.newest),
            published_id=line.final.id if line.final else None,
        )
        for line in lines
    ]
    return as_json(PlansAnswer(plans=found))


@plans.get("/plans/<plan_id>", summary="一个方案的各版本", responses={200: JobsAnswer, **responses(404)})
@requires(Role.VIEWER)
def show_plan(path: PlanPath) -> Response:
    """List the versions of a plan, newest first."""
    versions = current_desk().jobs.versions(path.plan_id)
    if not versions:
        abort(404)
    return as_json(JobsAnswer(jobs=[JobAnswer.of(job) for job in versions], total=len(versions)))
