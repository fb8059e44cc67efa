"""About how long comparisons take: what is learned from earlier ones, what is guessed, what is left while one runs."""

from __future__ import annotations

import pytest

from web.compare_asking import EFFORTS, UNCERTAIN, Asked, Topic
from web.compare_time import (
    LEAST_SECONDS,
    SEARCHES,
    SOLVES,
    USUAL_SECONDS,
    Pace,
    Past,
    Plan,
    as_told,
    believed_seconds,
    left_seconds,
    pace_of,
    past_of,
    questions_of,
    share_done,
    usual_searches,
    words,
)

CURVE = Asked(Topic.SCENARIOS, curve=True)
SHOCKS = Asked(Topic.SCENARIOS, uncertain=("shocks",))


def rows(*names: str) -> tuple[tuple[str, str, str, float, str], ...]:
    return tuple((name, "资金总额倍数", "", 0.9, "") for name in names)


def plan(seconds: float = 60.0, series: str = "赫章", classes: int = 100) -> Plan:
    return Plan(series, seconds, classes)


def took(seconds: float, asked: Asked = CURVE) -> Past:
    found = past_of(as_told(asked, plan()), seconds)
    assert found is not None
    return found


def range_of(pace: Pace | None, asked: Asked = CURVE) -> tuple[float, float]:
    questions = questions_of(asked)
    assert pace is not None and questions is not None
    return pace.seconds(questions, asked.effort)


def test_questions_are_counted_with_the_bases_own_search_once() -> None:
    """Two scenarios of three rows, two second aims, a number to reach; a nested curve needs the curve."""
    asked = Asked(Topic.SCENARIOS, rows=rows("甲", "乙", "乙"), nested=True, fronts=("heads", "farming"), jobs=(100,))
    assert questions_of(asked) == {"base": 1, "scenario": 2, "curve": 1, "nested": 1, "front": 2, "least": 1}


def test_of_the_users_own_file_nothing_is_estimated_and_nothing_learned() -> None:
    """Only the planner reads what it asks."""
    asked = Asked(Topic.SCENARIOS, uploaded="情景.xlsx")
    assert questions_of(asked) is None and as_told(asked, plan()) == {}


def test_every_question_of_the_page_has_its_searches_least_and_most() -> None:
    """One that is added later must be measured, too."""
    assert set(UNCERTAIN) <= set(SEARCHES) == set(SOLVES) and all(0 < low < high for low, high in SEARCHES.values())


@pytest.mark.parametrize("effort", EFFORTS)
def test_without_earlier_ones_the_plans_search_gives_a_range_that_stops_where_the_effort_does(effort: str) -> None:
    """A share of the plan's own time for each search, between the fewest and the most searches measured."""
    work, most, *_ = EFFORTS[effort]
    pace = pace_of([], plan())
    assert pace is not None and pace.measured == 0
    fixed = (100 / 400 / 2, 100 / 400 * 2)
    searches = [SEARCHES["base"][end] + SEARCHES["curve"][end] for end in (0, 1)]
    wanted = [min(most, LEAST_SECONDS + 60 * (work * searches[end] + fixed[end] * 11)) for end in (0, 1)]
    assert pace.seconds({"base": 1, "curve": 1}, effort) == pytest.approx(wanted)
    assert Pace(1e9, 1e9, (0.0, 0.0)).seconds({"base": 1}, effort) == (most, most)


def test_the_same_asked_again_is_expected_to_take_what_it_took() -> None:
    """166 seconds lie in the range, whatever the plan's own search says, and the range is narrow."""
    low, high = range_of(pace_of([took(166.0)], plan(5.0), CURVE))
    assert low < 166 < high < 1.5 * low


def test_several_of_the_same_make_the_range_hold_them_all() -> None:
    low, high = range_of(pace_of([took(100.0), took(200.0), took(900.0, SHOCKS)], plan(5.0), CURVE))
    assert low < 100 and 200 < high < 300


def test_other_questions_of_the_county_teach_with_a_wider_range() -> None:
    past = [took(400.0, SHOCKS)]
    narrow, wide = range_of(pace_of(past, plan(), SHOCKS), SHOCKS), range_of(pace_of(past, plan(), CURVE))
    assert narrow[1] / narrow[0] < wide[1] / wide[0]


