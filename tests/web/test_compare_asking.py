"""What a clerk ticks and fills in becomes the planner's own sheet of scenarios; what cannot be is told at its field."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from planner.domain.instance import Instance
from planner.scenarios.changes import KINDS
from planner.scenarios.sheet import read_scenarios, write_scenario_template
from planner.workbook.read import read_workbook
from web.compare_asking import MOST_SCENARIOS, READY_MADE, Asked, Blank, Form, Topic, read_asked, read_form, read_more

DEMO = Path(__file__).resolve().parents[2] / "instances" / "demo.xlsx"


@pytest.fixture(autouse=True)
def _speaking(app: Flask) -> None:
    """Sentences need an application to be spoken in."""
    app.test_request_context().push()


@pytest.fixture(scope="module")
def demo() -> Instance:
    """The bundled three-township county."""
    return read_workbook(DEMO).instance


def choices_of(instance: Instance) -> dict[str, list[str]]:
    """What the demo county's plan would offer to choose from."""
    return {
        "providers": [provider.name for provider in instance.providers],
        "targets": [target.id for target in instance.targets],
        "objectives": ["净增"],
    }


def filled(instance: Instance, *keys: str, **values: str) -> tuple[Form, Asked]:
    """The form with these scenarios ticked, choices made and blanks filled in as given, else left as they are."""
    sent = MultiDict([("scenario", key) for key in keys])
    for one in READY_MADE:
        if one.blank is Blank.CHOICE:
            sent[one.key] = choices_of(instance)[one.choices][0]
        elif one.blank:
            sent[one.key] = one.default or "20, 40"
    for key, value in values.items():
        sent[key] = value
    return read_form(sent, choices_of(instance))


@pytest.mark.parametrize("key", [one.key for one in READY_MADE])
def test_every_ready_made_scenario_is_one_that_the_planner_reads(key: str, demo: Instance, tmp_path: Path) -> None:
    """As it stands on the page: written to the sheet, read back, and it changes the county."""
    form, asked = filled(demo, key)
    assert form.errors == {} and asked.rows
    write_scenario_template(tmp_path / "情景.xlsx", asked.rows)
    for scenario in read_scenarios(tmp_path / "情景.xlsx", demo):
        assert scenario.apply(demo) != demo


def test_the_sentences_of_ready_made_scenarios_say_what_was_filled_in(demo: Instance, tmp_path: Path) -> None:
    """Fewer per cent is a smaller factor, an amount in 万元 is yuan."""
    ticked = ("money_less", "money_more", "vacancies", "money_total")
    _, asked = filled(demo, *ticked, money_less="12.5", money_total="35.5")
    write_scenario_template(tmp_path / "情景.xlsx", asked.rows)
    said = {one.name: one.sentence for one in read_scenarios(tmp_path / "情景.xlsx", demo)}
    assert said == {
        "资金少12.5%": "资金总额为原来的 87.5%（减 12.5%）",
        "资金多10%": "资金总额为原来的 110%（增 10%）",
        "订单少25%": "全部岗位数为原来的 75%（减 25%）",
        "资金35.5万元": "资金总额改为 355,000 元（各项按比例）",
    }


