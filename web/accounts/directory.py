"""The accounts of all bureaus: who signs in, who is added, changed, shut out.

What an administrator does here touches only the administrator's bureau, because sessions are confined to it
(:mod:`web.store.tenancy`). Signing in and the first start look at all bureaus. Every change is written to the audit log
in the same transaction.
"""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
import time
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, delete, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from web.accounts.account import Account, account_of
from web.accounts.passwords import Passwords, one_time_password
from web.store import audit
from web.store.database import Database
from web.store.models import AccountRow, BureauRow, Role, SignInRow, TokenRow, new_id
from web.store.tenancy import Actor, acting, current_actor, unconfined

_log = logging.getLogger(__name__)

_LOGIN = re.compile(r"[\w.@-]{2,60}")
_TOKEN_PREFIX = "plan_"
_USE_SECONDS = 60.0
"""The use of a key or session is written down so often at most."""
_SETUP_LOCK = 7_305_002


class Refusal(StrEnum):
    """Why the directory did not do what it was asked for."""

    LOGIN_TAKEN = "login_taken"
    LOGIN_FORM = "login_form"
    NAME_MISSING = "name_missing"
    BUREAU_TAKEN = "bureau_taken"
    BUREAU_MISSING = "bureau_missing"
    LAST_ADMIN = "last_admin"
    OWN_BUREAU = "own_bureau"
    UNKNOWN = "unknown"
    SET_UP = "set_up"


class Refused(Exception):
    """The directory did not do it; nothing was changed."""

    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(str(why))


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau and how many accounts may sign in. Times are seconds since the epoch."""

    id: str
    name: str
    active: bool
    created_at: float
    accounts: int = 0


@dataclass(frozen=True, slots=True)
class Token:
    """A key of an account as its page lists it; the key itself is not kept."""

    id: str
    name: str
    created_at: float
    last_used_at: float | None


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long sessions last: hours without a request, and hours altogether."""

    idle_hours: float = 12.0
    longest_hours: float = 168.0

    def goes_on(self, now: float) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        """Return the conditions on a session's row that it has not run out at a time in seconds since the epoch."""
        return (
            SignInRow.last_used_at > now - 3600 * self.idle_hours,
            SignInRow.created_at > now - 3600 * self.longest_hours,
        )


