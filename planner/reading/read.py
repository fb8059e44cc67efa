"""Reading an upload: any number of files, folders and archives to cohorts, demand and one report."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from planner.errors import BadInput
from planner.reading.choices import ReadingChoices
from planner.reading.combine import NamedCount, People, Splitter, choose_sheets, named_counts
from planner.reading.files.unpack import SourceFile, files_aside, files_of
from planner.reading.layouts.register import People as Register
from planner.reading.names import KnownNames
from planner.reading.plausibility import check_against_workbook
from planner.reading.process import ask_child
from planner.reading.progress import Watch
from planner.reading.report import Finding, Level, ReadingReport, SheetReport
from planner.reading.roster import COUNTED, NO_BAND, OPEN_NAME, TWICE, RosterSheet
from planner.reading.understand import SKIPPED, FileReading, SheetReading
from planner.workbook.known import CohortKey, KnownCounty
from planner.workbook.read import are_of_a_workbook
from planner.workbook.sources import RawSheet, sheet_names_listed

_FILES_AT_ONCE = 2
_MOST_DUPLICATES_NAMED = 200
_MOST_NAMED = 5
_OFFICE = "（由乡镇报表读出）"


@dataclass(frozen=True, slots=True)
class DemandReading:
    """What an upload says: willing people and wishes with the county's own names, and everything said about it."""

    people: People
    report: ReadingReport
    roster: tuple[RosterSheet, ...] = ()

    def sheets(self) -> tuple[RawSheet, ...]:
        """Return the sheets 劳动力 and 需求 to plan with; 劳动力 only when every township has a head count."""
        demand = [["乡镇", "年龄段", "群体", "课程", "愿意人数"]]
        demand += [[*key, persons] for key, persons in sorted(self.people.demand.items())]  # type: ignore[list-item]
        cohorts = [["乡镇", "年龄段", "群体", "可参训人数"]]
        cohorts += [[*key, persons] for key, persons in sorted(self.people.cohorts.items())]  # type: ignore[list-item]
        return (RawSheet(_OFFICE, "劳动力", cohorts), RawSheet(_OFFICE, "需求", demand))


def read_demand(
    paths: Iterable[Path],
    known: KnownCounty,
    choices: ReadingChoices | None = None,
    on: date | None = None,
    watch: Watch | None = None,
) -> DemandReading:
    """Read what people of a county wish to learn from whatever its townships sent.

    Parameters
    ----------
    paths
        Files, folders or zip archives; see ``docs/reading.md`` for forms and layouts.
    known
        The county's own names and figures.
    choices
        What has been confirmed about these files.
    on
        The day on which ages are reckoned; the start of the plan by default.
    watch
        Follows how far each of ``paths`` has come; several are read side by side.

    Returns
    -------
    DemandReading
        Whatever could be read. Planning must not go on while ``report.faults()`` names anything. A file that cannot
        be read at all is a fault of the report.
    """
    choices = choices or ReadingChoices()
    report = ReadingReport()
    request: dict[str, object] = {
        "task": "understand",
        "courses": list(known.courses),
        "tags": sorted({tag for group in known.groups for tag in group.tags}),
        "on": (on or known.plan_start).isoformat(),
        "key": secrets.token_hex(16),
        "choices": choices.as_json(),
        "county": _county(known),
    }
    paths = tuple(Path(path) for path in paths)
    watch = watch or Watch(paths, tell=lambda files: None)
    files = [(path, file) for path in paths for file in _files(path, report, watch)]
    with ThreadPoolExecutor(_FILES_AT_ONCE) as pool:
        # Each thread only waits for a process of its own.
        found = list(pool.map(lambda one: _sheets(one[0], one[1], request, report, watch), files))
    sheets = [sheet for of_file in _each_once(files, found, report, watch) for sheet in of_file]
    report.sheets = [sheet.report for sheet in sheets]
    report.findings += _of_no_use(report.sheets)
    names = KnownNames(known, choices)
    people, roster = _put_together(sheets, known, choices, names, report)
    report.findings += names.findings()
    report.proposals = names.proposals()
    if not people.demand and not report.faults():
        text = "没有读到任何培训意愿"
        report.findings.append(Finding(Level.ERROR, "", "", "", text, remedy="核对上传的是不是摸底表或实名台账"))
    return DemandReading(people, report, roster)


def _county(known: KnownCounty) -> str | None:
    """Return the county's name, empty where the workbook does not say it, ``None`` for several counties."""
    counties = {county for _, county in known.townships} - {""}
    return None if len(counties) > 1 else next(iter(counties), "")


