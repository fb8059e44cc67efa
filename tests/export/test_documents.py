"""The PDF papers as a whole: which are written and where, A4, fonts inside, footers, equal bytes, names as text."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.instance import Instance, Venue
from planner.domain.plan import Plan
from planner.errors import BadInput
from planner.export.documents import write_documents
from planner.export.documents.typesetting import FONTS, Typesetter
from planner.export.folders import PaperFolders

from .builders import a_class, a_course, a_plan, an_instance, the_expected_jobs, with_days
from .pdf_reading import fonts_of, page_sizes_mm, page_texts, text_of

ROOT = Path(__file__).parents[2]

COUNTY_PLAN = "全县/赫章县2026年职业技能培训开班计划.pdf"
TIMETABLES = ["班级/K001/课程表.pdf", "班级/K002/课程表.pdf"]
NOTICES = ["乡镇/双河街道/开班公告.pdf", "乡镇/可乐彝族苗族乡/开班公告.pdf"]


def written(folder: Path, instance: Instance, plan: Plan) -> dict[str, Path]:
    """Write the plan's documents and return them by their path below the folder."""
    jobs = {planned.id: the_expected_jobs().get(planned.id, 10.0) for planned in plan.classes}
    paths = write_documents(instance, plan, PaperFolders(folder, instance, plan), jobs)
    return {path.relative_to(folder).as_posix(): path for path in paths}


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The documents of the small county with a timetable."""
    return written(tmp_path_factory.mktemp("papers"), an_instance(), with_days(an_instance(), a_plan()))


def test_county_classes_and_townships_each_get_their_paper(papers: dict[str, Path]) -> None:
    """One plan, one timetable a class and one notice a township, whole, and no draft left behind."""
    assert list(papers) == [COUNTY_PLAN, *TIMETABLES, *NOTICES]
    root = papers[COUNTY_PLAN].parents[1]
    assert sorted(path for path in root.rglob("*") if path.is_file()) == sorted(papers.values())
    assert all(path.read_bytes().startswith(b"%PDF-") for path in papers.values())


def test_without_a_timetable_only_class_timetables_are_missing(tmp_path: Path) -> None:
    """A plan of weeks still has its county plan and notices."""
    assert list(written(tmp_path, an_instance(), a_plan())) == [COUNTY_PLAN, *NOTICES]


def test_class_that_was_not_placed_gets_no_timetable(tmp_path: Path) -> None:
    """Of two classes, the one without sessions has no paper of its own."""
    plan = with_days(an_instance(), a_plan())
    plan = replace(plan, sessions=tuple(session for session in plan.sessions if session.class_id == "K001"))
    assert [path for path in written(tmp_path, an_instance(), plan) if path.startswith("班级")] == TIMETABLES[:1]


def test_plan_without_classes_is_still_a_plan(tmp_path: Path) -> None:
    """No class is no error: the county plan says so, townships have nothing to announce."""
    empty = a_plan(classes=(), payments=(), placements=(), total_cost_cents=0)
    papers = written(tmp_path, an_instance(), empty)
    assert list(papers) == [COUNTY_PLAN]
    assert "开办0个班，培训0人" in page_texts(papers[COUNTY_PLAN])[0]


@pytest.mark.parametrize("paper", [COUNTY_PLAN, TIMETABLES[0], NOTICES[1]])
def test_pages_are_a4(papers: dict[str, Path], paper: str) -> None:
    """Every page is A4, upright or across."""
    assert set(page_sizes_mm(papers[paper])) <= {(210, 297), (297, 210)}


@pytest.mark.parametrize("paper", [COUNTY_PLAN, TIMETABLES[0], NOTICES[1]])
def test_fonts_are_inside_the_paper(papers: dict[str, Path], paper: str) -> None:
    """Only the bundled fonts are used, and both are embedded: it looks the same on every computer."""
    assert fonts_of(papers[paper]) == {("NotoSansSC-Regular", True), ("NotoSansSC-Bold", True)}


@pytest.mark.parametrize("paper", [COUNTY_PLAN, TIMETABLES[0], NOTICES[1]])
def test_every_page_says_what_it_was_made_from(papers: dict[str, Path], paper: str) -> None:
    """The footer has plan version, first eight characters of the input hash, the plan's dates and the page number."""
    pages = page_texts(papers[paper])
    for number, text in enumerate(pages, 1):
        assert "方案版本0.1.0·种子7" in text
        assert "数据指纹01234567·计划期2026-01-05起52周" in text
        assert f"第{number}页/共{len(pages)}页" in text


WRITER = """
import sys
from pathlib import Path
from planner.export.documents import write_documents
from planner.export.folders import PaperFolders
from tests.export.builders import a_plan, an_instance, the_expected_jobs, with_days
instance = an_instance()
plan = with_days(instance, a_plan())
write_documents(instance, plan, PaperFolders(Path(sys.argv[1]), instance, plan), the_expected_jobs())
"""


