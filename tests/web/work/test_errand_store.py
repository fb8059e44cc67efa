"""Whose turn it is, who holds what, and how errands end: on SQLite and on PostgreSQL."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest
from errand_builders import Office

from web.store.database import Database
from web.store.models import ErrandKind, ErrandState
from web.work.errands import MOST_ATTEMPTS, Errand, ErrandStore, Stopping
from web.work.kinds import LANES, Lane

MANY = 99


@pytest.fixture
def office(migrated_url: str) -> Iterator[Office]:
    """An empty database of each sort."""
    database = Database(migrated_url)
    yield Office(database, ErrandStore(database))
    database.close()


def claim(office: Office, owner: str = "one", most: int = MANY, now: float | None = None) -> Errand:
    errand = office.store.claim(Lane.PLANNING, owner, most, now)
    assert errand is not None
    return errand


def test_the_oldest_errand_of_the_bureau_with_the_fewest_running_is_next(office: Office) -> None:
    first, second, other = office.submit("甲县"), office.submit("甲县"), office.submit("乙县")
    assert [claim(office).id for _ in range(3)] == [first.id, other.id, second.id]
    assert office.store.claim(Lane.PLANNING, "one", MANY) is None


@pytest.mark.parametrize("seed", range(3))
def test_the_place_in_the_queue_foretells_the_order_of_claims(office: Office, seed: int) -> None:
    draw = random.Random(seed)
    errands = [office.submit(draw.choice(["甲县", "乙县", "丙县"])) for _ in range(9)]
    for _ in range(draw.randint(0, 3)):
        claim(office)
    waiting = [office.store.get(errand.id) for errand in errands]
    told = {errand.id: office.store.position(errand) for errand in waiting if errand.state is ErrandState.QUEUED}
    claimed = [claim(office).id for _ in told]
    assert {errand_id: 1 + claimed.index(errand_id) for errand_id in told} == told


def test_no_more_run_at_once_than_allowed(office: Office) -> None:
    errands = [office.submit() for _ in range(3)]
    running = claim(office, most=1)
    assert office.store.claim(Lane.PLANNING, "two", 1) is None
    office.store.finish(running, ErrandState.DONE)
    assert claim(office, most=1).id == errands[1].id


def test_a_look_at_a_workbook_does_not_wait_behind_a_search(office: Office) -> None:
    office.submit()
    claim(office, most=1)
    look = office.submit(kind=ErrandKind.EXAMINE)
    found = office.store.claim(Lane.READING, "one", 1)
    assert found is not None and found.id == look.id


def test_every_kind_has_its_lane() -> None:
    assert set(LANES) == set(ErrandKind)


def test_an_errand_whose_lease_has_run_out_is_taken_over_and_its_former_owner_is_refused(office: Office) -> None:
    office.submit()
    now = time.time()
    before = claim(office, "dead", now=now)
    assert office.store.claim(Lane.PLANNING, "alive", MANY, now + 29) is None
    after = claim(office, "alive", now=now + 31)
    assert (after.id, after.attempt) == (before.id, 2)
    assert not office.store.holds(before)
    assert not office.store.finish(before, ErrandState.DONE)
    assert office.store.finish(after, ErrandState.DONE)


def test_a_renewed_lease_keeps_an_errand_and_a_lost_one_is_told(office: Office) -> None:
    office.submit()
    now = time.time()
    errand = claim(office, now=now)
    assert office.store.renew("one", [errand.id], now + 20) == {errand.id}
    assert office.store.claim(Lane.PLANNING, "two", MANY, now + 45) is None
    claim(office, "two", now=now + 51)
    assert office.store.renew("one", [errand.id], now + 52) == set()


def test_leases_are_void_when_nobody_else_is_there(office: Office) -> None:
    office.submit()
    claim(office, "before the restart")
    office.store.void_leases()
    assert claim(office).attempt == 2


def test_after_its_attempts_an_errand_is_not_claimed_but_handed_out_for_its_end(office: Office) -> None:
    office.submit()
    now = time.time()
    for number in range(MOST_ATTEMPTS):
        claim(office, now=now + 100 * number)
    later = now + 100 * MOST_ATTEMPTS
    assert office.store.claim(Lane.PLANNING, "one", MANY, later) is None
    [errand] = office.store.exhausted("two", later)
    assert office.store.exhausted("three", later) == []
    assert office.store.finish(errand, ErrandState.FAILED, "lost_too_often")
    ended = office.store.get(errand.id)
    assert ended is not None and (ended.state, ended.failure) == (ErrandState.FAILED, "lost_too_often")


def test_an_attempt_given_back_by_a_service_that_closes_is_not_counted(office: Office) -> None:
    office.submit()
    for _ in range(MOST_ATTEMPTS + 1):
        assert office.store.release(claim(office), counts=False)
    assert claim(office).attempt == 1


def test_a_worker_that_dies_too_often_under_one_owner_is_not_begun_again(office: Office) -> None:
    office.submit()
    errand: Errand | None = claim(office)
    for attempt in range(2, MOST_ATTEMPTS + 1):
        assert errand is not None
        errand = office.store.attempt_again(errand)
        assert errand is not None and errand.attempt == attempt
    assert errand is not None and office.store.attempt_again(errand) is None


def test_stopping_withdraws_a_waiting_errand_asks_a_running_one_and_is_too_late_for_an_ended_one(
    office: Office,
) -> None:
    waiting, running = office.submit("甲县"), office.submit("乙县")
    assert office.store.stop(waiting.id) is Stopping.WITHDRAWN
    claimed = claim(office)
    assert claimed.id == running.id
    assert office.store.stop(running.id) is Stopping.ASKED
    assert office.store.to_stop("one") == {running.id} and office.store.to_stop("two") == set()
    office.store.finish(claimed, ErrandState.STOPPED)
    assert office.store.stop(running.id) is Stopping.TOO_LATE


def test_the_same_errand_twice_is_one_until_it_has_ended(office: Office) -> None:
    job = office.job()

    def submit(number: int) -> str:
        return office.store.submit("甲县", job, ErrandKind.EXPLAIN, {"class": number}).id

    first = submit(1)
    assert submit(1) == first and submit(2) != first
    errand = office.store.claim(Lane.WRITING, "one", 1)
    assert errand is not None
    office.store.finish(errand, ErrandState.DONE)
    assert submit(1) != first


def test_what_was_told_comes_in_order_and_goes_some_time_after_the_end(office: Office) -> None:
    office.submit()
    errand = claim(office)
    for seconds in range(3):
        office.store.tell(errand, {"seconds": seconds})
    events = office.store.events(errand.id)
    assert [event.data["seconds"] for event in events] == [0, 1, 2]
    assert office.store.events(errand.id, after=events[1].id) == events[2:]
    office.store.finish(errand, ErrandState.DONE)
    office.store.clear_events(time.time() - 60)
    assert len(office.store.events(errand.id)) == 3
    office.store.clear_events(time.time() + 60)
    assert office.store.events(errand.id) == []


def test_the_latest_event_is_the_last_one_of_the_present_attempt(office: Office) -> None:
    """None before anything was told, nor in a further attempt that has not told anything yet."""
    office.submit()
    errand = claim(office)
    assert office.store.latest_event(errand) is None
    for seconds in range(3):
        office.store.tell(errand, {"seconds": seconds})
    assert office.store.latest_event(errand) == office.store.events(errand.id)[-1]
    again = office.store.attempt_again(errand)
    assert again is not None and office.store.latest_event(again) is None


def test_of_many_coordinators_only_one_gets_each_errand(office: Office) -> None:
    errands = {office.submit(f"县{number % 3}").id for number in range(24)}
    taken: list[str] = []

    def take(owner: str) -> None:
        while (errand := office.store.claim(Lane.PLANNING, owner, MANY)) is not None:
            taken.append(errand.id)

    threads = [threading.Thread(target=take, args=(f"owner {number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while (left := office.store.claim(Lane.PLANNING, "last", MANY)) is not None:
        taken.append(left.id)  # PostgreSQL passes over rows that another is just taking
    assert len(taken) == len(errands) and set(taken) == errands
