"""Numbers as the office writes them: thousands separators, 万元 from 100,000 yuan up, shares rounded upwards."""

from __future__ import annotations

import math
import unicodedata
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask_babel import get_locale, gettext

from planner.export.wording import span_words

_TEN_THOUSAND = Decimal(10_000)
_MOST_YUAN = Decimal(10) ** 12
_SMALLEST_SHARE = 5e-6
_WHOLE_BESIDE_BOUND = 1000


def _decimal(number: float | Decimal, pattern: str) -> str:
    return format_decimal(number, format=pattern, locale=get_locale())


def whole(number: float) -> str:
    """Return a count such as ``3,412``."""
    return _decimal(round(number), "#,##0")


def span(low: str, high: str) -> str:
    """Return a range in words such as ``97.4 至 98.0``, one number where it has no width."""
    return span_words(low, high, gettext(" 至 "))


def expected(jobs: float) -> str:
    """Return expected jobs: whole from 100 up, one decimal below."""
    return whole(jobs) if abs(jobs) >= 100 else _decimal(jobs, "#,##0.#")


def money(yuan: Decimal | str) -> str:
    """Return an amount with its unit: 万元 from 100,000 yuan up, else 元 (in English yuan throughout)."""
    amount = Decimal(yuan)
    if str(get_locale()).startswith("zh") and abs(amount) >= 100_000:
        return str(gettext("%(amount)s 万元", amount=_decimal(amount / _TEN_THOUSAND, "#,##0.##")))
    return str(gettext("%(amount)s 元", amount=_decimal(amount, "#,##0.##")))


def ten_thousands(yuan: Decimal | str) -> str:
    """Return an amount in 10,000 yuan as it stands in a column: two decimals, a plain 0 for nothing."""
    return _decimal(Decimal(yuan) / _TEN_THOUSAND, "#,##0.00") if Decimal(yuan) else "0"


def exact_yuan(yuan: Decimal | str) -> str:
    """Return an amount to the fen, in yuan."""
    return str(gettext("%(amount)s 元", amount=_decimal(Decimal(yuan), "#,##0.00")))


def at_most(jobs: float) -> str:
    """Return a proved bound on expected jobs, rounded up so that it stays one."""
    tenths = math.ceil(round(jobs * 10, 6))
    return whole(math.ceil(tenths / 10)) if abs(jobs) >= 100 else expected(tenths / 10)


def found(jobs: float) -> str:
    """Return expected jobs that stand beside a bound: whole from 1,000 up, one decimal below.

    A small county's plan of 135.4 and its bound of 137.4 would look 2.2 % apart as 135 and 138.
    """
    return whole(jobs) if abs(jobs) >= _WHOLE_BESIDE_BOUND else _decimal(jobs, "#,##0.0")


def proved(jobs: float) -> str:
    """Return a proved bound beside :func:`found`, rounded up so that it stays one."""
    tenths_ = math.ceil(round(jobs * 10, 6)) / 10
    return whole(math.ceil(tenths_)) if abs(jobs) >= _WHOLE_BESIDE_BOUND else _decimal(tenths_, "#,##0.0")


def share_up(share: float) -> str:
    """Return a share as percent rounded up, so that "at most" stays true: 0.0101 gives ``1.1%``.

    One decimal from 0.1 % up, two below, as on the printed papers.
    """
    percent = Decimal(repr(round(share, 9))) * 100
    step = Decimal("0.1") if percent >= Decimal("0.1") else Decimal("0.01")
    return f"{max(percent, Decimal(0)).quantize(step, rounding=ROUND_CEILING).normalize():f}%"


def share(part: float) -> str:
    """Return a share as whole percent."""
    return f"{round(part * 100)}%"


def is_nothing(share_: float) -> bool:
    """Whether a gap is too small to be told from none."""
    return share_ < _SMALLEST_SHARE


def duration(seconds: float) -> str:
    """Return a duration in seconds, or in minutes and seconds from one minute up, whole minutes alone."""
    seconds = max(0, int(seconds))
    if seconds < 60:
        return str(gettext("%(seconds)s 秒", seconds=seconds))
    if not seconds % 60:
        return str(gettext("%(minutes)s 分钟", minutes=seconds // 60))
    return str(gettext("%(minutes)s 分 %(seconds)s 秒", minutes=seconds // 60, seconds=seconds % 60))


def megabytes(size_bytes: int) -> str:
    """Return the size of a file in MB with one decimal, at least 0.1."""
    return f"{max(0.1, size_bytes / 1_000_000):.1f} MB"


def gigabytes(size_bytes: int) -> str:
    """Return a size in GB with one decimal."""
    return f"{size_bytes / 1_000_000_000:,.1f} GB"


def moment(epoch_seconds: float) -> str:
    """Return the local date and time of an event."""
    return format_datetime(datetime.fromtimestamp(epoch_seconds), "yyyy-MM-dd HH:mm", locale=get_locale())


def month(day: date) -> str:
    """Return the month's short name."""
    return format_date(day, "LLL", locale=get_locale())


def budget_in_ten_thousands(yuan: Decimal | str) -> str:
    """Return an amount as the budget field shows it: 10,000 yuan, exact, without separators."""
    return format(Decimal(yuan) / _TEN_THOUSAND, "f").rstrip("0").rstrip(".") if Decimal(yuan) else "0"


def read_budget(text: str) -> Decimal | None:
    """Read the budget field (10,000 yuan) and return yuan; None when it is empty.

    Full-width digits, thousands separators and a trailing 万元 are understood.

    Raises
    ------
    ValueError
        When it is no amount from 0 to 10^12 yuan with at most two decimals of a yuan.
    """
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("元").removesuffix("万")
    plain = plain.replace(",", "").replace(" ", "").replace("，", "")
    if not plain:
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not amount.is_finite():
        raise ValueError(text)
    yuan = amount * _TEN_THOUSAND
    if not 0 <= yuan <= _MOST_YUAN or yuan != yuan.quantize(Decimal("0.01")):
        raise ValueError(text)
    return yuan.quantize(Decimal("0.01"))


def tenths(jobs: float) -> str:
    """Return a small number of expected jobs with one decimal."""
    return _decimal(round(jobs, 1) + 0.0, "#,##0.0")


def signed(jobs: float) -> str:
    """Return a difference in expected jobs with its sign: one decimal below 100, whole from there."""
    rounded = round(jobs, 0 if abs(jobs) >= 100 else 1) + 0.0
    words = whole(abs(rounded)) if abs(jobs) >= 100 else _decimal(abs(rounded), "#,##0.0")
    return words if not rounded else f"{'+' if rounded > 0 else '−'}{words}"


def signed_whole(number: int) -> str:
    """Return a difference of counts with its sign."""
    return whole(number) if not number else f"{'+' if number > 0 else '−'}{whole(abs(number))}"


def plain_yuan(yuan: Decimal | str) -> str:
    """Return an amount to the fen without its unit, as it stands in a column."""
    return _decimal(Decimal(yuan), "#,##0.00")
