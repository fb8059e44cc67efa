"""The state of the service in the interface, for operators."""

from __future__ import annotations

from flask import Response, current_app
from flask_babel import gettext
from pydantic import BaseModel, Field

from web.accounts import Role, requires
from web.admin.backups import Backups
from web.api.answers import instant
from web.api.errors import not_now, responses
from web.api.group import operations
from web.api.sending import as_json
from web.desk import current_desk
from web.health import current_health
from web.store import audit

service = operations("service")


class BackupAnswer(BaseModel):
    """A backup in the folder of the server."""

    name: str
    bytes: int
    made_at: str


class ServiceAnswer(BaseModel):
    """How the service is."""

    well: bool
    database_answers: bool
    free_megabytes: int
    enough_space: bool
    coordinator_seconds: float | None = Field(description="Since it spoke; null: never")
    jobs: dict[str, int] = Field(description="Versions of plans of all bureaus by state")
    backups: list[BackupAnswer]
    backup_under_way: bool
    backup_failed: bool


@service.get("/service", summary="系统状态", responses={200: ServiceAnswer})
@requires(Role.VIEWER, operator=True)
def show() -> Response:
    """Show how the service is, and its backups; for operators."""
    return _answer()


@service.post("/service/backups", summary="开始备份", responses={202: ServiceAnswer, **responses(409)})
@requires(Role.VIEWER, operator=True)
def make_backup() -> Response:
    """Begin a backup; for operators."""
    if not _backups().start():
        not_now(gettext("正在备份，请稍候。"))
    with current_desk().jobs.database.writing() as session:
        audit.note(session, "service.backup")
    return _answer(202)


def _backups() -> Backups:
    backups: Backups = current_app.extensions["backups"]
    return backups


def _answer(status: int = 200) -> Response:
    health, backups = current_health(), _backups()
    return as_json(
        ServiceAnswer(
            well=health.well,
            database_answers=health.database,
            free_megabytes=health.free_megabytes,
            enough_space=health.enough_space,
            coordinator_seconds=health.coordinator_seconds,
            jobs=current_desk().jobs.counts(),
            backups=[
                BackupAnswer(name=one.name, bytes=one.size_bytes, made_at=instant(one.made_at))
                for one in backups.listed()
            ],
            backup_under_way=backups.under_way,
            backup_failed=backups.failed,
        ),
        status,
    )