class Directory:
    """Reads and changes accounts; safe to use from several threads."""

    def __init__(self, database: Database, passwords: Passwords, lasting: Lasting | None = None) -> None:
        self._database, self._passwords, self._lasting = database, passwords, lasting or Lasting()
        self._set_up = False

    # --- the first start ---------------------------------------------------------------------------------------------

    def is_set_up(self) -> bool:
        """Whether there is a bureau; once there is, it is not asked again."""
        if not self._set_up:
            with acting(None), self._database.reading() as session:
                self._set_up = session.scalar(select(func.count()).select_from(BureauRow)) != 0
        return self._set_up

    def set_up(self, bureau_name: str, login: str, name: str, password: str) -> Account:
        """Make the first bureau and its administrator, who is also the operator, with a password of their own.

        Raises
        ------
        Refused
            When there is a bureau already, or a name cannot be used.
        """
        hashed = self._passwords.hash(password)
        with acting(None), self._database.writing() as session:
            if not self._database.is_sqlite:  # SQLite's writers wait for one another anyway
                session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SETUP_LOCK})
            if session.scalar(select(func.count()).select_from(BureauRow)):
                raise Refused(Refusal.SET_UP)
            bureau = _new_bureau(session, bureau_name)
            row = _new_account(session, bureau, login, name, Role.ADMIN, hashed)
            row.operator, row.must_change_password = True, False
            account = account_of(row, bureau)
            with acting(account.actor):
                audit.note(session, "service.set_up", bureau.name)
            return account

    # --- signing in --------------------------------------------------------------------------------------------------

    def sign_in(self, login: str, password: str) -> Account | None:
        """Return the account of a login and password; None when they do not belong together or it is shut out."""
        with acting(None), self._database.reading() as session:
            found = session.execute(
                select(AccountRow, BureauRow)
                .join(BureauRow, AccountRow.bureau_id == BureauRow.id)
                .where(AccountRow.login == normal_login(login), AccountRow.active, BureauRow.active)
            ).first()
        # Outside of any transaction, since it takes its time; as long for a login that there is not.
        if not self._passwords.matches(found[0].password_hash if found else None, password) or not found:
            return None
        account = account_of(*found)
        renewed = self._passwords.hash(password) if self._passwords.outdated(found[0].password_hash) else None
        with acting(account.actor), self._database.writing() as session:
            row = _account_row(session, account.id)
            row.last_login_at = time.time()
            row.password_hash = renewed or row.password_hash
            audit.note(session, "account.sign_in", account.login)
        return account

    def note_failed_sign_in(self, login: str, address: str) -> None:
        """Write down that somebody could not sign in, with the bureau of the account if there is such a one."""
        with acting(None), self._database.writing() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.login == normal_login(login)))
            # What was typed may be a password: only a known login is written down.
            with acting(_actor_of(row) if row is not None else None):
                audit.note(
                    session, "account.sign_in_failed", row.login if row is not None else "", {"address": address}
                )

    # --- sessions ----------------------------------------------------------------------------------------------------

    def begin_session(self, account: Account) -> Account:
        """Begin a session for an account that has just shown who it is; return it with the session's name.

        When the account's sessions were ended since ``account`` was read, the new one has ended, too.
        """
        now = time.time()
        row = SignInRow(
            bureau_id=account.bureau_id, account_id=account.id, stamp=account.stamp, created_at=now, last_used_at=now
        )
        with acting(account.actor), self._database.writing() as session:
            session.add(row)
        return replace(account, session_id=row.id)

    def of_session(self, session_id: str) -> Account | None:
        """Return the account of a session that goes on: neither ended nor too old nor unused for too long."""
        now = time.time()
        with acting(None), self._database.reading() as session:
            found = session.execute(
                select(AccountRow, BureauRow, SignInRow.last_used_at)
                .join(BureauRow, AccountRow.bureau_id == BureauRow.id)
                .join(SignInRow, (SignInRow.account_id == AccountRow.id) & (SignInRow.stamp == AccountRow.stamp))
                .where(SignInRow.id == session_id, AccountRow.active, BureauRow.active, *self._lasting.goes_on(now))
            ).first()
        if found is None:
            return None
        if now - found[2] > _USE_SECONDS:
            self._note_use(session_id, now)
        return account_of(found[0], found[1], session_id=session_id)

    def _note_use(self, session_id: str, now: float) -> None:
        """Write down that a session is in use; when the database is busy the next request does."""
        try:
            with acting(None), self._database.writing() as session:
                session.execute(update(SignInRow).where(SignInRow.id == session_id).values(last_used_at=now))
        except OperationalError:
            _log.warning("the use of a session could not be written down")

    def end_session(self, session_id: str) -> None:
        """End a session: a copy of its cookie is worthless from now on."""
        with acting(None), self._database.writing() as session:
            session.execute(delete(SignInRow).where(SignInRow.id == session_id))

    def clear_sessions(self) -> int:
        """Remove what is left of sessions that have ended; return how many."""
        stamps = select(AccountRow.stamp).where(AccountRow.id == SignInRow.account_id).scalar_subquery()
        with acting(None), self._database.writing() as session:
            ended = delete(SignInRow).where((SignInRow.stamp != stamps) | ~and_(*self._lasting.goes_on(time.time())))
            result = session.execute(ended.execution_options(synchronize_session=False))
            return int(result.rowcount)  # type: ignore[attr-defined]  # the result of a DELETE

    # --- keys of programs --------------------------------------------------------------------------------------------

    def of_token(self, key: str) -> Account | None:
        """Return the account whose key this is."""
        sha256 = hashlib.sha256(key.encode()).hexdigest()
        with acting(None), self._database.reading() as session:
            token = session.scalar(select(TokenRow).where(TokenRow.sha256 == sha256))
            account = _active(session, token.account_id, by_token=True) if token is not None else None
        if token is None or account is None or account.must_change_password:
            return None
        now = time.time()
        if now - (token.last_used_at or 0.0) > _USE_SECONDS:
            with acting(None), self._database.writing() as session:
                used = session.get(TokenRow, token.id)
                if used is not None:
                    used.last_used_at = now
        return account

    # --- one's own account -------------------------------------------------------------------------------------------

    def is_password_of(self, account: Account, password: str) -> bool:
        """Whether this is the account's present password."""
        with self._database.reading() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.id == account.id))
            return self._passwords.matches(row.password_hash if row is not None else None, password)

    def change_password(self, account: Account, password: str) -> Account:
        """Give the account a new password; all its sessions end. Return it with its new stamp."""
        hashed = self._passwords.hash(password)
        with self._database.writing() as session:
            row = _account_row(session, account.id)
            row.password_hash = hashed
            row.must_change_password, row.stamp = False, new_id()
            audit.note(session, "account.change_password", row.login)
            return account_of(row, _bureau_row(session, row.bureau_id))

    def tokens(self, account: Account) -> list[Token]:
        """Return the account's keys, newest first."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(TokenRow).where(TokenRow.account_id == account.id).order_by(TokenRow.created_at.desc())
            )
            return [Token(row.id, row.name, row.created_at, row.last_used_at) for row in rows]

    def new_token(self, account: Account, name: str) -> str:
        """Make a key for a program that acts for the account; return it, since only its hash is kept."""
        key = _TOKEN_PREFIX + secrets.token_urlsafe(32)
        with self._database.writing() as session:
            session.add(
                TokenRow(
                    bureau_id=account.bureau_id,
                    account_id=account.id,
                    name=_plain(name) or "API",
                    sha256=hashlib.sha256(key.encode()).hexdigest(),
                )
            )
            audit.note(session, "token.add", _plain(name) or "API")
        return key

    def revoke_token(self, account: Account, token_id: str) -> bool:
        """Make a key of the account worthless; False when there is no such key."""
        with self._database.writing() as session:
            row = session.scalar(select(TokenRow).where(TokenRow.id == token_id, TokenRow.account_id == account.id))
            if row is None:
                return False
            session.delete(row)
            audit.note(session, "token.revoke", row.name)
            return True

    # --- the accounts of a bureau ------------------------------------------------------------------------------------

    def accounts(self) -> list[Account]:
        """Return the accounts of whoever's bureau it is, those that may sign in first, then by login."""
        with self._database.reading() as session:
            rows = session.execute(
                select(AccountRow, BureauRow)
                .join(BureauRow, AccountRow.bureau_id == BureauRow.id)
                .order_by(AccountRow.active.desc(), AccountRow.login)
            )
            return [account_of(row, bureau) for row, bureau in rows]

    def names(self) -> dict[str, str]:
        """Return the names of the accounts by id."""
        return {account.id: account.name for account in self.accounts()}

    def add(self, login: str, name: str, role: Role, bureau_id: str | None = None) -> tuple[Account, str]:
        """Add an account to a bureau (for None that of whoever acts); return it with its one-time password.

        Raises
        ------
        Refused
            When the login is taken or cannot be one, or the name is missing.
        """
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with self._database.writing() as session:
            actor = current_actor()
            bureau = _bureau_row(session, bureau_id or (actor.bureau_id if actor is not None else ""))
            row = _new_account(session, bureau, login, name, role, hashed)
            audit.note(session, "account.add", row.login, {"role": str(role), "bureau": bureau.name})
            return account_of(row, bureau), password

    def change(self, account_id: str, *, role: Role | None = None, active: bool | None = None) -> Account:
        """Give an account another role, shut it out or let it in again; shutting out ends its sessions.

        Raises
        ------
        Refused
            When there is no such account in the bureau, or the bureau would be left without an administrator.
        """
        with self._database.writing() as session:
            row = _account_row(session, account_id)
            bureau = _bureau_row(session, row.bureau_id, lock=True)
            stays = row.active if active is None else active
            becomes = Role(row.role) if role is None else role
            if not (stays and becomes is Role.ADMIN) and _is_last_admin(session, row):
                raise Refused(Refusal.LAST_ADMIN)
            if role is not None and role != row.role:
                audit.note(session, "account.role", row.login, {"from": row.role, "to": str(role)})
                row.role = role
            if active is not None and active != row.active:
                audit.note(session, "account.let_in" if active else "account.shut_out", row.login)
                row.active, row.stamp = active, new_id()
            return account_of(row, bureau)

    def reset_password(self, account_id: str) -> tuple[Account, str]:
        """Give an account a one-time password, to be told once; its sessions end.

        Raises
        ------
        Refused
            When there is no such account in the bureau.
        """
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with self._database.writing() as session:
            row = _account_row(session, account_id)
            _reset(row, hashed)
            audit.note(session, "account.reset_password", row.login)
            return account_of(row, _bureau_row(session, row.bureau_id)), password

    def rescue(self, login: str) -> tuple[Account, str]:
        """Give an account of any bureau a one-time password and let it in again: for whoever has the console.

        Raises
        ------
        Refused
            When there is no such account.
        """
        password = one_time_password()
        hashed = self._passwords.hash(password)
        with acting(None), self._database.writing() as session:
            row = session.scalar(select(AccountRow).where(AccountRow.login == normal_login(login)))
            if row is None:
                raise Refused(Refusal.UNKNOWN)
            _reset(row, hashed)
            row.active = True
            with acting(_actor_of(row)):
                audit.note(session, "account.rescue", row.login)
            return account_of(row, _bureau_row(session, row.bureau_id)), password

    def everyone(self) -> list[Account]:
        """Return the accounts of all bureaus: for whoever has the console."""
        with acting(None):
            return self.accounts()

    # --- bureaus (for the operator) ----------------------------------------------------------------------------------

    def bureaus(self) -> list[Bureau]:
        """Return all bureaus by name."""
        with acting(None), self._database.reading() as session:
            counts = dict(
                session.execute(
                    select(AccountRow.bureau_id, func.count()).where(AccountRow.active).group_by(AccountRow.bureau_id)
                ).all()
            )
            rows = session.scalars(select(BureauRow).order_by(BureauRow.name))
            return [Bureau(row.id, row.name, row.active, row.created_at, counts.get(row.id, 0)) for row in rows]

    def open_bureau(self, bureau_name: str, login: str, name: str) -> tuple[Account, str]:
        """Open a bureau with its administrator; return the account with its one-time password.

        Raises
        ------
        Refused
            When a name is missing or taken.
        """
        password, actor = one_time_password(), current_actor()
        hashed = self._passwords.hash(password)
        with acting(None), self._database.writing() as session:
            bureau = _new_bureau(session, bureau_name)
            row = _new_account(session, bureau, login, name, Role.ADMIN, hashed)
            with acting(actor):
                audit.note(session, "bureau.open", bureau.name, {"admin": row.login})
            return account_of(row, bureau), password

    def set_bureau_active(self, bureau_id: str, *, active: bool) -> Bureau:
        """Close a bureau, whose sessions end, whose accounts cannot sign in and whose rows all stay, or open it again.

        Raises
        ------
        Refused
            When there is no such bureau, or it is the own one of whoever acts.
        """
        actor = current_actor()
        if actor is not None and actor.bureau_id == bureau_id and not active:
            raise Refused(Refusal.OWN_BUREAU)
        with acting(None), self._database.writing() as session:
            row = _bureau_row(session, bureau_id)
            row.active = active
            if not active:
                session.execute(delete(SignInRow).where(SignInRow.bureau_id == row.id))
            with acting(actor):
                audit.note(session, "bureau.reopen" if active else "bureau.close", row.name)
            return Bureau(row.id, row.name, row.active, row.created_at)


