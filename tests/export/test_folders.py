"""Where papers lie: names that Windows accepts, and never two papers in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.export.folders import PaperFolders, safe_name, safe_names

from .builders import a_class, a_plan, an_instance, with_days


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("可乐彝族苗族乡", "可乐彝族苗族乡"),
        ("模架工(模板/脚手架)", "模架工(模板_脚手架)"),
        ('a<b>c:"d"|e?*\\', "a_b_c__d__e___"),
        ("  名称. ", "名称"),
        ("", "未命名"),
        ("con", "_con"),
        ("LPT1.txt", "_LPT1.txt"),
        ("长" * 100, "长" * 60),
    ],
)
def test_names_are_made_safe_for_windows(name: str, safe: str) -> None:
    """Forbidden characters become _, ends are trimmed, reserved words get a prefix, long names are cut."""
    assert safe_name(name) == safe


def test_names_that_become_the_same_are_told_apart() -> None:
    """A number is put behind the second and third of names that look alike to Windows."""
    assert safe_names(["a/b", "a:b", "A?B"]) == {"a/b": "a_b", "a:b": "a_b2", "A?B": "A_B3"}


def test_each_class_provider_township_and_teacher_has_its_own_place() -> None:
    """No two papers of a plan share a path."""
    plan = with_days(an_instance(), a_plan(classes=(a_class("甲/1"), a_class("甲:1"))))
    folders = PaperFolders(Path("papers"), an_instance(), plan)
    places = [folders.of_class("甲/1"), folders.of_class("甲:1"), folders.county, folders.registers]
    places += [folders.provider(provider.name) for provider in an_instance().providers]
    places += [folders.township(township.name) for township in an_instance().townships]
    places += [folders.teacher_file(f"赫章县中等职业学校教师{n}", ".ics") for n in (1, 2)]
    places += [folders.inspector_file("督查员1", ".ics")]
    assert len(set(places)) == len(places)