def _files(path: Path, report: ReadingReport, watch: Watch) -> list[SourceFile]:
    try:
        files = list(files_of(path))
    except BadInput as error:
        _note_faults(error, report)
        watch.refused(path, error)
        return []
    aside = files_aside(path)
    if aside:
        named = "、".join(aside[:_MOST_NAMED]) + ("等" if len(aside) > _MOST_NAMED else "")
        text = f"{path.name}：里面有 {len(aside)} 个文件不是表格，没有读：{named}"
        remedy = "要用的请另存为 .xlsx 后再上传；里面的压缩包请先解压"
        report.findings.append(Finding(Level.WARNING, path.name, "", "", text, remedy=remedy))
    watch.opened(path, len(files), aside)
    return files


def _sheets(
    path: Path, file: SourceFile, request: dict[str, object], report: ReadingReport, watch: Watch
) -> list[SheetReading]:
    """Read one file; the county's workbook in an archive or folder is passed over."""
    watch.part_begins(path)
    try:
        listed = sheet_names_listed(file.name, file.content) if file.inside else None
        if listed is None or not are_of_a_workbook(listed):
            sheets = FileReading.from_json(ask_child(file.name, file.content, request)).sheets
            listed = [sheet.report.sheet for sheet in sheets]
    except BadInput as error:
        _note_faults(error, report)
        watch.part_read(path, [], error)
        return []
    if file.inside and are_of_a_workbook(listed):
        text = f"{file.inside}：里面的“{file.name}”是本县工作簿，不作为乡镇报表读"
        remedy = "如果它是乡镇报表：把里面叫“课程”“机构”“资金”等名称的表改名后重新上传"
        report.findings.append(Finding(Level.UNDERSTOOD, file.inside, "", "", text, remedy=remedy))
        sheets = []
    watch.part_read(path, sheets)
    return sheets


def _each_once(
    files: Sequence[tuple[Path, SourceFile]],
    found: Sequence[list[SheetReading]],
    report: ReadingReport,
    watch: Watch,
) -> Iterator[list[SheetReading]]:
    """Yield what each file gave, once where two are the same to the byte and give the same.

    Two townships may send equal bytes where only the file's name says which township it is: then both count.
    """
    before: dict[bytes, list[tuple[SourceFile, object]]] = {}
    for (path, file), sheets in zip(files, found, strict=True):
        gave = [(sheet.counts, sheet.people) for sheet in sheets]
        known = before.setdefault(hashlib.sha256(file.content).digest(), [])
        other = next((other for other, given in known if given == gave), None) if sheets else None
        if other is None:
            known.append((file, gave))
            yield sheets
            continue
        text = f"{file.name}：与“{other.name}”内容完全相同，只计一次"
        report.findings.append(Finding(Level.UNDERSTOOD, file.name, "", "", text, remedy="不需要的请删去"))
        if not file.inside:
            watch.same(path, other.name)
        left = [replace(sheet.report, layout=SKIPPED, columns=[], rows_read=0, findings=[]) for sheet in sheets]
        yield [SheetReading(report_of_left) for report_of_left in left]


def _of_no_use(sheets: Sequence[SheetReport]) -> list[Finding]:
    """Return a warning for each file that gave neither people nor wishes, unless all its sheets are left out."""
    by_file: dict[str, list[SheetReport]] = defaultdict(list)
    for sheet in sheets:
        by_file[sheet.file].append(sheet)
    remedy = "是乡镇报表的，请核对表头是否写明乡镇、人数或意愿工种；无关的可以删去"
    return [
        Finding(Level.WARNING, file, "", "", f"{file}：没有读到人数或意愿，这个文件没有用上", remedy=remedy)
        for file, of_file in by_file.items()
        if not any(sheet.rows_read for sheet in of_file) and any(sheet.layout != SKIPPED for sheet in of_file)
    ]


def _note_faults(error: BadInput, report: ReadingReport) -> None:
    for fault in error.faults:
        text = f"{fault.file}：{fault.problem}"
        report.findings.append(Finding(Level.ERROR, fault.file, "", "", text, fault.found, fault.remedy))