def normal_login(login: str) -> str:
    """Return a login as it is kept: half-width, small letters, no blanks around."""
    return unicodedata.normalize("NFKC", login).strip().lower()


def _plain(name: str) -> str:
    """Return a name typed into a form on one line, without control characters."""
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in name).split())[:60]


def _new_bureau(session: Session, name: str) -> BureauRow:
    name = _plain(name)
    if not name:
        raise Refused(Refusal.BUREAU_MISSING)
    if session.scalar(select(BureauRow.id).where(BureauRow.name == name)) is not None:
        raise Refused(Refusal.BUREAU_TAKEN)
    bureau = BureauRow(name=name)
    session.add(bureau)
    session.flush()
    return bureau


def _new_account(
    session: Session, bureau: BureauRow, login: str, name: str, role: Role, password_hash: str
) -> AccountRow:
    login, name = normal_login(login), _plain(name)
    if not _LOGIN.fullmatch(login):
        raise Refused(Refusal.LOGIN_FORM)
    if not name:
        raise Refused(Refusal.NAME_MISSING)
    with unconfined(session):  # logins are one for the whole service
        if session.scalar(select(AccountRow.id).where(AccountRow.login == login)) is not None:
            raise Refused(Refusal.LOGIN_TAKEN)
    row = AccountRow(bureau_id=bureau.id, login=login, name=name, role=role, password_hash=password_hash)
    session.add(row)
    session.flush()
    return row


