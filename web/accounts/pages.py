"""Signing in and out, the first start, one's own account."""

from __future__ import annotations

import secrets

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from web.accounts.access import (
    current_account,
    current_directory,
    forget,
    is_loopback,
    public,
    remember,
    requires,
)
from web.accounts.account import Account
from web.accounts.directory import Refused, normal_login
from web.accounts.passwords import fault_of
from web.accounts.wording import REFUSALS
from web.jobs import JobState
from web.store.legacy import take_over
from web.store.models import Role
from web.store.tenancy import acting

accounts = Blueprint("accounts", __name__)

_HOME = "pages.home"


def safe_target(target: str) -> str:
    """Return where to go after signing in: a page of ours, else the first one."""
    own = target.startswith("/") and not target.startswith("//") and "\\" not in target and target.isprintable()
    return target if own else url_for(_HOME)


# --- signing in ------------------------------------------------------------------------------------------------------


@accounts.get("/login")
@public
def ask_sign_in() -> str | AnyResponse:
    """Ask for login and password."""
    if current_user.is_authenticated:
        return redirect(safe_target(request.args.get("next", "")), code=303)
    return render_template("sign_in.html", target=request.args.get("next", ""))


@accounts.post("/login")
@public
def sign_in() -> AnyResponse | tuple[str, int]:
    """Start a session when login and password belong together."""
    login, password = request.form.get("login", "")[:200], request.form.get("password", "")[:1000]
    target = request.form.get("next", "")
    directory = current_directory()
    account = directory.sign_in(login, password) if login and password else None
    if account is None:
        directory.note_failed_sign_in(login, request.remote_addr or "")
        error = gettext("登录名或密码不对，或者账号已停用。忘了密码请找本单位的管理员重置。")
        return render_template("sign_in.html", target=target, login=login, error=error), 401
    remember(account)
    return redirect(safe_target(target), code=303)


@accounts.post("/logout")
@requires(Role.VIEWER)
def sign_out() -> AnyResponse:
    """End the session of this browser; a copy of its cookie is worthless from then on."""
    forget()
    return redirect(url_for("accounts.ask_sign_in"), code=303)


# --- the first start -------------------------------------------------------------------------------------------------


def setup_code() -> str:
    """Return the code that the first start asks for: empty when only this computer reaches the service."""
    return str(current_app.config.get("SETUP_CODE", ""))


@accounts.get("/setup")
@public
def ask_set_up() -> str | AnyResponse:
    """Ask for the first bureau and its administrator; leads to the sign-in page once that is done."""
    if current_directory().is_set_up():
        return redirect(url_for("accounts.ask_sign_in"), code=303)
    return render_template("setup.html", form={}, error="", with_code=bool(setup_code()))


@accounts.post("/setup")
@public
def set_up() -> AnyResponse | tuple[str, int]:
    """Make the first bureau and its administrator, and take over what an earlier version left."""
    directory = current_directory()
    if directory.is_set_up():
        return redirect(url_for("accounts.ask_sign_in"), code=303)
    form = {name: request.form.get(name, "")[:200] for name in ("bureau", "login", "name")}
    error = _setup_fault(form["login"])
    if not error:
        try:
            account = directory.set_up(form["bureau"], form["login"], form["name"], request.form["password"])
        except Refused as refused:
            error = str(REFUSALS[refused.why])
        else:
            taken = _take_over(account)
            remember(account)
            if taken:
                flash(gettext("已把以前版本的 %(count)s 个方案转到本单位。", count=taken))
            return redirect(url_for(_HOME), code=303)
    return render_template("setup.html", form=form, error=error, with_code=bool(setup_code())), 400


def _take_over(account: Account) -> int:
    """Give the jobs of an earlier version to the first bureau; those it had not examined yet are examined now."""
    desk = current_app.extensions["desk"]
    taken = take_over(desk.jobs.database, desk.data.root, account.actor)
    with acting(account.actor):  # the request itself began as nobody's
        for job in desk.jobs.in_states(JobState.EXAMINING):
            desk.orders.examine(job)
    return taken


def _setup_fault(login: str) -> str:
    """Return what is wrong with the answers about code and password, empty for nothing."""
    code = setup_code()
    if not code and not is_loopback(request.host.rpartition(":")[0].strip("[]") or request.host):
        # Another site's name that points here must not set up the service (DNS rebinding).
        return str(gettext("第一次设置请在运行本系统的计算机上打开 http://127.0.0.1 开头的网址。"))
    if code and not secrets.compare_digest(code.encode(), request.form.get("code", "").strip().encode()):
        return str(gettext("设置码不对。它显示在启动本系统的窗口里。"))
    password = request.form.get("password", "")
    if password != request.form.get("again", ""):
        return str(gettext("两次输入的密码不一样。请再输一次。"))
    return fault_of(password, normal_login(login))


# --- one's own account -----------------------------------------------------------------------------------------------


@accounts.get("/account")
@requires(Role.VIEWER)
def own() -> str:
    """Show one's own account: password and keys for programs."""
    return _own_page()


def _own_page(error: str = "", new_key: str = "") -> str:
    account = current_account()
    return render_template(
        "own_account.html",
        account=account,
        tokens=current_directory().tokens(account),
        error=error,
        new_key=new_key,
    )


@accounts.post("/account/password")
@requires(Role.VIEWER)
def change_password() -> AnyResponse | tuple[str, int]:
    """Change one's own password; other sessions of the account end."""
    account, directory = current_account(), current_directory()
    password = request.form.get("password", "")
    if not directory.is_password_of(account, request.form.get("present", "")[:1000]):
        return _own_page(gettext("现在的密码不对，没有改动。")), 400
    error = fault_of(password, account.login)
    if not error and password != request.form.get("again", ""):
        error = gettext("两次输入的新密码不一样，没有改动。")
    if not error and password == request.form.get("present", ""):
        error = gettext("新密码与现在的密码相同，没有改动。")
    if error:
        return _own_page(error), 400
    remember(directory.change_password(account, password))
    flash(gettext("密码已改。其他浏览器上的登录已失效。"))
    return redirect(url_for(_HOME if account.must_change_password else "accounts.own"), code=303)


@accounts.post("/account/tokens")
@requires(Role.VIEWER)
def add_token() -> str:
    """Make a key for a program and show it this once."""
    key = current_directory().new_token(current_account(), request.form.get("name", "")[:60])
    return _own_page(new_key=key)


@accounts.post("/account/tokens/<token_id>/revoke")
@requires(Role.VIEWER)
def revoke_token(token_id: str) -> AnyResponse | tuple[str, int]:
    """Make one of one's own keys worthless."""
    if not current_directory().revoke_token(current_account(), token_id):
        return render_template(
            "error.html", title=gettext("找不到这个页面"), text=gettext("这个接口密钥已经作废。")
        ), 404
    flash(gettext("接口密钥已作废，用它的程序不能再进入。"))
    return redirect(url_for("accounts.own"), code=303)