def _put_together(
    sheets: Sequence[SheetReading],
    known: KnownCounty,
    choices: ReadingChoices,
    names: KnownNames,
    report: ReadingReport,
) -> tuple[People, tuple[RosterSheet, ...]]:
    people = People()
    roster = _count_registers(sheets, known, choices, names, people)
    registered = {key[0] for key in people.cohorts}
    splitter = Splitter(known)
    heads: dict[str, list[tuple[SheetReport, list[NamedCount]]]] = defaultdict(list)
    wishes: dict[str, list[tuple[SheetReport, list[NamedCount]]]] = defaultdict(list)
    for sheet in sheets:
        _say_unnamed(sheet)
        for township, counts in named_counts(sheet.counts, names).items():
            if township in registered:
                sheet.report.say(Level.UNDERSTOOD, f"{township}以实名台账为准，此表不计入")
                continue
            for target, part in (
                (heads, [count for count in counts if count.course is None]),
                (wishes, [count for count in counts if count.course is not None]),
            ):
                if part:
                    target[township].append((sheet.report, part))
    for township in sorted({*heads, *wishes}):
        _split_township(township, heads.get(township, []), wishes.get(township, []), splitter, people)
    report.findings += [Finding(Level.DEFAULT, "", "", "", text) for text in splitter.defaults]
    for doubt in check_against_workbook(_by_township(people.cohorts), _by_township(known.cohorts)):
        report.findings.append(Finding(Level.WARNING, "", "", "", doubt.text, remedy=doubt.remedy))
    if people.unknown_cohorts:
        text = f"{'、'.join(people.unknown_cohorts)}没有填报有意愿的人数，可参训人数按各课程意愿人数之和"
        report.findings.append(Finding(Level.DEFAULT, "", "", "", text))
    return people, roster


