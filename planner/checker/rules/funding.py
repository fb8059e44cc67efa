"""Rules on money: every cost paid in full by eligible funds, no fund beyond its amount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.checker.audit import Audit, CheckedClass
from planner.checker.calendar import FRIDAY
from planner.checker.money import CostItem, do_dates_allow, do_rules_allow
from planner.checker.register import Breach, rule
from planner.domain.instance import CostKind, Fund
from planner.domain.plan import Payment


def yuan(cents: int) -> str:
    """Cents as yuan with two decimals."""
    return f"{cents // 100}.{cents % 100:02d} 元"


def _item_text(class_id: str, item: CostItem) -> str:
    kind, group = item
    return f"班级 {class_id} 的{kind}" + (f"（{group}）" if group else "")


def _payment_text(payment: Payment) -> str:
    return _item_text(payment.class_id, (payment.kind, payment.group))


def _paid(audit: Audit) -> Counter[tuple[str, CostItem]]:
    """Cents recorded by class and cost item, from all funds."""
    paid: Counter[tuple[str, CostItem]] = Counter()
    for payment in audit.record.payments:
        paid[payment.class_id, (payment.kind, payment.group)] += payment.amount_cents
    return paid


def _resolved(audit: Audit) -> Iterator[tuple[Payment, Fund, CheckedClass]]:
    """Payments whose fund, class and group exist and whose kind has a group unless it is 办班费."""
    for payment in audit.record.payments:
        fund = audit.derivation.funds.get(payment.fund)
        checked = audit.class_of_id.get(payment.class_id)
        grouped = payment.group in audit.derivation.groups
        if fund and checked and grouped == (payment.kind is not CostKind.CLASS_COST):
            yield payment, fund, checked


@rule("payment-unique", "同一班级、资金、费用和群体只记一笔付款，金额大于零。")
def are_payments_unique(audit: Audit) -> Iterator[Breach]:
    """Contract notes, 24: one entry per class, fund, kind and group that the fund pays for."""
    entries = Counter((payment.fund, _payment_text(payment)) for payment in audit.record.payments)
    for (fund, where), times in entries.items():
        if times > 1:
            yield where, f"资金“{fund}”记了 {times} 笔，应合并为一笔"
    for payment in audit.record.payments:
        if payment.amount_cents == 0:
            yield _payment_text(payment), f"资金“{payment.fund}”的金额为 0.00 元，没有费用的不记付款"


@rule("payment-full", "每个班的每项费用都足额付清。")
def is_every_cost_paid(audit: Audit) -> Iterator[Breach]:
    """Section 2: each kind of cost is paid in full."""
    paid = _paid(audit)
    for class_id, items in audit.costs.items():
        for item, cents in items.items():
            if paid[class_id, item] < cents:
                yield _item_text(class_id, item), f"只付了 {yuan(paid[class_id, item])}，应付 {yuan(cents)}"


@rule("payment-excess", "不多付，不为没有的费用付款。")
def is_nothing_overpaid(audit: Audit) -> Iterator[Breach]:
    """Section 2: payments equal costs, so none goes beyond."""
    for (class_id, item), cents in _paid(audit).items():
        # A payment of a class that is unknown or cannot be read is reported by the rules on the record.
        cost = audit.costs[class_id].get(item, 0) if class_id in audit.costs else cents
        if cents > cost:
            yield _item_text(class_id, item), f"付了 {yuan(cents)}，费用只有 {yuan(cost)}"


@rule("fund-rules", "资金只付用途（费用、标签、培训类型、区县）允许的费用。")
def are_fund_rules_kept(audit: Audit) -> Iterator[Breach]:
    """Sections 1 and 2: some row of 资金用途 allows kind, tag, training type and county of the venue."""
    for payment, fund, checked in _resolved(audit):
        if not do_rules_allow(audit.derivation, fund, (payment.kind, payment.group), checked.option):
            option = checked.option
            county = audit.derivation.townships[option.venue.township].county
            yield (
                _payment_text(payment),
                f"资金“{fund.name}”的用途不许支付（培训类型 {option.course.training_type}，场地区县“{county}”）",
            )


@rule("fund-dates", "资金只付最后一周（周一至周五）与其起止日期相交的班。")
def are_fund_dates_kept(audit: Audit) -> Iterator[Breach]:
    """Section 2: Monday to Friday of e meets from–to."""
    for payment, fund, checked in _resolved(audit):
        if not do_dates_allow(fund, checked.option):
            monday = checked.option.end_week
            yield (
                _payment_text(payment),
                f"最后一周 {monday} 至 {monday + FRIDAY} 不在资金“{fund.name}”的 "
                f"{fund.first_day or '不限'} 至 {fund.last_day or '不限'} 之内",
            )


@rule("fund-amount", "每项资金的付款合计不超过它的金额。")
def is_no_fund_overdrawn(audit: Audit) -> Iterator[Breach]:
    """Section 2: no fund pays more than its amount."""
    spent: Counter[str] = Counter()
    for payment in audit.record.payments:
        spent[payment.fund] += payment.amount_cents
    for fund in audit.instance.funds:
        if spent[fund.name] > fund.amount_cents:
            yield f"资金 {fund.name}", f"共付 {yuan(spent[fund.name])}，最多 {yuan(fund.amount_cents)}"


@rule("total-cost", "总费用等于各班各项费用之和。")
def is_total_cost_right(audit: Audit) -> Iterator[Breach]:
    """Section 4: total_cost."""
    recorded = audit.record.total_cost_cents
    if recorded is not None and recorded != audit.total_cost_cents:
        yield "total_cost", f"写为 {yuan(recorded)}，应为 {yuan(audit.total_cost_cents)}"
