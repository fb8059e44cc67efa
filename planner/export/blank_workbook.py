"""A new workbook of papers: its properties, what every sheet's footer names, and whether amounts show cents.

Nothing in a workbook depends on the clock or on the run: equal plans give equal bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import Final

import xlsxwriter

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.files import whole_file
from planner.export.frame import BUREAU_SIGNERS, Papers
from planner.export.wording import bureau_of, title_of

HASH_CHARACTERS: Final = 8
"""Characters of the input hash in the page footer: enough to tell two prints apart."""


@contextmanager
def new_papers(
    path: Path,
    instance: Instance,
    plan: Plan,
    subject: str,
    *,
    issuer: str = "",
    part: str = "",
    signers: Sequence[str] = BUREAU_SIGNERS,
) -> Iterator[Papers]:
    """Give a workbook to write sheets into; put it at ``path`` if the block succeeds, else leave ``path`` as it was.

    Parameters
    ----------
    subject
        What the workbook is, such as ``开班计划``, for its title property.
    issuer
        The office that fills in and stamps the papers; by default the bureau.
    part
        The provider or township whose share of the plan the workbook shows, empty for the whole county.
    signers
        Who signs, in order; the date stands behind them.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    """
    bureau = bureau_of(instance)
    with whole_file(path) as draft:
        # In memory: hundreds of small workbooks would else make and remove thousands of files for their parts.
        options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
        with xlsxwriter.Workbook(str(draft), options) as workbook:
            workbook.set_properties(
                {
                    "title": title_of(instance, subject) + (f"（{part}）" if part else ""),
                    "author": bureau,
                    "created": datetime.combine(instance.settings.plan_start, time()),
                }
            )
            footer = _footer(instance, plan)
            yield Papers(workbook, issuer or bureau, footer, _has_cents(instance, plan), part, tuple(signers))


def _has_cents(instance: Instance, plan: Plan) -> bool:
    amounts = [payment.amount_cents for payment in plan.payments] + [fund.amount_cents for fund in instance.funds]
    return any(amount % 100 for amount in amounts)


def _footer(instance: Instance, plan: Plan) -> str:
    # "&" starts a code in a page footer; doubled, it is printed.
    version = plan.version.replace("&", "&&")
    start = instance.settings.plan_start.isoformat()
    fingerprint = plan.input_sha256[:HASH_CHARACTERS]
    return (
        f"&L&8方案版本 {version} · 种子 {plan.seed} · 计划期自 {start}"
        f"&C&8第 &P 页 共 &N 页&R&8数据指纹 {fingerprint}"
    )