def test_several_amounts_are_several_scenarios(demo: Instance) -> None:
    """Full-width commas and 万元 are understood, what is written twice counts once."""
    form, asked = filled(demo, "money_total", money_total="20，40万元、40")
    assert form.errors == {}
    assert [(row[0], row[3]) for row in asked.rows] == [("资金20万元", 200_000.0), ("资金40万元", 400_000.0)]


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("money_less", "很多", "请填 0.1 到 100 之间的数"),
        ("money_less", "101", "请填 0.1 到 100 之间的数"),
        ("money_less", "nan", "请填 0.1 到 100 之间的数"),
        ("late", "1.5", "请填 1 到 52 之间的整数"),
        ("least_size", "0", "请填 1 到 1000 之间的整数"),
        ("money_total", "", "请填 1 到 4 个数"),
        ("money_total", "1,2,3,4,5", "请填 1 到 4 个数"),
        ("money_total", "20, 零", "“零”看不懂"),
        ("money_total", "0", "请填大于 0 的数"),
        ("provider_lost", "没有的机构", "请从列表中选择"),
        ("target_off", "", "请从列表中选择"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(key: str, text: str, words: str, demo: Instance) -> None:
    """With what was found or what is allowed; the value stays in the form."""
    form, _ = filled(demo, key, **{key: text})
    assert words in form.errors[key] and form.values[key] == text


def test_a_blank_that_is_not_ticked_does_not_matter(demo: Instance) -> None:
    """Nonsense in it is no fault."""
    form, asked = filled(demo, "farming_off", money_less="很多")
    assert form.errors == {} and [row[1] for row in asked.rows] == ["农忙不禁"]


def test_nothing_chosen_is_a_fault_with_the_way_out(demo: Instance) -> None:
    """Neither a scenario nor a question."""
    form, _ = filled(demo)
    assert "请至少选一个情景" in form.errors["scenarios"]


def test_too_many_scenarios_are_refused_with_their_number(demo: Instance) -> None:
    """A page holds a handful of columns."""
    form, _ = filled(demo, *[one.key for one in READY_MADE if one.key != "money_total"])
    assert f"选了 {len(READY_MADE) - 1} 个情景" in form.errors["scenarios"]
    assert f"最多选 {MOST_SCENARIOS} 个" in form.errors["scenarios"]


def test_questions_alone_are_enough(demo: Instance) -> None:
    """Curve, fronts and least money, without any scenario."""
    sent = MultiDict([("curve", "1"), ("front", "farming"), ("front", "x"), ("jobs", "1,200"), ("persons", "300")])
    form, asked = read_form(sent, choices_of(demo))
    assert form.errors == {}
    assert (asked.curve, asked.nested, asked.fronts) == (True, False, ("farming",))
    assert (asked.jobs, asked.persons, asked.rows) == ((1200,), (300,), ())


@pytest.mark.parametrize("text", ["-1", "1.5", "很多", "0"])
def test_a_number_to_reach_is_whole(text: str, demo: Instance) -> None:
    """Told at its field."""
    form, _ = read_form(MultiDict({"jobs": text}), choices_of(demo))
    assert "请填大于 0 的整数" in form.errors["jobs"]


def test_long_names_stay_short_and_can_name_a_folder(demo: Instance) -> None:
    """A provider's name may be long or hold characters that Windows refuses."""
    name = "贵州省毕节市赫章县第一职业技术培训学校/总校:甲*"
    sent = MultiDict([("scenario", "provider_lost"), ("provider_lost", name)])
    form, asked = read_form(sent, {"providers": [name]})
    ((scenario, item, subject, *_),) = asked.rows
    assert form.errors == {} and len(scenario) <= 20 and not set(scenario) & set('\\/:*?"<>|[]')
    assert scenario.endswith("停办") and (item, subject) == ("机构停办", name)


def test_what_was_asked_is_kept_as_it_was(tmp_path: Path, demo: Instance) -> None:
    """Written and read back, with what the planner's sheet needs."""
    _, asked = filled(demo, "money_less", "farming_off", "late")
    asked.write(tmp_path / "asked.json")
    assert read_asked(tmp_path / "asked.json") == asked
    every = Asked(Topic.ADDITION, 5.0, "quick", (), "", True, True, ("heads",), ("500000.00",), (1,), (2,), ("years",),
                  "别的", "e")  # fmt: skip
    every.write(tmp_path / "asked.json")
    assert read_asked(tmp_path / "asked.json") == every


def test_every_item_that_is_used_is_the_planners(demo: Instance) -> None:
    """The words of column 项目 are known to the planner."""
    items = {kind.item for kind in KINDS.values()}
    for one in READY_MADE:
        _, asked = filled(demo, one.key)
        assert {row[1] for row in asked.rows} <= items


@pytest.mark.parametrize(("text", "yuan"), [("50", "500000.00"), ("1,234.5万元", "12345000.00"), ("０.５", "5000.00")])
def test_more_money_is_read_in_ten_thousands(text: str, yuan: str) -> None:
    """As the budget field reads it."""
    assert str(read_more(text)) == yuan


@pytest.mark.parametrize("text", ["", "0", "-5", "很多", "inf"])
def test_more_money_that_is_none_is_refused(text: str) -> None:
    """Nothing, nought, less, no number."""
    assert read_more(text) is None
