"""The pages of administration."""

from __future__ import annotations

import io
import shutil
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from web import figures
from web.accounts import Role, current_account, requires
from web.accounts.access import current_directory
from web.accounts.directory import Refusal, Refused
from web.accounts.wording import REFUSALS, ROLES
from web.admin.audit_sheet import MOST_ROWS, audit_sheet
from web.admin.backups import Backups
from web.admin.wording import ACTIONS, DECISION_VALUES, DETAILS
from web.health import current_health
from web.jobs import JobState
from web.store import audit
from web.store.database import Database
from web.uploads import BUNDLED

admin_pages = Blueprint("admin", __name__, url_prefix="/admin")

_ENTRIES_PER_PAGE = 100
_ROLE_DETAILS = ("role", "from", "to")


def _database() -> Database:
    database: Database = current_app.extensions["database"]
    return database


@dataclass(frozen=True, slots=True)
class OneTime:
    """A password that is shown once."""

    login: str
    name: str
    password: str


# --- accounts --------------------------------------------------------------------------------------------------------


@admin_pages.get("/")
@requires(Role.ADMIN)
def accounts() -> str:
    """List the bureau's accounts."""
    return _accounts_page()


def _accounts_page(error: str = "", shown: OneTime | None = None, form: dict[str, str] | None = None) -> str:
    return render_template(
        "admin_accounts.html", accounts=current_directory().accounts(), error=error, shown=shown, form=form or {}
    )


@admin_pages.post("/accounts")
@requires(Role.ADMIN)
def add_account() -> AnyResponse | tuple[str, int]:
    """Add an account and show its one-time password this once."""
    form = {name: request.form.get(name, "")[:200] for name in ("login", "name", "role")}
    try:
        account, password = current_directory().add(form["login"], form["name"], _role(form["role"]))
    except Refused as refused:
        return _accounts_page(str(REFUSALS[refused.why]), form=form), 400
    return _once(_accounts_page(shown=OneTime(account.login, account.name, password)))


@admin_pages.post("/accounts/<account_id>/role")
@requires(Role.ADMIN)
def change_role(account_id: str) -> AnyResponse | tuple[str, int]:
    """Give an account another role."""
    if account_id not in current_directory().names():
        abort(404)
    return _change(account_id, role=_role(request.form.get("role", "")))


@admin_pages.post("/accounts/<account_id>/active")
@requires(Role.ADMIN)
def set_active(account_id: str) -> AnyResponse | tuple[str, int]:
    """Shut an account out or let it in again."""
    return _change(account_id, active=request.form.get("active") == "1")


@admin_pages.post("/accounts/<account_id>/reset")
@requires(Role.ADMIN)
def reset_password(account_id: str) -> AnyResponse | tuple[str, int]:
    """Give an account a one-time password and show it this once."""
    try:
        account, password = current_directory().reset_password(account_id)
    except Refused as refused:
        return _refused(refused)
    return _once(_accounts_page(shown=OneTime(account.login, account.name, password)))


def _change(account_id: str, *, role: Role | None = None, active: bool | None = None) -> AnyResponse | tuple[str, int]:
    try:
        account = current_directory().change(account_id, role=role, active=active)
    except Refused as refused:
        return _refused(refused)
    flash(gettext("账号 %(login)s 已更改。", login=account.login))
    mine = account.id == current_account().id
    return redirect(url_for("pages.home" if mine else "admin.accounts"), code=303)


def _refused(refused: Refused) -> tuple[str, int]:
    if refused.why is Refusal.UNKNOWN:
        abort(404)
    return _accounts_page(str(REFUSALS[refused.why])), 400


def _role(word: str) -> Role:
    try:
        return Role(word)
    except ValueError:
        abort(400)


def _once(page: str) -> AnyResponse:
    """Answer a page with a secret on it: no browser keeps it."""
    response = make_response(page)
    response.cache_control.no_store = True
    return response


# --- the audit log ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the log is asked for; days are ISO, ``""`` for no bound, the last one counts whole."""

    login: str = ""
    action: str = ""
    first_day: str = ""
    last_day: str = ""

    @property
    def since(self) -> float | None:
        """The beginning in seconds since the epoch."""
        return _midnight(self.first_day)

    @property
    def before(self) -> float | None:
        """The end in seconds since the epoch."""
        return _midnight(self.last_day, days_later=1)


def _midnight(day: str, days_later: int = 0) -> float | None:
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=days_later), datetime.min.time()).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def _asked() -> Filter:
    return Filter(*(request.args.get(name, "")[:60].replace("\0", "") for name in ("login", "action", "from", "to")))


@admin_pages.get("/audit")
@requires(Role.ADMIN)
def audit_log() -> str:
    """Show the bureau's log, newest first."""
    asked = _asked()
    page = max(1, min(request.args.get("page", 1, type=int), 100_000))
    with _database().reading() as session:
        found = audit.entries(
            session,
            login=asked.login,
            action=asked.action,
            since=asked.since,
            before=asked.before,
            limit=_ENTRIES_PER_PAGE + 1,
            offset=(page - 1) * _ENTRIES_PER_PAGE,
        )
        people, actions = audit.people(session), audit.actions(session)
    return render_template(
        "admin_audit.html",
        entries=found[:_ENTRIES_PER_PAGE],
        more=len(found) > _ENTRIES_PER_PAGE,
        page=page,
        asked=asked,
        people=people,
        actions=[(action, action_name(action)) for action in actions],
    )