def test_another_county_teaches_how_far_its_plans_search_was_off() -> None:
    """There comparisons took twice what the plan's search said; here the plan's search is twice as long."""
    questions = questions_of(CURVE)
    assert questions is not None
    searches = sum(usual_searches(key, "standard", plan()) for key in questions)
    at_pace = LEAST_SECONDS + 2 * 60.0 * searches
    low, high = range_of(pace_of([took(at_pace)], plan(120.0, "别县")))
    there = LEAST_SECONDS + 2 * 120.0 * searches
    assert low < there < high


def test_a_plan_of_many_classes_takes_longer_however_quick_the_effort() -> None:
    """The curve with a twentieth of the effort, 9 classes and 216: exact numbers of heads in each of ten solves."""
    quick = Asked(Topic.SCENARIOS, curve=True, effort="quick")
    small, large = (range_of(pace_of([], plan(classes=number)), quick) for number in (9, 216))
    assert small[1] < 60 < 120 < large[0] and large[1] < 15 * 60


def test_nothing_known_is_nothing_said() -> None:
    assert pace_of([], plan(0.0)) is None and pace_of([took(100.0)], plan(0.0, "别县")) is None
    assert past_of({"comparison": "x"}, 50.0) is None
    assert past_of(as_told(CURVE, plan()), EFFORTS["standard"][1]) is None  # cut by its limit


@pytest.mark.parametrize(
    ("seconds", "limit", "stopped", "believed"),
    [
        (30.0, 60.0, False, 30.0), (60.0, 60.0, False, USUAL_SECONDS), (30.0, 60.0, True, USUAL_SECONDS),
        (300.0, 300.0, False, 300.0), (30.0, 0.0, False, 30.0), (0.0, 60.0, True, 0.0),
    ],
)  # fmt: skip
def test_a_search_that_was_cut_short_says_only_that_it_took_no_less(
    seconds: float, limit: float, stopped: bool, believed: float
) -> None:
    assert believed_seconds(seconds, limit, stopped=stopped) == believed


TASKS = [
    "基准", "资金少10%", *(f"资金水平 {level}.0%" for level in (150, 140, 130, 120, 110, 90, 80, 70, 60, 50)),
    *(f"逐级追加，资金水平 {level}.0%" for level in (60, 100, 150)), "追加 50 万元，保留已批准班次",
    "追加 50 万元，自由安排", "资金水平 200.0%", "资金水平 400.0%", "按人数计，资金水平 80.0%",
    "培训人数最多的方案", "权衡（培训人数）：315",
    "谨慎方案：第 1 次", "稳妥方案：第 1 次", "相近方案：换机构（第 5 次）",
]  # fmt: skip
"""What the planner told of on the demo county, in its order."""


def test_the_share_done_grows_with_every_task_and_ends_below_one() -> None:
    asked = Asked(
        Topic.SCENARIOS, rows=rows("资金少10%"), curve=True, nested=True, added_yuan=("500000",), jobs=(9,),
        persons=(9,), fronts=("heads",), uncertain=("years", "cautious", "shocks", "alternatives"),
    )  # fmt: skip
    events = [{"event": "progress", "task": task} for task in TASKS]
    shares = [share_done(asked, plan(), events[:number]) for number in range(len(events) + 1)]
    assert shares[0] == 0 and shares == sorted(shares) and len(set(shares)) == len(shares) and shares[-1] < 1
    questions = questions_of(asked)
    assert questions is not None
    weights = {key: usual_searches(key, "standard", plan()) * number for key, number in questions.items()}
    done = weights["base"] + weights["scenario"] + 0.05 * weights["curve"]
    assert shares[TASKS.index("资金水平 150.0%") + 1] == pytest.approx(done / sum(weights.values()))


def test_what_is_left_goes_from_the_estimate_to_the_pace_so_far() -> None:
    """At the start the estimate; half way through in 300 s half of each; nearly done nearly nothing."""
    assert left_seconds((60.0, 120.0), 0.0, 0.0) == (60.0, 120.0)
    assert left_seconds((60.0, 120.0), 0.5, 300.0) == (165.0, 180.0)
    low, high = left_seconds((60.0, 120.0), 0.95, 300.0)
    assert 10 < low < high < 20


@pytest.mark.parametrize(
    ("seconds", "said"),
    [((5, 59), "不到 1 分钟"), ((10, 61), "约 1–2 分钟"), ((130, 239), "约 2–4 分钟"), ((61, 119), "约 1–2 分钟"),
     ((180, 180), "约 3 分钟")],
)  # fmt: skip
def test_a_range_is_said_in_whole_minutes(seconds: tuple[float, float], said: str) -> None:
    assert words(seconds) == said
