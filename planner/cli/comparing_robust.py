"""What ``compare`` is asked about uncertainty: its options, and the answers as far as the user does not stop them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.domain.instance import Instance
from planner.engine.decomposition.loop import is_wide
from planner.errors import BadInput, Fault
from planner.export.comparison_robust import (
    RobustStudy,
    alternative_sentences,
    cautious_sentences,
    shock_sentences,
    years_sentences,
)
from planner.model.problem import build_problem
from planner.scenarios.alternatives import MOST, find_alternatives
from planner.scenarios.robust.candidates import Base
from planner.scenarios.robust.cautious import plan_cautiously
from planner.scenarios.robust.draws import Conditions
from planner.scenarios.robust.hedging import plan_against_shocks
from planner.scenarios.robust.shocks import default_shocks, heads_of_providers, shocks_of
from planner.scenarios.robust.uncertainty import LEAST_DRAWS, MOST_DRAWS, Uncertainty
from planner.scenarios.robust.valuation import revalue
from planner.scenarios.scenario import Scenario
from planner.scenarios.solving import Outcome, Work

Tell = Callable[[str, str], None]
"""Told the name of a question and the sentence that answers it."""


@dataclass(frozen=True, slots=True)
class RobustQuestions:
    """What is asked: drawn years, a quantile (0..0.5) for the cautious plan, shocks, a number of alternatives."""

    years: bool = False
    caution: float | None = None
    shocks: bool = False
    alternatives: int = 0
    given: Uncertainty = Uncertainty()

    @property
    def is_asked(self) -> bool:
        """Whether anything is asked."""
        return self.years or self.caution is not None or self.shocks or self.alternatives > 0


def robust_questions(
    robust: bool, cautious: float | None, shocks: bool, alternatives: int | None, draws: int | None,
    turnout: str | None, orders_fall: float | None, lapse: float | None, seed: int,
) -> RobustQuestions:
    """What the options ask; ``--cautious`` asks for drawn years, too.

    Raises
    ------
    BadInput
        A value cannot be read or is out of range, or years are described that nobody asked for; every such fault.
    """
    faults: list[Fault] = []
    given = {"--draws": draws, "--turnout": turnout, "--orders-fall": orders_fall, "--lapse": lapse}
    named = [option for option, value in given.items() if value is not None]
    if named and not robust and cautious is None:
        faults.append(Fault("compare", "", "", f"{'、'.join(named)} 只用于测算年景，但没有要求测算", "",
                            "与 --robust 或 --cautious 同用", "加上 --robust，或删去这些选项"))
    _check_range(faults, "--cautious", cautious, 0.01, 0.5, "0.01 到 0.5 之间，如 0.1")
    _check_range(faults, "--alternatives", alternatives, 1, MOST, f"1 到 {MOST}")
    _check_range(faults, "--draws", draws, LEAST_DRAWS, MOST_DRAWS, f"{LEAST_DRAWS:,} 到 {MOST_DRAWS:,} 次")
    _check_range(faults, "--orders-fall", orders_fall, 0, 1, "0 到 1 之间，如 0.25")
    _check_range(faults, "--lapse", lapse, 0, 1, "0 到 1 之间，如 0.05")
    usual = Uncertainty()
    low, high = (usual.turnout_low, usual.turnout_high) if turnout is None else _turnout(turnout, faults)
    if faults:
        raise BadInput(faults)
    uncertainty = Uncertainty(
        usual.draws if draws is None else draws, seed, low, high,
        usual.orders_fall if orders_fall is None else orders_fall, usual.lapse if lapse is None else lapse,
    )
    return RobustQuestions(robust or cautious is not None, cautious, shocks, alternatives or 0, uncertainty)


def _check_range(
    faults: list[Fault], option: str, value: float | None, least: float, most: float, allowed: str
) -> None:
    if value is not None and not least <= value <= most:
        faults.append(Fault(option, "", "", "数值超出范围", f"{value:g}", allowed, "改正数值"))


def _turnout(text: str, faults: list[Fault]) -> tuple[float, float]:
    """Read a range such as ``0.86-0.94``, or one share."""
    parts = text.replace("－", "-").replace("—", "-").replace("~", "-").split("-")
    try:
        shares = [float(part) for part in parts]
    except ValueError:
        shares = []
    if len(shares) not in (1, 2) or not all(0 < share <= 1 for share in shares) or shares != sorted(shares):
        allowed = "0 到 1 之间从低到高的范围，如 0.86-0.94，或一个数"
        faults.append(Fault("--turnout", "", "", "到课率写法不对", text, allowed, "改正到课率"))
        return 1.0, 1.0
    return shares[0], shares[-1]


def check_robust(asked: RobustQuestions, instance: Instance, scenarios: Sequence[Scenario]) -> None:
    """Refuse what cannot be answered for this county, before anything is solved.

    Raises
    ------
    BadInput
        New plans for uncertain years in a region that is planned county by county; a shock that changes what is
        maximised.
    """
    faults = []
    plans = asked.caution is not None or asked.shocks or asked.alternatives or any(one.shock for one in scenarios)
    if plans and is_wide(build_problem(instance)):
        faults.append(Fault("compare", "", "", "--cautious、--shocks、--alternatives 不能用于分县求解的大地区", "",
                            "一个县的工作簿，或只用 --robust", "分县各做一次"))
    for one in scenarios:
        if one.shock and one.apply(instance).settings.objective is not instance.settings.objective:
            problem = f"情景“{one.name}”改变目标口径，不能作为冲击：两种口径的得分不可比"
            remedy = "清空“冲击”，或删去“目标口径”一行"
            faults.append(Fault("情景", "冲击", "", problem, "是", "目标口径不变的情景", remedy))
    if faults:
        raise BadInput(faults)


def answer_robust(
    asked: RobustQuestions, outcome: Outcome, scenarios: Sequence[Scenario], work: Work, tell: Tell
) -> RobustStudy:
    """Answer what was asked about uncertainty, as far as the user does not stop it.

    Raises
    ------
    PlannerError
        The checker does not pass a plan: an error of the program.
    """
    if outcome.solved is None or outcome.plan is None:
        return RobustStudy()
    base = Base(outcome.solved, outcome.plan, outcome.plan.input_sha256)
    valuation = cautious = against = alternatives = None
    conditions = Conditions(base.problem, asked.given) if asked.years else None
    if conditions is not None and not work.stopped():
        valuation = revalue(base.problem, base.candidate.classes, conditions)
        for sentence in years_sentences(valuation, asked.given)[:3]:
            tell("年景变动", sentence)
    if asked.alternatives and not work.stopped():
        alternatives = find_alternatives(base, asked.alternatives, work)
        tell("相近方案", alternative_sentences(alternatives)[0])
        for number, one in enumerate(alternatives.found, 1):
            tell(f"相近方案 {number}", f"得分 {one.plan.value:,.1f}；{one.sentence}")
    others = [] if alternatives is None else [one.candidate for one in alternatives.found]
    if conditions is not None and asked.caution is not None and not work.stopped():
        cautious = plan_cautiously(base, conditions, asked.caution, work, others)
        for sentence in cautious_sentences(cautious, asked.given)[:-1]:
            tell("谨慎方案", sentence)
        others = [one.candidate for one in cautious.plans[1:]]
    marked = [one for one in scenarios if one.shock]
    if (asked.shocks or marked) and not work.stopped():
        named = marked or default_shocks(
            base.problem.instance, heads_of_providers(base.problem, base.candidate.classes)
        )
        against = plan_against_shocks(base, shocks_of(base.problem, named), work, others)
        for sentence in shock_sentences(against)[:-1]:
            tell("冲击检验", sentence)
    return RobustStudy(asked.given, valuation, cautious, against, alternatives)