def _reset(row: AccountRow, password_hash: str) -> None:
    row.password_hash, row.must_change_password, row.stamp = password_hash, True, new_id()


def _account_row(session: Session, account_id: str) -> AccountRow:
    row = session.scalar(select(AccountRow).where(AccountRow.id == account_id))
    if row is None:
        raise Refused(Refusal.UNKNOWN)
    return row


def _bureau_row(session: Session, bureau_id: str, *, lock: bool = False) -> BureauRow:
    statement = select(BureauRow).where(BureauRow.id == bureau_id)
    row = session.scalar(statement.with_for_update() if lock else statement)
    if row is None:
        raise Refused(Refusal.UNKNOWN)
    return row


def _is_last_admin(session: Session, row: AccountRow) -> bool:
    """Whether an account is the only one that is administrator of its bureau and may sign in."""
    if row.role != Role.ADMIN or not row.active:
        return False
    others = select(func.count()).where(
        AccountRow.bureau_id == row.bureau_id,
        AccountRow.role == Role.ADMIN,
        AccountRow.active,
        AccountRow.id != row.id,
    )
    return session.scalar(others) == 0


def _active(session: Session, account_id: str, *, by_token: bool = False) -> Account | None:
    found = session.execute(
        select(AccountRow, BureauRow)
        .join(BureauRow, AccountRow.bureau_id == BureauRow.id)
        .where(AccountRow.id == account_id, AccountRow.active, BureauRow.active)
    ).first()
    return account_of(*found, by_token=by_token) if found is not None else None


def _actor_of(row: AccountRow) -> Actor:
    return Actor(row.bureau_id, row.id, row.login)