def test_equal_plans_give_equal_bytes_in_two_processes(papers: dict[str, Path], tmp_path: Path) -> None:
    """Another process, another order of sets, another clock and zone: not one byte differs."""
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "TZ": "America/Lima", "SOURCE_DATE_EPOCH": "1"}
    subprocess.run([sys.executable, "-c", WRITER, str(tmp_path)], cwd=ROOT, env=environment, check=True)
    for name, path in papers.items():
        assert (tmp_path / name).read_bytes() == path.read_bytes(), name


ODD_NAMES = [
    "#let x = 1",
    "$x^2$",
    "<script>alert(1)</script>",
    "=1+1",
    "*粗* _斜_ `码`",
    "@标签 <标签>",
    "#import \"x.typ\"",
    "\\u{4e00} \\ //注释 /* */",
    "[括号] {花} (圆)",
    "- 项 + 项 / 项: ~ --- ...",
    "'引' \"号\"",
    "http://例.中国/a?b=c&d=e",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD_NAMES)
def test_names_are_printed_as_they_are(tmp_path: Path, name: str) -> None:
    """Nothing in a name is a command, a formula or a mark of the typesetter, in any of the three papers."""
    instance = an_instance(courses=(a_course(name), a_course("养蜂员", class_days=5, theory_days=2)))
    instance = replace(instance, venues=(Venue(f"{name}馆", "双河街道"), *instance.venues))
    plan = a_plan(classes=(a_class(course=name, venue=f"{name}馆"), a_plan().classes[1]))
    expected = re.sub(r"\s", "", name)
    papers = written(tmp_path, instance, with_days(instance, plan))
    for paper in (COUNTY_PLAN, TIMETABLES[0], NOTICES[0]):
        text = text_of(papers[paper])
        assert f"{expected}第1期" in text
        assert f"{expected}馆" in text


def test_control_characters_do_not_harm(tmp_path: Path) -> None:
    """Characters that cannot be printed become spaces."""
    instance = an_instance(courses=(a_course("育\x00婴\x07员\u2028班"), *an_instance().courses))
    plan = a_plan(classes=(a_class(course="育\x00婴\x07员\u2028班"),))
    assert "育婴员班第1期" in text_of(written(tmp_path, instance, with_days(instance, plan))[TIMETABLES[0]])


def test_rare_characters_are_printed_and_change_nothing_else(tmp_path: Path) -> None:
    """Names beyond the bold font (堃), beyond GBK but bundled (𬭎) and bundled nowhere (𠮷) keep their papers whole."""
    instance = an_instance(courses=(a_course("堃𬭎𠮷班"), *an_instance().courses))
    plan = a_plan(classes=(a_class(course="堃𬭎𠮷班"),))
    papers = written(tmp_path, instance, with_days(instance, plan))
    for paper in (COUNTY_PLAN, TIMETABLES[0], NOTICES[0]):
        assert re.search("堃𬭎.*班第1期", text_of(papers[paper]))
        assert ("NotoSansSC-Regular", True) in fonts_of(papers[paper])


def test_paper_that_cannot_be_replaced_is_named(tmp_path: Path) -> None:
    """A folder in the place of a file gives a sentence, and no draft is left."""
    (tmp_path / COUNTY_PLAN).mkdir(parents=True)
    with pytest.raises(BadInput, match=r"开班计划\.pdf：无法写入该文件"):
        written(tmp_path, an_instance(), a_plan())
    assert [path.name for path in (tmp_path / "全县").iterdir()] == [Path(COUNTY_PLAN).name]


def test_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    """A file where a folder should be gives a sentence."""
    (tmp_path / "全县").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="无法写入该文件"):
        written(tmp_path, an_instance(), a_plan())


def test_bundled_fonts_are_those_of_the_checksum_list() -> None:
    """Fonts and their licence are as recorded."""
    for line in (FONTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((FONTS / name).read_bytes()).hexdigest() == digest, name
    assert {path.suffix for path in FONTS.iterdir()} >= {".ttf", ".txt"}
    assert "SIL Open Font License, Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_papers_in_common_characters_ask_no_font_of_the_computer() -> None:
    """The bundled regular font has every character of GBK but the one that is named."""
    ttlib = pytest.importorskip("fontTools.ttLib")
    covered = set(ttlib.TTFont(FONTS / "NotoSansSC-Regular.ttf").getBestCmap())
    leads, trails = range(0x81, 0xFF), range(0x40, 0xFF)
    pairs = [bytes([lead, trail]).decode("gbk", errors="ignore") for lead in leads for trail in trails]
    missing = {pair for pair in pairs if len(pair) == 1 and ord(pair) not in covered}
    assert missing - {"\x7f"} == {"≒"}


def test_one_typesetter_serves_many_papers() -> None:
    """Setting one paper leaves nothing in the next: the first, set again, is the same."""
    content = {
        "title": "甲", "bureau": "", "origin": {"version": "1", "basis": "2"}, "facts": [["名", "甲"]], "days": [],
        "one_page": True, "total_hours": "0", "total_words": "", "notes": [], "signatures": ["签字"],
    }  # fmt: skip
    typesetter = Typesetter()
    first = typesetter.pdf("class_timetable", content)
    assert typesetter.pdf("class_timetable", {**content, "title": "乙𠮷"}) != first
    assert typesetter.pdf("class_timetable", content) == first
