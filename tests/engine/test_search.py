"""The class search keeps its books: every supply, job and requirement follows from the classes of the plan."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

from planner.engine import search as class_search
from planner.engine import unions
from planner.engine.jobs import locks_hold, penalties, place_jobs, plan_value
from planner.engine.money import category_costs, plan_is_payable
from planner.engine.plan_kernels import State
from planner.engine.prices import Relaxation
from planner.engine.rows import Prices
from planner.engine.search import ClassSearch, Schedule
from planner.model.options import ClassHeads, Slot, admissible_heads, end_week, is_forbidden, matches
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"
ITERATIONS = 300


@pytest.fixture(scope="module")
def demo() -> Problem:
    """The bundled three-township county, with locks, hard targets, vacancies and money sets."""
    return build_problem(read_workbook(DEMO).instance)


@pytest.fixture(scope="module")
def first_prices(demo: Problem) -> tuple[Relaxation, Prices]:
    relaxation = Relaxation(demo)
    return relaxation, relaxation.prices(relaxation.first_prices())


def searched(
    problem: Problem, priced: tuple[Relaxation, Prices], iterations: int = ITERATIONS, threads: int = 1
) -> ClassSearch:
    """Two chains after a short search."""
    search = ClassSearch(problem, priced[0], [3, 4])
    search.guide(priced[1])
    search.run(Schedule(iterations), threads, lambda value: True)
    return search


@pytest.fixture(scope="module")
def search(demo: Problem, first_prices: tuple[Relaxation, Prices]) -> ClassSearch:
    """A finished search that tests only read."""
    return searched(demo, first_prices)


def classes_of(state: State) -> list[ClassHeads]:
    """Classes of a chain's current plan."""
    classes = []
    for i in state.live[: state.counts[0]]:
        entries = range(state.size[i])
        heads = {int(state.cohort[i, j]): int(state.heads[i, j]) for j in entries}
        classes.append((Slot(*(int(value) for value in state.slot[i])), heads))
    return classes


def used(problem: Problem, classes: list[ClassHeads]) -> dict[str, np.ndarray]:
    """What the classes take of each supply, counted from the problem alone."""
    weeks = problem.weeks
    taken = {
        "persons": np.zeros_like(problem.capacity),
        "wishes": np.zeros_like(problem.demand),
        "teams": np.zeros((len(problem.teams), weeks), dtype=np.int64),
        "accredited": np.zeros((*problem.accredited_teams.shape, weeks), dtype=np.int64),
        "rooms": np.zeros((len(problem.rooms), weeks), dtype=np.int64),
        "annual": np.zeros_like(problem.annual_classes),
    }
    for slot, heads in classes:
        course = problem.offering_course[slot.offering]
        window = slice(slot.week, end_week(problem, slot) + 1)
        taken["teams"][slot.provider, window] += 1
        taken["accredited"][slot.provider, course, window] += 1
        taken["rooms"][slot.venue, window] += 1
        taken["annual"][slot.provider] += 1
        for k, persons in heads.items():
            taken["persons"][k] += persons
            taken["wishes"][k, course] += persons
    return taken


def assert_books_balance(problem: Problem, state: State) -> None:
    """Every residual of the state equals the supply less what its classes take."""
    classes = classes_of(state)
    taken = used(problem, classes)
    assert (state.persons == problem.capacity - taken["persons"]).all()
    assert (state.wishes == (problem.demand - taken["wishes"]).T).all()
    assert (state.teams == problem.teams[:, None] - taken["teams"]).all()
    assert (state.rooms == problem.rooms[:, None] - taken["rooms"]).all()
    assert (state.annual == problem.annual_classes - taken["annual"]).all()
    tighter = (problem.accredited_teams > 0) & (problem.accredited_teams < problem.teams[:, None])
    assert (state.accredited == (problem.accredited_teams[:, :, None] - taken["accredited"])[tighter]).all()
    assert (state.spent == category_costs(problem, classes)).all()
    sets, amounts = class_search.fund_sets(problem)
    assert (state.money == amounts - sets @ category_costs(problem, classes)).all()
    assert (state.targets == penalties(problem, classes)[0]).all()
    found = [sum(matches(problem, pattern, slot) for slot, _ in classes) for pattern in problem.required]
    assert state.locks.tolist() == found
    jobs = place_jobs(problem, classes)
    assert state.linked.sum() == pytest.approx(jobs.linked, abs=1e-6)
    assert state.jobs.sum() == pytest.approx(jobs.linked + jobs.unlinked, abs=1e-6)


def test_residual_supplies_follow_from_the_classes_after_a_search(demo: Problem, search: ClassSearch) -> None:
    for state in search._states:
        assert state.counts[0] > 0
        assert_books_balance(demo, state)