@admin_pages.get("/audit.xlsx")
@requires(Role.ADMIN)
def audit_workbook() -> Response:
    """Send the bureau's log as a workbook."""
    asked = _asked()
    with _database().reading() as session:
        found = audit.entries(
            session, login=asked.login, action=asked.action, since=asked.since, before=asked.before, limit=MOST_ROWS
        )
    file = io.BytesIO(audit_sheet(found, action_name))
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return send_file(file, as_attachment=True, download_name=gettext("操作记录.xlsx"), mimetype=kind)


@admin_pages.app_template_global()
def action_name(action: str) -> str:
    """Return what an action is called; its own word when it has no name."""
    return str(ACTIONS.get(action, action))


@admin_pages.app_template_global()
def detail_words(detail: dict[str, object]) -> list[tuple[str, str]]:
    """Return what stands beside an action, named, without identifiers."""
    return [(str(DETAILS[key]), _value(key, value)) for key, value in detail.items() if key in DETAILS and value != ""]


def _value(key: str, value: object) -> str:
    if key == "decision":
        return str(DECISION_VALUES.get(str(value), value))
    if key == "seconds" and isinstance(value, (int, float)):
        return figures.duration(value)
    if key == "budget_yuan":
        return _amount(str(value))
    return str(ROLES[Role(str(value))]) if key in _ROLE_DETAILS and value in list(Role) else str(value)


def _amount(yuan: str) -> str:
    """Return an amount with its unit; what is none stays as it was noted."""
    try:
        return figures.money(yuan)
    except ArithmeticError:
        return yuan


@admin_pages.app_template_global()
def subject_words(subject: str) -> str:
    """Return what an action was on: a bundled county by its name in the page's language, else what was noted."""
    return str(BUNDLED[subject][0]) if subject in BUNDLED else subject


# --- for operators ---------------------------------------------------------------------------------------------------


@admin_pages.get("/bureaus")
@requires(Role.VIEWER, operator=True)
def bureaus() -> str:
    """List the bureaus that share the service."""
    return _bureaus_page()


def _bureaus_page(error: str = "", shown: OneTime | None = None, form: dict[str, str] | None = None) -> str:
    return render_template(
        "admin_bureaus.html", bureaus=current_directory().bureaus(), error=error, shown=shown, form=form or {}
    )


@admin_pages.post("/bureaus")
@requires(Role.VIEWER, operator=True)
def open_bureau() -> AnyResponse | tuple[str, int]:
    """Open a bureau with its administrator and show the one-time password this once."""
    form = {name: request.form.get(name, "")[:200] for name in ("bureau", "login", "name")}
    try:
        account, password = current_directory().open_bureau(form["bureau"], form["login"], form["name"])
    except Refused as refused:
        return _bureaus_page(str(REFUSALS[refused.why]), form=form), 400
    return _once(_bureaus_page(shown=OneTime(account.login, account.name, password)))


@admin_pages.post("/bureaus/<bureau_id>/active")
@requires(Role.VIEWER, operator=True)
def set_bureau_active(bureau_id: str) -> AnyResponse | tuple[str, int]:
    """Close a bureau or open it again."""
    try:
        bureau = current_directory().set_bureau_active(bureau_id, active=request.form.get("active") == "1")
    except Refused as refused:
        if refused.why is Refusal.UNKNOWN:
            abort(404)
        return _bureaus_page(str(REFUSALS[refused.why])), 400
    words = gettext("单位“%(name)s”已开通。", name=bureau.name)
    flash(words if bureau.active else gettext("单位“%(name)s”已关闭，数据都还在。", name=bureau.name))
    return redirect(url_for("admin.bureaus"), code=303)


@admin_pages.get("/service")
@requires(Role.VIEWER, operator=True)
def service() -> str:
    """Show how the service is, and its backups."""
    disk = shutil.disk_usage(current_app.config["DATA_FOLDER"])
    backups = current_backups()
    return render_template(
        "admin_service.html",
        health=current_health(),
        counts=_counts(),
        disk=disk,
        database="SQLite" if _database().is_sqlite else "PostgreSQL",
        backups=backups.listed(),
        under_way=backups.under_way,
        failed=backups.failed,
        folder=backups.folder,
    )


def _counts() -> list[tuple[JobState, int]]:
    """Return how many versions of plans of all bureaus there are in each state, without which."""
    counts = current_app.extensions["desk"].jobs.counts()
    return [(state, counts[state]) for state in JobState if counts.get(state)]


@admin_pages.post("/backups")
@requires(Role.VIEWER, operator=True)
def make_backup() -> AnyResponse:
    """Begin a backup."""
    if current_backups().start():
        with _database().writing() as session:
            audit.note(session, "service.backup")
        flash(gettext("备份已开始，做好后列在下面。"))
    else:
        flash(gettext("正在备份，请稍候。"))
    return redirect(url_for("admin.service"), code=303)


def current_backups() -> Backups:
    """Return the backups of this application."""
    backups: Backups = current_app.extensions["backups"]
    return backups
