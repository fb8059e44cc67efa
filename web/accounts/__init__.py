"""Who may do what: accounts of bureaus, their roles, signing in, keys for programs.

Views say with :func:`requires` which role they need at least; a view that only answers GET and says nothing may be
seen by every account, one that changes something and says nothing is closed to all.
"""

from web.accounts.access import current_account, may, public, requires
from web.accounts.account import Account
from web.store.models import Role

__all__ = ["Account", "Role", "current_account", "may", "public", "requires"]
