"""Names are matched for certain only where they surely mean the same; the rest is proposed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.instance import DEFAULT_GROUPS, Group
from planner.errors import BadInput
from planner.reading.words import (
    Certainty,
    CourseNames,
    GroupNames,
    HeadingNames,
    Memory,
    SheetNames,
    TownshipNames,
    WordKind,
    headings_of,
    tags_of,
)
from planner.reading.words.tables import load_synonyms
from planner.workbook.catalogue import load_catalogue
from planner.workbook.schema import SHEETS

ROOT = Path(__file__).parents[2]
PAIRS = Path(__file__).with_name("data") / "tricky_names.csv"
TABLES = ("headings", "sheets", "townships", "courses", "groups")


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PLACES = [(row["township"], row["county"]) for row in rows_of(ROOT / "planner/generate/facts/townships.csv")]
COUNTIES = sorted({county for _, county in PLACES})
CATALOGUE = [entry.course.name for entry in load_catalogue()]
FINDERS = {
    "township": TownshipNames([place for place in PLACES if place[1] == "赫章县"]),
    "zhaotong": TownshipNames([place for place in PLACES if place[1] != "赫章县"]),
    "course": CourseNames(CATALOGUE),
    "level": CourseNames(["电工(初级)", "电工(中级)", "养老护理员", "病患护理"]),
    "group": GroupNames(DEFAULT_GROUPS),
    "heading": HeadingNames(),
    "register": HeadingNames("花名册"),
}


@pytest.mark.parametrize("row", rows_of(PAIRS), ids=lambda row: f"{row['kind']} {row['written']}")
def test_tricky_names(row: dict[str, str]):
    """Certain where the pair says so; elsewhere never applied, and the meant name is among the proposals."""
    match = FINDERS[row["kind"]].match(row["written"])
    if row["certain"] == "是":
        assert match.meaning == row["means"], match
    else:
        assert match.meaning is None, match
        assert not row["means"] or row["means"] in {proposal.name for proposal in match.proposals}, match


def test_precision_and_recall_on_the_tricky_names():
    """The figures that docs/reading-values.md states."""
    counts: Counter[str] = Counter()
    for row in rows_of(PAIRS):
        match = FINDERS[row["kind"]].match(row["written"])
        counts["pairs"] += 1
        counts["wanted"] += row["certain"] == "是"
        counts["certain"] += match.is_certain
        counts["right"] += match.is_certain and row["certain"] == "是" and match.meaning == row["means"]
    page = (ROOT / "docs/reading-values.md").read_text(encoding="utf-8")
    stated = f"{counts['pairs']} pairs: {counts['right']} of {counts['certain']} certain matches right"
    assert stated in page and f"{counts['right']} of {counts['wanted']} that can be certain" in page
    assert counts["right"] == counts["certain"]


@pytest.mark.parametrize("county", COUNTIES)
def test_no_township_is_ever_taken_for_another(county: str):
    """Every full name, and every full name with its kind or one character changed, against its neighbours."""
    names = [name for name, where in PLACES if where == county]
    for left_out in names:
        finder = TownshipNames([(name, county) for name in names if name != left_out])
        match = finder.match(left_out)
        assert match.meaning is None, match


@pytest.mark.parametrize("county", COUNTIES)
def test_every_township_is_known_with_its_county_before_and_its_office_behind(county: str):
    names = [name for name, where in PLACES if where == county]
    finder = TownshipNames([(name, county) for name in names])
    for name in names:
        office = f"{name}办事处" if name.endswith("街道") else f"{name}人民政府"
        assert [finder.match(text).meaning for text in (name, county + name, office, county + office)] == [name] * 4


def test_no_course_of_the_catalogue_is_ever_taken_for_another():
    for left_out in CATALOGUE:
        match = CourseNames([name for name in CATALOGUE if name != left_out]).match(left_out)
        assert match.meaning is None, match


def test_certain_words_for_a_course_lead_to_one_course_at_most():
    """A word that the table surely gives two meanings would be no certain word."""
    meanings: dict[str, set[str]] = {}
    for row in load_synonyms("courses"):
        if row.certain:
            meanings.setdefault(row.name, set()).add(row.means)
    assert {name: means for name, means in meanings.items() if len(means) > 1} == {}


@pytest.mark.parametrize("table", TABLES)
def test_every_row_has_a_source_and_a_grade(table: str):
    assert all(row.source and row.grade and row.means for row in load_synonyms(table))


def test_a_word_that_is_something_else_is_not_even_proposed():
    for row in load_synonyms("courses"):
        if row.excluded:
            match = FINDERS["course"].match(row.name)
            meant = CourseNames([row.means]).match(row.name)
            assert meant.meaning is None
            assert row.means not in {proposal.name for proposal in match.proposals}, match


def test_every_heading_of_the_workbook_is_exact():
    for sheet in SHEETS:
        finder = headings_of(sheet)
        for column in sheet.columns:
            for name in (column.heading, column.alias):
                match = finder.match(name)
                assert (match.meaning, match.certainty) == (column.alias, Certainty.EXACT)


def test_a_form_has_its_own_meaning_for_a_common_heading():
    found = {sheet.name: headings_of(sheet).match("人数").meaning for sheet in SHEETS}
    assert found["需求"] == found["劳动力"] == found["固定班"] == "persons"
    assert found["岗位"] is None


def test_headings_are_named_in_chinese_when_asked_about():
    match = FINDERS["heading"].match("单位")
    assert match.certainty is Certainty.PROPOSED
    assert "township" not in match.remark and "乡镇" in match.remark


def test_sheet_names():
    finder = SheetNames()
    written = ("需求", "demand", "培训需求摸底表", "定点培训机构名册", "师资表", "汇总", "可乐乡")
    found = [finder.match(name).meaning for name in written]
    assert found == ["需求", "需求", "需求", "机构", "教师", None, None]


def test_a_group_the_workbook_lacks_is_told_by_its_tag():
    assert "监测" in FINDERS["group"].match("三类人员").remark
    with_it = GroupNames([*DEFAULT_GROUPS, Group("监测户", frozenset({"监测"}))])
    assert with_it.match("三类人员").meaning == "监测户"


def test_tags_are_only_those_surely_stated():
    assert tags_of("建档立卡、易地搬迁") == {"脱贫", "易迁"}
    assert tags_of("一般农户") == frozenset()
    assert tags_of("脱贫、其他") is None
    assert tags_of("") is None


def test_a_confirmed_word_is_remembered_for_its_bureau_and_no_other(tmp_path: Path):
    path, known = tmp_path / "confirmed.json", frozenset(CATALOGUE)
    memory = Memory(path)
    memory.confirm("赫章县", WordKind.COURSE, "电工", "低压电工")
    memory.save()
    again, match = Memory(path), FINDERS["course"].match("电 工")
    taken = again.apply("赫章县", WordKind.COURSE, match, known)
    assert (taken.meaning, taken.certainty) == ("低压电工", Certainty.REMEMBERED)
    assert "以前确认过" in taken.remark
    assert again.apply("镇雄县", WordKind.COURSE, match, known) == match
    assert again.apply("赫章县", WordKind.TOWNSHIP, match, known) == match
    assert again.apply("赫章县", WordKind.COURSE, match, known - {"低压电工"}) == match
    again.forget("赫章县", WordKind.COURSE, "电工")
    assert again.recall("赫章县", WordKind.COURSE, "电工") is None


def test_a_name_that_exists_means_itself_whatever_was_confirmed(tmp_path: Path):
    memory = Memory(tmp_path / "confirmed.json")
    memory.confirm("赫章县", WordKind.COURSE, "钢筋工", "砌筑工(夜郎砌筑工)")
    match = FINDERS["course"].match("钢筋工")
    assert memory.apply("赫章县", WordKind.COURSE, match, frozenset(CATALOGUE)) == match


@pytest.mark.parametrize("written", ["11010519491231002X", "13800000000", "", "长" * 200])
def test_personal_numbers_are_never_remembered(tmp_path: Path, written: str):
    memory = Memory(tmp_path / "confirmed.json")
    with pytest.raises(ValueError, match="only names"):
        memory.confirm("赫章县", WordKind.COURSE, written, "焊工")


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": 9, "words": {}}', '{"version": 1, "words": {"县": {"course": {"a": 1}}}}',
                '{"version": 1, "words": {"县": []}}', "[" * 100_000]
)  # fmt: skip
def test_a_broken_memory_is_refused_with_a_sentence(tmp_path: Path, content: str):
    path = tmp_path / "confirmed.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match="记住的名称读不出来"):
        Memory(path)


def test_saving_leaves_one_readable_file(tmp_path: Path):
    memory = Memory(tmp_path / "sub" / "confirmed.json")
    memory.confirm("赫章县", WordKind.HEADING, "单位", "township")
    memory.save()
    (only,) = (tmp_path / "sub").iterdir()
    assert json.loads(only.read_text(encoding="utf-8"))["words"] == {"赫章县": {"heading": {"单位": "township"}}}


WRITTEN = st.one_of(
    st.text(max_size=20),
    st.text(alphabet="可乐乡镇街道彝族县市办事处政府人民焊工电初中高级一五()（）、/第期培训班脱贫易迁012*", max_size=9),
)


@given(WRITTEN)
@settings(max_examples=300, deadline=None)
def test_any_text_has_an_answer(written: str):
    """A certain match names something known, a proposed one has proposals, an unknown one says so."""
    for finder in (*FINDERS.values(), SheetNames()):
        match = finder.match(written)
        assert (match.certainty is Certainty.PROPOSED) == bool(match.proposals)
        assert match.remark or match.certainty is Certainty.EXACT
        assert all(0 < proposal.score < 1 for proposal in match.proposals)
        assert match.is_certain == (match.certainty in (Certainty.EXACT, Certainty.SYNONYM))
