"""Accounts, bureaus and the audit log in the interface."""

from __future__ import annotations

from typing import NoReturn

from flask import Response, abort, make_response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response as AnyResponse

from web.accounts import Role, current_account, requires
from web.accounts.access import current_directory
from web.accounts.directory import Refusal, Refused
from web.accounts.wording import REFUSALS
from web.api.answers import (
    AccountAnswer,
    AccountsAnswer,
    AuditAnswer,
    BureauAnswer,
    BureausAnswer,
    EntryAnswer,
    KeyAnswer,
    KeysAnswer,
    NewPasswordAnswer,
    Whole,
)
from web.api.errors import not_now, responses
from web.api.group import operations
from web.api.sending import as_json
from web.pages import current_desk
from web.store import audit

accounts = operations("accounts")


class AccountPath(BaseModel):
    """Which account."""

    account_id: str = Field(max_length=32)


class KeyPath(BaseModel):
    """Which key."""

    token_id: str = Field(max_length=32)


class BureauPath(BaseModel):
    """Which bureau."""

    bureau_id: str = Field(max_length=32)


class NewAccountBody(BaseModel):
    """An account to add to the own bureau."""

    model_config = ConfigDict(extra="forbid")
    login: str = Field(max_length=60)
    name: str = Field(max_length=60)
    role: Role = Role.VIEWER


class ChangeAccountBody(BaseModel):
    """What to change of an account."""

    model_config = ConfigDict(extra="forbid")
    role: Role | None = None
    active: bool | None = None


class NewBureauBody(BaseModel):
    """A bureau to open, with its first administrator."""

    model_config = ConfigDict(extra="forbid")
    bureau: str = Field(max_length=100)
    login: str = Field(max_length=60)
    name: str = Field(max_length=60)


class ChangeBureauBody(BaseModel):
    """Whether a bureau's accounts may sign in."""

    model_config = ConfigDict(extra="forbid")
    active: bool


class AuditQuery(BaseModel):
    """Which lines of the audit log."""

    login: str = Field("", max_length=60)
    action: str = Field("", max_length=40)
    since: AwareDatetime | None = Field(None, description="Not before this time")
    before: AwareDatetime | None = Field(None, description="Before this time")
    offset: Whole = Field(0, ge=0, le=10_000_000)
    limit: Whole = Field(100, ge=1, le=1000)


@accounts.get("/me", summary="当前账号", responses={200: AccountAnswer})
@requires(Role.VIEWER)
def me() -> Response:
    """Show whose key it is."""
    return as_json(AccountAnswer.of(current_account()))


@accounts.get("/me/keys", summary="我的接口密钥", responses={200: KeysAnswer})
@requires(Role.VIEWER)
def list_keys() -> Response:
    """List the keys of the own account; the keys themselves are not kept."""
    return as_json(KeysAnswer(keys=[KeyAnswer.of(each) for each in current_directory().tokens(current_account())]))


@accounts.delete("/me/keys/<token_id>", summary="作废接口密钥", responses={204: None, **responses(404)})
@requires(Role.VIEWER)
def revoke_key(path: KeyPath) -> AnyResponse:
    """Make one of the own keys worthless; it may be the one that asks."""
    if not current_directory().revoke_token(current_account(), path.token_id):
        abort(404)
    return make_response("", 204)


@accounts.get("/accounts", summary="本单位账号", responses={200: AccountsAnswer})
@requires(Role.ADMIN)
def list_accounts() -> Response:
    """List the accounts of the bureau."""
    return as_json(AccountsAnswer(accounts=[AccountAnswer.of(each) for each in current_directory().accounts()]))


@accounts.post("/accounts", summary="新增账号", responses={201: NewPasswordAnswer, **responses(400, 409, 415)})
@requires(Role.ADMIN)
def add_account(body: NewAccountBody) -> Response:
    """Add an account; its one-time password is told this once."""
    try:
        account, password = current_directory().add(body.login, body.name, body.role)
    except Refused as refused:
        _refuse(refused)
    return as_json(NewPasswordAnswer(account=AccountAnswer.of(account), one_time_password=password), 201)


@accounts.patch(
    "/accounts/<account_id>", summary="改角色、停用", responses={200: AccountAnswer, **responses(400, 404, 409, 415)}
)
@requires(Role.ADMIN)
def change_account(path: AccountPath, body: ChangeAccountBody) -> Response:
    """Give an account another role, shut it out or let it in again."""
    try:
        account = current_directory().change(path.account_id, role=body.role, active=body.active)
    except Refused as refused:
        _refuse(refused)
    return as_json(AccountAnswer.of(account))


@accounts.post(
    "/accounts/<account_id>/password-reset",
    summary="重置密码",
    responses={200: NewPasswordAnswer, **responses(404, 409)},
)
@requires(Role.ADMIN)
def reset_password(path: AccountPath) -> Response:
    """Give an account a one-time password, told this once; its sessions end."""
    try:
        account, password = current_directory().reset_password(path.account_id)
    except Refused as refused:
        _refuse(refused)
    return as_json(NewPasswordAnswer(account=AccountAnswer.of(account), one_time_password=password))


@accounts.get("/audit", summary="操作记录", responses={200: AuditAnswer})
@requires(Role.ADMIN)
def list_audit(query: AuditQuery) -> Response:
    """List what was done in the bureau, newest first."""
    with current_desk().jobs.database.reading() as session:
        found = audit.entries(
            session,
            login=query.login,
            action=query.action,
            since=query.since.timestamp() if query.since is not None else None,
            before=query.before.timestamp() if query.before is not None else None,
            limit=query.limit,
            offset=query.offset,
        )
    return as_json(AuditAnswer(entries=[EntryAnswer.of(entry) for entry in found]))


@accounts.get("/bureaus", summary="各单位", responses={200: BureausAnswer})
@requires(Role.VIEWER, operator=True)
def list_bureaus() -> Response:
    """List all bureaus; for operators."""
    return as_json(BureausAnswer(bureaus=[BureauAnswer.of(each) for each in current_directory().bureaus()]))


@accounts.post("/bureaus", summary="新开单位", responses={201: NewPasswordAnswer, **responses(400, 409, 415)})
@requires(Role.VIEWER, operator=True)
def open_bureau(body: NewBureauBody) -> Response:
    """Open a bureau with its first administrator; for operators."""
    try:
        account, password = current_directory().open_bureau(body.bureau, body.login, body.name)
    except Refused as refused:
        _refuse(refused)
    return as_json(NewPasswordAnswer(account=AccountAnswer.of(account), one_time_password=password), 201)


@accounts.patch(
    "/bureaus/<bureau_id>", summary="关闭或重开单位", responses={200: BureauAnswer, **responses(400, 404, 409, 415)}
)
@requires(Role.VIEWER, operator=True)
def change_bureau(path: BureauPath, body: ChangeBureauBody) -> Response:
    """Close a bureau or open it again; for operators."""
    try:
        bureau = current_directory().set_bureau_active(path.bureau_id, active=body.active)
    except Refused as refused:
        _refuse(refused)
    return as_json(BureauAnswer.of(bureau))


def _refuse(refused: Refused) -> NoReturn:
    if refused.why is Refusal.UNKNOWN:
        abort(404)
    not_now(str(REFUSALS[refused.why]))
