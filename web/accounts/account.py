"""An account as the pages see it."""

from __future__ import annotations

from dataclasses import dataclass

from web.store.models import AccountRow, BureauRow, Role
from web.store.tenancy import Actor

_RANK = {Role.VIEWER: 0, Role.PLANNER: 1, Role.ADMIN: 2}


@dataclass(frozen=True, slots=True)
class Account:
    """Who is signed in, with the methods Flask-Login asks for. Times are seconds since the epoch."""

    id: str
    bureau_id: str
    bureau_name: str
    login: str
    name: str
    role: Role
    operator: bool
    must_change_password: bool
    active: bool
    stamp: str
    created_at: float
    last_login_at: float | None = None
    by_token: bool = False
    session_id: str = ""

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is signed in: an account always is."""
        return True

    @property
    def is_active(self) -> bool:
        """Whether the account may sign in."""
        return self.active

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is signed in."""
        return False

    def get_id(self) -> str:
        """Return what the browser's cookie remembers: which session it is."""
        return self.session_id

    def may(self, least: Role) -> bool:
        """Whether the account has this role or one above it."""
        return _RANK[self.role] >= _RANK[least]

    @property
    def actor(self) -> Actor:
        """The account as the store knows who acts."""
        return Actor(self.bureau_id, self.id, self.login)


def account_of(row: AccountRow, bureau: BureauRow, *, by_token: bool = False, session_id: str = "") -> Account:
    """Make an account of its rows."""
    return Account(
        id=row.id,
        bureau_id=row.bureau_id,
        bureau_name=bureau.name,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        operator=row.operator,
        must_change_password=row.must_change_password,
        active=row.active,
        stamp=row.stamp,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
        by_token=by_token,
        session_id=session_id,
    )
