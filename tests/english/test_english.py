"""The planner's sentences in English: none can lack it, each is known by its own row, and data stay as they are."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest

from planner.domain import instance as domain
from planner.english import BLANK, Slot, english, english_pieces, row_of, slots_of, table_rows
from planner.errors import BadInput
from planner.scenarios.changes import KINDS
from planner.scenarios.sheet import SCENARIO_SHEET
from planner.workbook import read, schema
from planner.workbook.cells import allowed_text
from planner.workbook.read import read_workbook
from planner.workbook.settings import _default_words
from tests.english.sentences import ELSEWHERE, NAMES, NOT_SHOWN, PARTS, PUT_TOGETHER, READER, SPEAKING, WRITTEN
from tests.english.spoken import CHINESE, modules_that_refuse, texts_of
from tests.workbook.builders import full_tables
from tests.workbook.test_nothing_crashes import mutated, raw_workbook
from web.sheet_view import HOW_TO_LIST


def said_by_the_source() -> set[str]:
    return {text for module, functions in SPEAKING.items() for text in texts_of(module, functions)}


def schema_texts() -> set[str]:
    sheets = (*schema.SHEETS,)
    columns = [*schema.SETTINGS, *(column for sheet in sheets for column in sheet.columns)]
    texts = {text for sheet in sheets for text in (sheet.description, sheet.default_text, sheet.noun)}
    texts |= {text.strip() for one in columns for text in (one.description, one.default_text, one.unit)}
    texts |= {one.description.replace(HOW_TO_LIST, "") for one in columns if one.kind is schema.Kind.NAMES}
    texts |= {one.limit_remedy for one in columns} | {allowed_text(one) for one in columns}
    texts |= {f"{one.heading}{_default_words(one)}" for one in schema.SETTINGS}
    return {text for text in texts if CHINESE.search(text)}


def test_every_sentence_has_its_english() -> None:
    """Sentences are taken from the source, so a new one without English fails here."""
    said = said_by_the_source()
    assert len(said) > 500
    assert said - dict(table_rows()).keys() - NAMES - PARTS - ELSEWHERE == set()


def test_no_module_refuses_unheard() -> None:
    """A module that begins to make faults must be listened to, or it must be said why its faults reach no page."""
    assert modules_that_refuse() <= SPEAKING.keys() | READER | NOT_SHOWN.keys()


def test_what_is_listed_apart_still_stands_in_the_source() -> None:
    said = said_by_the_source()
    assert said >= PARTS
    assert said >= ELSEWHERE


def test_what_the_workbook_is_made_of_has_its_english() -> None:
    """What sheets and columns hold, their units and defaults: all that the pages of sheets say."""
    rows = dict(table_rows())
    missing = {text for text in schema_texts() - NAMES if text not in rows and english(text) == text}
    assert missing == set()


def test_english_uses_the_blanks_of_the_chinese_and_holds_no_other_chinese() -> None:
    for chinese, words in table_rows():
        blanks = {part.blank for part in slots_of(words) if isinstance(part, Slot)}
        assert blanks <= set(range(chinese.count(BLANK))), chinese
        for word in re.findall(r"[\u3400-\u9fff]+", words):
            assert word in NAMES | WRITTEN, f"{chinese}: {words}"


def test_what_a_change_of_a_scenario_means_has_its_english() -> None:
    assert {kind.meaning for kind in KINDS.values()} <= dict(table_rows()).keys()


def test_every_sentence_stands_in_one_table_once() -> None:
    twice = [chinese for chinese, times in Counter(chinese for chinese, _ in table_rows()).items() if times > 1]
    assert twice == []


def test_every_row_is_known_by_itself() -> None:
    """Filled with names and figures, no sentence is taken for another one."""
    for chinese, _ in table_rows():
        first, *stretches = chinese.split(BLANK)
        said = first + "".join(f"Q{number}{stretch}" for number, stretch in enumerate(stretches, 1))
        if row_of(said) != chinese:
            other = english(said)
            same = re.sub(r"Q\d+", "", other) == re.sub(r"Q\d+", "", _filled(chinese))
            assert same, f"{chinese} is taken for {row_of(said)}"


def _filled(chinese: str) -> str:
    words = dict(table_rows())[chinese]
    return "".join(part if isinstance(part, str) else f"Q{part.blank + 1}" for part in slots_of(words))


@pytest.mark.parametrize(("chinese", "words"), PUT_TOGETHER.items())
def test_sentences_put_together_are_understood(chinese: str, words: str) -> None:
    assert english(chinese) == words


def test_whatever_is_wrong_in_a_workbook_is_said_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """What stays Chinese of a fault is a name, a heading or a value of the workbook."""
    dice, told = random.Random(7), set()
    own = _own_words()
    for _ in range(120):
        source = raw_workbook(mutated(full_tables(), dice))
        monkeypatch.setattr(read, "read_source", lambda path, source=source: source)
        try:
            found = read_workbook("x")
            told |= {*found.notes, *found.instance.assumptions}
        except BadInput as error:
            told |= {part for fault in error.faults for part in (fault.problem, fault.remedy)}
    assert len(told) > 200
    for text in told:
        for piece, kept in english_pieces(text):
            if kept and CHINESE.search(piece):
                left = [part for part in re.split(r"[、 /:!·“”…（）()]|，|～|~", piece) if CHINESE.search(part)]
                assert all(part in own for part in left), f"{text}: {piece}"


def _own_words() -> set[str]:
    """Words of the workbook: names of sheets, headings, tags and whatever its cells hold."""
    tables = full_tables()
    cells = {str(cell) for rows in tables.values() for row in rows for cell in row.values()}
    cells = {part for cell in cells for part in re.split("[、 /·（）()]", cell)}
    settings = {column.heading for column in schema.SETTINGS}
    return cells | NAMES | settings | {heading for rows in tables.values() for row in rows for heading in row}


def test_a_sentence_that_nobody_knows_stays_as_it_is() -> None:
    assert english_pieces("没有人说过这句话") == (("没有人说过这句话", True),)


def test_names_are_never_put_into_english() -> None:
    """A township may bear the name of a sentence."""
    assert english("没有名为“不是日期”的乡镇") == 'no township is called "不是日期"'
    assert english("需求未填") == '"需求" is empty'


def test_words_of_the_domain_are_names() -> None:
    """What this test knows as names are the contract's sheets and words, none made up here."""
    enums = (domain.Form, domain.Measure, domain.LockKind, domain.CostKind, domain.Objective, domain.TeacherKind)
    assert {word.value for enum in enums for word in enum} <= NAMES
    assert {column.heading for column in SCENARIO_SHEET.columns} <= NAMES