def _by_township(cohorts: Mapping[CohortKey, int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (township, _, _), persons in cohorts.items():
        sums[township] += persons
    return sums


def _say_unnamed(sheet: SheetReading) -> None:
    """Warn about wishes and people that no name can be given to."""
    other = sum(count.persons for count in sheet.counts if count.other)
    if other:
        text = f"“其他”课程共 {other} 人次，没有写明课程，无法安排"
        sheet.report.say(Level.WARNING, text, remedy="请乡镇写明课程后补充")
    homeless = [count for count in sheet.counts if not count.township]
    if homeless:
        text = f"{len(homeless)} 个数没有乡镇，不计入"
        remedy = "补填乡镇，或把表名改为乡镇名"
        sheet.report.say(Level.ERROR, text, cell=homeless[0].cell, remedy=remedy)


def _split_township(
    township: str,
    heads: list[tuple[SheetReport, list[NamedCount]]],
    wishes: list[tuple[SheetReport, list[NamedCount]]],
    splitter: Splitter,
    people: People,
) -> None:
    cells: Mapping[tuple[str, str], int] = {}
    if heads:
        cells = splitter.people_of(township, choose_sheets(heads, township, "有意愿人数"))
        people.cohorts |= {(township, *cell): number for cell, number in cells.items() if number}
    if not wishes:
        return
    counts = choose_sheets(wishes, township, "课程意愿")
    report = wishes[0][0]
    capped = any(cells.values())
    if not capped:
        total = sum(count.persons for count in counts)
        cells = splitter.people_of(township, [NamedCount(None, None, None, None, total)])
        people.unknown_cohorts.append(township)
    by_course: dict[str, list[NamedCount]] = defaultdict(list)
    for count in counts:
        by_course[str(count.course)].append(count)
    for course, named in by_course.items():
        found, lost = splitter.wishes_of(course, named, cells, capped)
        people.demand |= {(township, *cell, course): number for cell, number in found.items()}
        if lost:
            text = f"{township}“{course}”有 {lost} 人次没有适龄、且人数够的人群，不计入"
            report.say(Level.WARNING, text, remedy="核对年龄段，或课程的适合年龄段")
    if not capped:
        sums: Counter[tuple[str, str, str]] = Counter()
        for (place, band, group, _), number in people.demand.items():
            if place == township:
                sums[place, band, group] += number
        people.cohorts |= sums


def _count_registers(
    sheets: Sequence[SheetReading], known: KnownCounty, choices: ReadingChoices, names: KnownNames, people: People
) -> tuple[RosterSheet, ...]:
    """Add up the people of all registers, each person once; return what became of each."""
    first: dict[str, tuple[SheetReading, int]] = {}
    cohorts: Counter[tuple[str, str, str]] = Counter()
    demand: Counter[tuple[str, str, str, str]] = Counter()
    registered = [_Registered(sheet, known, choices, names, first) for sheet in sheets if len(sheet.people)]
    roster = tuple(register.add_up(cohorts, demand) for register in registered)
    people.cohorts |= cohorts
    people.demand |= demand
    return roster


class _Registered:
    """Adds up one register; ``first`` tells where each person was met first, in all registers of the upload."""

    def __init__(
        self,
        sheet: SheetReading,
        known: KnownCounty,
        choices: ReadingChoices,
        names: KnownNames,
        first: dict[str, tuple[SheetReading, int]],
    ) -> None:
        self._sheet, self._people, self._report, self._first = sheet, sheet.people, sheet.report, first
        self._choices, self._known, self._names = choices, known, names
        self._band_of_age = {age: b.name for b in known.bands for age in range(b.min_age, b.max_age + 1)}
        self._notes: Counter[tuple[Level, str]] = Counter()
        townships, groups, wishes, _ = map(Counter, self._columns())
        people = self._people
        self._townships = [names.township(name, townships[i]) for i, name in enumerate(people.townships)]
        self._groups = [self._group(tags, words, groups[i]) for i, (tags, words) in enumerate(people.groups)]
        ranks = choices.ranks
        said: Counter[str] = Counter()
        for i, written in enumerate(people.wishes):
            said.update(dict.fromkeys(written[:ranks], wishes[i]))
        meant = {text: names.courses(text, persons) for text, persons in said.items()}
        self._wishes = [
            [*dict.fromkeys(course for text in written[:ranks] for course in meant[text] if course is not None)]
            for written in people.wishes
        ]
        self._trained = [self._known_courses(written) for written in people.trainings]

    def _columns(self) -> tuple[list[int], ...]:
        people = self._people
        return people.township, people.group, people.wish, people.trained

    def _known_courses(self, written: Sequence[str]) -> frozenset[str]:
        """Return the courses of past trainings; those the county does not offer do not matter and are not asked for."""
        return frozenset(course for text in written for course in self._names.past_courses(text))

    def _group(self, tags: Sequence[str], words: Sequence[str], persons: int) -> str | None:
        """Return the group of people; a word that is no certain tag is asked for, confirmed groups add their tags."""
        every = set(tags)
        for word in words:
            group = self._names.group(word, persons)
            if group is None:
                return None
            every |= next((known.tags for known in self._known.groups if known.name == group), frozenset())
        return self._names.group_of_tags(frozenset(every), persons)

    def add_up(self, cohorts: Counter[tuple[str, str, str]], demand: Counter[tuple[str, str, str, str]]) -> RosterSheet:
        """Count each person of the sheet who was not met before; return what became of each."""
        people: Register = self._people
        outcomes: list[str] = []
        rows = zip(people.keys, people.rows, people.ages, *self._columns(), strict=True)
        for key, row, age, township, group, wish, trained in rows:
            if key and not self._is_new(key, row, township):
                outcomes.append(TWICE)
                continue
            if not key:
                self._notes[Level.WARNING, "没有可用的身份证号，无法查重，仍计入"] += 1
            place, kind, band = self._townships[township], self._groups[group], self._band_of_age.get(age)
            if band is None:
                self._notes[Level.UNDERSTOOD, NO_BAND] += 1
                outcomes.append(NO_BAND)
                continue
            if place is None or kind is None:
                outcomes.append(OPEN_NAME)
                continue
            outcomes.append(COUNTED)
            cohorts[place, band, kind] += 1
            for course in self._wishes[wish]:
                if self._counts(course, band, self._trained[trained]):
                    demand[place, band, kind, course] += 1
        for (level, text), number in self._notes.items():
            self._report.say(level, f"{number} 人{text}" if level is not Level.DEFAULT else text)
        self._report.say(Level.DEFAULT, f"每人前 {self._choices.ranks} 个意愿都计入需求，不分先后")
        return RosterSheet(
            self._report.file,
            self._report.sheet,
            people,
            self._townships,
            self._groups,
            self._wishes,
            self._band_of_age,
            outcomes,
        )

    def _counts(self, course: str, band: str, trained: frozenset[str]) -> bool:
        """Return whether a wish counts: not trained in it before, and of an age the course suits."""
        if course in trained:
            self._notes[Level.WARNING, "次意愿与本人已参加过的培训相同" + self._what_then()] += 1
            if not self._choices.repeated_training:
                return False
        fitting = self._known.courses.get(course)
        if fitting is not None and band not in fitting:
            self._notes[Level.UNDERSTOOD, "次意愿的课程不适合本人年龄段，不计入"] += 1
            return False
        return True

    def _what_then(self) -> str:
        return "，仍计入" if self._choices.repeated_training else "，不计入"

    def _is_new(self, key: str, row: int, township: int) -> bool:
        if key not in self._first:
            self._first[key] = (self._sheet, row)
            return True
        other, other_row = self._first[key]
        self._notes[Level.UNDERSTOOD, "重复登记，只计一次"] += 1
        if self._notes[Level.UNDERSTOOD, "重复登记，只计一次"] <= _MOST_DUPLICATES_NAMED:
            elsewhere = "" if other is self._sheet else f"“{other.report.file} {other.report.sheet}”"
            place = f"{elsewhere}第 {other_row} 行"
            before = other.people.townships[other.people.township[other.people.rows.index(other_row)]]
            here = self._people.townships[township]
            across = f"（{before}、{here}两地都有）" if before != here else ""
            text = f"与{place}是同一人（身份证号相同）{across}，不重复计入"
            self._report.say(Level.WARNING, text, cell=f"A{row}", remedy="核对后删去重复的一行")
        return False