def test_every_best_plan_keeps_all_supplies_sizes_and_money(demo: Problem, search: ClassSearch) -> None:
    for _, classes in search.best_plans():
        taken = used(demo, classes)
        assert (taken["persons"] <= demo.capacity).all()
        assert (taken["wishes"] <= demo.demand).all()
        assert (taken["teams"] <= demo.teams[:, None]).all()
        assert (taken["accredited"] <= demo.accredited_teams[:, :, None]).all()
        assert (taken["rooms"] <= demo.rooms[:, None]).all()
        assert (taken["annual"] <= demo.annual_classes).all()
        assert plan_is_payable(demo, classes)


def test_every_class_of_a_best_plan_is_an_option_with_admissible_heads(demo: Problem, search: ClassSearch) -> None:
    for _, classes in search.best_plans():
        for slot, heads in classes:
            course = demo.offering_course[slot.offering]
            assert demo.fits[slot.provider, slot.venue, course]
            assert demo.length[course, slot.form, slot.week] > 0
            assert not is_forbidden(demo, slot)
            assert set(heads) <= set(admissible_heads(demo, slot).tolist())
            assert min(heads.values()) > 0
            size = sum(heads.values())
            assert demo.min_size[slot.offering] <= size <= demo.max_size[slot.offering, slot.venue]


def test_best_value_is_the_value_of_the_best_plan(demo: Problem, search: ClassSearch) -> None:
    value, classes = search.best_plans()[0]
    assert value == search.best_value
    assert locks_hold(demo, classes)
    assert value == pytest.approx(plan_value(demo, classes), abs=1e-6)


def test_loading_a_plan_books_exactly_its_classes(demo: Problem, first_prices: tuple[Relaxation, Prices]) -> None:
    search = searched(demo, first_prices, iterations=20)
    for _, classes in search.best_plans():
        search.load(0, classes)
        assert sorted(slot for slot, _ in classes_of(search._states[0])) == sorted(slot for slot, _ in classes)
        assert_books_balance(demo, search._states[0])


def test_removing_all_classes_restores_the_supplies_bit_by_bit(
    demo: Problem, first_prices: tuple[Relaxation, Prices]
) -> None:
    search, fresh = searched(demo, first_prices), ClassSearch(demo, first_prices[0], [3])
    search.load(0, [])
    state, empty = search._states[0], fresh._states[0]
    books = ("persons", "wishes", "teams", "accredited", "rooms", "annual", "money", "spent", "jobs", "linked", "cut",
             "targets", "locks")
    for name in books:
        assert (getattr(state, name) == getattr(empty, name)).all(), name


@pytest.mark.parametrize(("threads", "piece"), [(1, 7), (2, 400), (2, 130)])
def test_a_seed_gives_the_same_plans_whatever_threads_and_pieces(
    demo: Problem,
    first_prices: tuple[Relaxation, Prices],
    search: ClassSearch,
    monkeypatch: pytest.MonkeyPatch,
    threads: int,
    piece: int,
) -> None:
    monkeypatch.setattr(class_search, "_CHECK_ITERATIONS", piece)
    again = searched(demo, first_prices, threads=threads)
    assert again.best_plans() == search.best_plans()


def test_kernels_see_one_layout_of_arrays(search: ClassSearch) -> None:
    """An array laid out otherwise would have the kernels compiled again."""
    for arrays in (search._land, search._guide, search._states[0], search._work[0]):
        for name, array in zip(arrays._fields, arrays, strict=True):
            assert not isinstance(array, np.ndarray) or array.flags.c_contiguous, name


def test_unions_of_the_sources_pools_hold_a_least_cut() -> None:
    """The minimum over unions of sources' pools equals the minimum over all sets of pools."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        pools, sources = rng.integers(1, 6), rng.integers(1, 6)
        reach = rng.random((sources, pools)) < 0.5
        vacancies, jobs = rng.integers(1, 20, pools), rng.integers(1, 20, sources)

        def cut(chosen: np.ndarray, reach=reach, vacancies=vacancies, jobs=jobs) -> int:
            return int(vacancies @ chosen + jobs @ (reach & ~chosen).any(axis=1))

        every = (np.array(chosen, dtype=bool) for chosen in itertools.product((0, 1), repeat=int(pools)))
        assert min(cut(chosen) for chosen in unions.all_unions(reach)) == min(cut(chosen) for chosen in every)


def test_too_many_unions_of_pools_are_cut_down_to_single_sources_and_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unions, "MOST_UNIONS", 16)
    sets = unions.all_unions(np.eye(8, dtype=bool))
    assert sorted(sets.sum(axis=1).tolist()) == [0, *[1] * 8, 8]
