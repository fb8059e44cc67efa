"""The door of every page: who asks, whether that account may, and whose rows the request sees."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import LoginManager, current_user, login_user
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from web.accounts.account import Account
from web.accounts.directory import Directory
from web.api.errors import of_interface
from web.store.audit import begin_watch
from web.store.models import Role
from web.store.tenancy import NOBODY, enter, leave

View = TypeVar("View", bound=Callable[..., Any])

_BEARER = "Bearer "
_REMEMBERED = "_user_id"
"""Where Flask-Login keeps in the cookie which session it is."""
_OWN_PASSWORD = frozenset({"accounts.own", "accounts.change_password", "accounts.sign_out"})
"""What an account may do before it has changed the password it was given."""


def requires(least: Role, *, operator: bool = False, audited: bool = False) -> Callable[[View], View]:
    """Let only accounts with this role or one above it into a view, with ``operator`` only operators among them.

    Changes are written to the audit log anyway; ``audited`` writes down looking, too.
    """

    def mark(view: View) -> View:
        view.least_role, view.operator_only, view.audited = least, operator, audited  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Let everybody into a view, signed in or not."""
    view.least_role, view.operator_only = None, False  # type: ignore[attr-defined]
    return view


def is_declared(app: Flask, endpoint: str) -> bool:
    """Whether a view says who may enter."""
    return endpoint == "static" or hasattr(app.view_functions[endpoint], "least_role")


def least_role(app: Flask, endpoint: str) -> Role | None:
    """Return the role a view needs at least, None for everybody; a view that says nothing is for all accounts."""
    if endpoint == "static":
        return None
    role: Role | None = getattr(app.view_functions[endpoint], "least_role", Role.VIEWER)
    return role


def current_account() -> Account:
    """Return who is signed in; only for views that are not public."""
    account: Account = current_user._get_current_object()
    return account


def may(role: str) -> bool:
    """Whether who is signed in has this role or one above it; False for visitors. For templates, too."""
    return bool(current_user and current_user.is_authenticated and current_user.may(Role(role)))


def current_directory() -> Directory:
    """Return the accounts of this application."""
    directory: Directory = current_app.extensions["directory"]
    return directory


def remember(account: Account) -> None:
    """Begin a session for an account in this browser; one that went on here before has ended."""
    forget()
    session.permanent = True
    login_user(current_directory().begin_session(account))


def forget() -> None:
    """End the session of this browser, on the server, too; nothing of it stays but the language."""
    remembered, language = session.get(_REMEMBERED), session.get("language")
    if remembered:
        current_directory().end_session(str(remembered))
    session.clear()
    if language:
        session["language"] = language


def init_access(app: Flask, directory: Directory) -> None:
    """Stand at the door of every view of the application."""
    app.extensions["directory"] = directory
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # checked below, except for programs that bring their key
    csrf = CSRFProtect(app)
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(directory.of_session)
    manager.request_loader(_by_token)
    app.jinja_env.globals.update(may=may)

    @app.before_request
    def open_door() -> AnyResponse | None:
        g.actor_token, g.account = enter(NOBODY), None
        begin_watch()
        if request.endpoint == "static":
            return None
        if not directory.is_set_up() and not _is_public() and not of_interface():
            return redirect(url_for("accounts.ask_set_up"), code=303)
        signed_in = current_user.is_authenticated
        if signed_in:
            g.account = current_account()
            enter(g.account.actor)
        if not (signed_in and current_user.by_token) and app.config["WTF_CSRF_ENABLED"]:
            csrf.protect()
        return None if request.endpoint is None or _is_public() else _admit()

    @app.after_request
    def give_no_cookie(response: Response) -> Response:
        if g.get("account") is not None and g.account.by_token:
            session.modified = False  # a program brings its key every time
        return response

    @app.teardown_request
    def close_door(error: BaseException | None) -> None:
        token = g.pop("actor_token", None)
        if token is not None:
            leave(token)


def _is_public() -> bool:
    return request.endpoint is not None and least_role(current_app, request.endpoint) is None


def _admit() -> AnyResponse | None:
    """Let the account in, send it elsewhere, or refuse."""
    assert request.endpoint is not None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if current_user.must_change_password and request.endpoint not in _OWN_PASSWORD:
        if of_interface():
            abort(403)
        flash(gettext("这是一次性密码。请先换成自己的密码，再继续。"))
        return redirect(url_for("accounts.own"), code=303)
    view = current_app.view_functions[request.endpoint]
    declared = hasattr(view, "least_role") or request.method in ("GET", "HEAD", "OPTIONS")
    role = least_role(current_app, request.endpoint) or Role.VIEWER
    if not declared or not current_user.may(role) or (getattr(view, "operator_only", False) and not _is_operator()):
        abort(403)
    return None


def _is_operator() -> bool:
    return bool(current_user.operator)


def _ask_to_sign_in() -> AnyResponse:
    """Lead a person to the sign-in page and back; tell a script or program that it is not signed in."""
    if of_interface() or request.method != "GET" or "text/html" not in request.headers.get("Accept", ""):
        abort(401)
    here = request.full_path.rstrip("?")
    return redirect(url_for("accounts.ask_sign_in", next=here if here != "/" else None), code=303)


def _by_token(asked: Any) -> Account | None:
    header: str = asked.headers.get("Authorization", "")
    if not header.startswith(_BEARER):
        return None
    return current_directory().of_token(header.removeprefix(_BEARER).strip())


def is_loopback(address: str | None) -> bool:
    """Whether an address is this computer's own."""
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return address == "localhost"
