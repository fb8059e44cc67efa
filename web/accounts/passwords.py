"""Passwords: argon2id hashes, the rules for new ones, one-time ones made here."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext

LEAST_CHARACTERS = 10
MOST_CHARACTERS = 200
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS = 4
_GROUP_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class HashCost:
    """What a hash costs. The default is OWASP's advice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes.

    It takes some hundredths of a second and little memory even when many sign in at once.
    """

    memory_kibibytes: int = 19_456
    passes: int = 2


class Passwords:
    """Makes and checks hashes at one cost."""

    def __init__(self, cost: HashCost) -> None:
        self._hasher = PasswordHasher(time_cost=cost.passes, memory_cost=cost.memory_kibibytes, parallelism=1)
        self._of_nobody = self._hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return self._hasher.hash(_normal(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one of a hash; for no hash it takes as long and is False."""
        try:
            self._hasher.verify(kept or self._of_nobody, _normal(password))
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made at another cost and should be made anew."""
        return self._hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """Return a password so that full-width and half-width typing of the same is the same."""
    return unicodedata.normalize("NFKC", password)


def fault_of(password: str, login: str) -> str:
    """Return what is wrong with a new password in a sentence, empty for nothing."""
    if len(_normal(password)) < LEAST_CHARACTERS:
        return str(
            gettext(
                "密码太短：至少要 %(least)s 个字符，现在是 %(found)s 个。可以用一句自己记得住的话。",
                least=LEAST_CHARACTERS,
                found=len(_normal(password)),
            )
        )
    if len(password) > MOST_CHARACTERS:
        return str(gettext("密码太长：最多 %(most)s 个字符。", most=MOST_CHARACTERS))
    if _normal(password).casefold() == _normal(login).casefold():
        return str(gettext("密码不能与登录名相同。请换一个。"))
    if len(set(_normal(password))) < 4:
        return str(gettext("密码只用了不到 4 种不同的字符，太容易猜。请换一个。"))
    return ""


def one_time_password() -> str:
    """Return a password to be told once and changed at the first sign-in; no letters that look alike."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups)
