"""Doubts about an assembled instance. Each rule has a key, a sentence and the source of its threshold."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from planner.domain.instance import Cohort, Course, Instance, Measure, Provider, Sense, Target, Teacher, TeacherKind
from planner.model.market_days import market_rule
from planner.reading.plausibility.doubt import Doubt, named, outliers
from planner.reading.plausibility.residents import most_residents
from planner.reading.words import CourseNames, TownshipNames
from planner.workbook.catalogue import load_catalogue

WILLING_SHARE = 0.95
"""Of 261 people asked in 昭通 about 20 % did not want training (S0); planned with 0.6–0.9; the limit is ours."""
LEAST_PEOPLE = 100
SUBSIDY_YUAN = (50, 5000)
"""云南 2018 paid 300–1,600 yuan (W1), the catalogue's dearest course costs 4,000; the limits are ours."""
TIMES_THE_CATALOGUE = 5
"""Ours: local rates differ by less than this from the bundled catalogue."""
HOURS_FOR_DAYS = (6, 12)
"""A course so many times as long as in the catalogue has class hours in the column of days (6–10 hours a day, W4)."""
ALLOWANCE_YUAN = 100
"""Living allowance a day; 0–80 yuan occur (S1, W2, W15)."""
FUND_YUAN = 1000
"""A smaller fund that is also less than 1 % of what all wishes cost is one written in 万元; ours."""
MONEY_TIMES = 10
"""So many times the cost of every wish is more money than anybody gets; ours."""
GROSS_RATE, UPLIFT_RATE = 0.98, 0.30
"""Bureaus publish 64–95 % gross (W22, W24); trials find about 2–8 points of uplift, at most 21 % (Alfonsi et al.)."""
CLASS_SIZE = 100
"""Classes of 15–71 occur (W7, W17–W22)."""
VACANCIES_PER_PERSON = 20
"""Ours."""
KILOMETRES = 200
"""Distance from the middle of the county; 镇雄 measures about 100 km across; ours."""
HEADS_OF_ONE_PRACTICE_TEACHER = 25
"""Practice with more heads takes two teachers (planning contract, section 3)."""
MINUTES = 600
"""One way between two townships; ours."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: ``key`` names it, ``sentence`` says in Chinese what it looks for."""

    key: str
    sentence: str
    find: Callable[[Instance], Iterator[Doubt]]


RULES: list[Rule] = []

Finder = Callable[[Instance], Iterator[Doubt]]


def _rule(key: str, sentence: str) -> Callable[[Finder], Finder]:
    def register(find: Finder) -> Finder:
        RULES.append(Rule(key, sentence, find))
        return find

    return register


def doubts_of(instance: Instance) -> tuple[Doubt, ...]:
    """Return every doubt about an instance, in the order of the rules. The instance stays as it is."""
    return tuple(doubt for rule in RULES for doubt in rule.find(instance))


_Key = tuple[str, str, str]


def _wishes(instance: Instance) -> dict[_Key, dict[str, int]]:
    wishes: dict[_Key, dict[str, int]] = defaultdict(dict)
    for row in instance.demand:
        wishes[row.township, row.age_band, row.group][row.course] = row.persons
    return wishes


def _key(cohort: Cohort) -> _Key:
    return cohort.township, cohort.age_band, cohort.group


@_rule("more-willing-than-people", "愿意参加一门课程的人多于可参训的人")
def _more_willing_than_people(instance: Instance) -> Iterator[Doubt]:
    persons = {_key(cohort): cohort.persons for cohort in instance.cohorts}
    cases = [
        f"{'·'.join(key)} {course} 愿意 {number:,} 人，可参训 {persons[key]:,} 人"
        for key, courses in _wishes(instance).items()
        for course, number in courses.items()
        if key in persons and number > persons[key]
    ]
    if cases:
        yield Doubt("more-willing-than-people", "需求", f"愿意人数多于可参训人数：{named(cases)}")


@_rule("nearly-all-willing", "一个乡镇几乎人人愿意参训")
def _nearly_all_willing(instance: Instance) -> Iterator[Doubt]:
    wishes = _wishes(instance)
    if all(cohort.persons == sum(wishes.get(_key(cohort), {}).values()) for cohort in instance.cohorts):
        return  # The people were taken from the wishes.
    persons: dict[str, int] = defaultdict(int)
    willing: dict[str, int] = defaultdict(int)
    for cohort in instance.cohorts:
        persons[cohort.township] += cohort.persons
        willing[cohort.township] += min(cohort.persons, max(wishes.get(_key(cohort), {0: 0}).values()))
    cases = [
        f"{township}（{persons[township]:,} 人中至少 {willing[township]:,} 人）"
        for township in sorted(persons)
        if persons[township] >= LEAST_PEOPLE and willing[township] > WILLING_SHARE * persons[township]
    ]
    if cases:
        yield Doubt("nearly-all-willing", "需求", f"愿意参训的比例超过 95%，调查中约两成不愿：{named(cases)}")


@_rule("more-people-than-residents", "可参训的人多于全县人口")
def _more_people_than_residents(instance: Instance) -> Iterator[Doubt]:
    county_of = {township.name: township.county for township in instance.townships}
    persons: dict[str, int] = defaultdict(int)
    for cohort in instance.cohorts:
        persons[county_of.get(cohort.township, "")] += cohort.persons
    for county, number in sorted(persons.items()):
        residents, is_known = most_residents(county)
        if number > residents:
            known = f"常住人口约 {residents:,}" if is_known else f"一般不超过 {residents:,}"
            text = f"{county or '全县'}可参训人数合计 {number:,}，{known}"
            yield Doubt("more-people-than-residents", "劳动力", text, "核对单位是人还是万人")


@_rule("ten-times-the-usual", "人数是照其他乡镇的比例推算的十倍以上")
def _ten_times_the_usual(instance: Instance) -> Iterator[Doubt]:
    """Cells are compared as shares, since resettled people live together and big townships are big throughout."""
    persons = {_key(cohort): cohort.persons for cohort in instance.cohorts}
    together: dict[tuple[str, str], int] = defaultdict(int)
    for (township, _, group), number in persons.items():
        together[township, group] += number
    people: _Cells = defaultdict(list)
    for (township, band, group), number in persons.items():
        people[f"{band}·{group}"].append((township, number, together[township, group] - number))
    yield from _standing_out("劳动力", people)
    wishes: _Cells = defaultdict(list)
    for row in instance.demand:
        base = persons.get((row.township, row.age_band, row.group), 0)
        wishes[f"{row.age_band}·{row.group}·{row.course}"].append((row.township, row.persons, base))
    yield from _standing_out("需求", wishes)


_Cells = dict[str, list[tuple[str, int, int]]]
"""By kind of cell: township, figure, and what the figure is a share of."""


def _standing_out(sheet: str, cells: _Cells) -> Iterator[Doubt]:
    cases = []
    for what, rows in cells.items():
        figures = {township: (figure, base) for township, figure, base in rows if base > 0}
        for township, _, usual in outliers((township, figure / base) for township, (figure, base) in figures.items()):
            figure, base = figures[township]
            if figure >= LEAST_PEOPLE:
                cases.append(f"{township}·{what} {figure:,} 人（照其他乡镇的比例约 {usual * base:,.0f} 人）")
    if cases:
        yield Doubt("ten-times-the-usual", sheet, f"人数是通常的十倍以上：{named(cases)}", "核对是否多写一位")


@_rule("nobody-of-the-right-age", "一门课程没有适龄的人愿意参加")
def _nobody_of_the_right_age(instance: Instance) -> Iterator[Doubt]:
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in instance.demand:
        if row.persons:
            wanted[row.course].add(row.age_band)
    cases = [
        course.name
        for course in instance.courses
        if course.age_bands is not None and wanted[course.name] and not wanted[course.name] & course.age_bands
    ]
    if cases:
        text = f"愿意参加的人都不在适合年龄段内：{named(cases)}"
        yield Doubt("nobody-of-the-right-age", "课程", text, "核对适合年龄段，或需求的年龄段")


@_rule("subsidy-out-of-range", "补贴标准不像每人的元数")
def _subsidy_out_of_range(instance: Instance) -> Iterator[Doubt]:
    usual = _catalogue_of(instance)
    cases = []
    for course in instance.courses:
        yuan, entry = course.subsidy_cents / 100, usual.get(course.name)
        low, high = _usual_subsidy(entry)
        if yuan and not low <= yuan <= high:
            known = f"，内置目录为 {entry.subsidy_cents / 100:,.0f} 元" if entry else ""
            cases.append(f"{course.name} 每人 {yuan:,.2f} 元{known}")
    if cases:
        text = f"每人补贴与通常标准差得多：{named(cases)}"
        yield Doubt("subsidy-out-of-range", "课程", text, "核对单位是元还是万元")


def _usual_subsidy(entry: Course | None) -> tuple[float, float]:
    """Return the least and greatest usual subsidy in yuan, around the catalogue's course where there is one."""
    if entry is None or not entry.subsidy_cents:
        return SUBSIDY_YUAN
    return entry.subsidy_cents / 100 / TIMES_THE_CATALOGUE, entry.subsidy_cents / 100 * TIMES_THE_CATALOGUE


@_rule("hours-for-days", "课日里填的像是课时")
def _hours_for_days(instance: Instance) -> Iterator[Doubt]:
    usual, cases = _catalogue_of(instance), []
    low, high = HOURS_FOR_DAYS
    for course in instance.courses:
        entry = usual.get(course.name)
        if entry is not None and low <= course.class_days / entry.class_days <= high:
            cases.append(f"{course.name} {course.class_days} 天（内置目录 {entry.class_days} 天）")
    if cases:
        text = f"课日约为通常的 8 倍：{named(cases)}"
        yield Doubt("hours-for-days", "课程", text, "核对填的是课日还是课时")


def _catalogue_of(instance: Instance) -> dict[str, Course]:
    """Return the catalogue's course of each course that surely is one."""
    entries = {entry.course.name: entry.course for entry in load_catalogue()}
    finder = CourseNames(entries)
    found = {course.name: finder.match(course.name).meaning for course in instance.courses}
    return {name: entries[meaning] for name, meaning in found.items() if meaning is not None}


@_rule("class-size", "班额大得少见")
def _class_size(instance: Instance) -> Iterator[Doubt]:
    cases = [f"{course.name}（{course.max_size} 人）" for course in instance.courses if course.max_size > CLASS_SIZE]
    if cases:
        yield Doubt("class-size", "课程", f"最大班额超过 {CLASS_SIZE} 人：{named(cases)}")


@_rule("allowance", "每天的生活补贴高得少见")
def _allowance(instance: Instance) -> Iterator[Doubt]:
    yuan = instance.settings.living_allowance_cents / 100
    if yuan > ALLOWANCE_YUAN:
        yield Doubt("allowance", "参数", f"生活补贴每人每天 {yuan:,.2f} 元，通常不超过 80 元", "核对是否填了整期的金额")


@_rule("money-out-of-scale", "资金不像元数，或与需求差得多")
def _money_out_of_scale(instance: Instance) -> Iterator[Doubt]:
    total, cost = sum(fund.amount_cents for fund in instance.funds), _cost_of_every_wish(instance)
    limit = min(100 * FUND_YUAN, cost // 100)
    tiny = [fund for fund in instance.funds if 0 < fund.amount_cents < limit]
    small = [f"{fund.name} {fund.amount_cents / 100:,.2f} 元" for fund in tiny]
    if small:
        yield Doubt("money-out-of-scale", "资金", f"金额很小：{named(small)}", "核对单位是元还是万元")
    if cost and total > MONEY_TIMES * cost:
        text = f"资金合计 {total / 100:,.0f} 元，满足全部意愿也只需约 {cost / 100:,.0f} 元"
        yield Doubt("money-out-of-scale", "资金", text, "核对金额单位和补贴标准")


def _cost_of_every_wish(instance: Instance) -> int:
    """Return the cents it takes to train everybody in every course wished, without costs of classes."""
    a_head = {
        course.name: course.subsidy_cents + course.exam_fee_cents
        + course.class_days * instance.settings.living_allowance_cents
        for course in instance.courses
    }  # fmt: skip
    return sum(row.persons * a_head.get(row.course, 0) for row in instance.demand)


@_rule("rates", "就业率高得少见")
def _rates(instance: Instance) -> Iterator[Doubt]:
    cases = []
    for rate in instance.conversion:
        if rate.gross is not None and rate.gross > GROSS_RATE:
            cases.append(f"{rate.course} 毛就业率 {rate.gross:.0%}")
        if rate.uplift is not None and rate.uplift > UPLIFT_RATE:
            cases.append(f"{rate.course} 净增就业率 {rate.uplift:.0%}")
        elif rate.uplift is not None and rate.gross is not None and rate.uplift > rate.gross:
            cases.append(f"{rate.course} 净增 {rate.uplift:.0%} 高于毛就业率 {rate.gross:.0%}")
    if cases:
        yield Doubt("rates", "转化率", f"高得少见：{named(cases)}", "净增是有无培训之差，不是就业率；核对")


@_rule("past-outcomes", "以往结果里就业的多于合格的")
def _past_outcomes(instance: Instance) -> Iterator[Doubt]:
    odd = [row for row in instance.history if row.employed > row.passed]
    cases = [f"{row.course}（合格 {row.passed}，就业 {row.employed}）" for row in odd]
    if cases:
        text = f"三月就业人数多于合格人数：{named(cases)}"
        yield Doubt("past-outcomes", "历史", text, "核对就业是否也计了不合格的人")


@_rule("target-beyond-demand", "任务多于愿意参训的人次")
def _target_beyond_demand(instance: Instance) -> Iterator[Doubt]:
    wishes = _wishes(instance)
    possible = sum(
        min(cohort.persons * instance.settings.trainings_per_person, sum(wishes.get(_key(cohort), {}).values()))
        for cohort in instance.cohorts
    )
    for target in instance.targets:
        if _counts_everybody(target) and target.value > possible:
            text = f"任务“{target.id}”{target.value:,} 人，按意愿最多 {possible:,} 人次"
            yield Doubt("target-beyond-demand", "任务", text, "核对任务口径是人还是人次、需求是否报全")


def _counts_everybody(target: Target) -> bool:
    filters = (target.county, target.township, target.tag, target.age_band, target.industry, target.training_type)
    everybody = not any((*filters, target.course, target.provider))
    return everybody and target.measure is Measure.PERSONS and target.sense is Sense.AT_LEAST


@_rule("vacancies", "岗位多得少见")
def _vacancies(instance: Instance) -> Iterator[Doubt]:
    total = sum(pool.vacancies for pool in instance.pools or ())
    people = sum(cohort.persons for cohort in instance.cohorts)
    if total > VACANCIES_PER_PERSON * people > 0:
        yield Doubt("vacancies", "岗位", f"岗位合计 {total:,} 个，可参训 {people:,} 人", "核对岗位数的单位")


@_rule("coordinates", "乡镇离得太远")
def _coordinates(instance: Instance) -> Iterator[Doubt]:
    places = [(place.name, place.county, place.lon, place.lat) for place in instance.townships]
    located = [(name, county, lon, lat) for name, county, lon, lat in places if lon is not None and lat is not None]
    by_county: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    for name, county, lon, lat in located:
        by_county[county].append((name, lon, lat))
    cases = []
    for rows in by_county.values():
        middle = median(lon for _, lon, _ in rows), median(lat for _, _, lat in rows)
        cases += [name for name, lon, lat in rows if len(rows) > 2 and _kilometres((lon, lat), middle) > KILOMETRES]
    if cases:
        text = f"离本县其他乡镇超过 {KILOMETRES} 公里：{named(cases)}"
        yield Doubt("coordinates", "乡镇", text, "核对经纬度，是否填反")


def _kilometres(place: tuple[float, float], other: tuple[float, float]) -> float:
    (lon, lat), (other_lon, other_lat) = place, other
    east = (lon - other_lon) * math.cos(math.radians((lat + other_lat) / 2))
    return 111.2 * math.hypot(east, lat - other_lat)


@_rule("travel", "路程长得少见")
def _travel(instance: Instance) -> Iterator[Doubt]:
    cases = [f"{row.origin}—{row.destination} {row.minutes:g} 分钟" for row in instance.travel if row.minutes > MINUTES]
    if cases:
        yield Doubt("travel", "路程", f"单程超过 {MINUTES} 分钟：{named(cases)}", "核对单位是分钟")


@_rule("market-days", "赶集日的写法看不懂，排课时不避开")
def _market_days(instance: Instance) -> Iterator[Doubt]:
    """The timetable keeps clear of market days it understands."""
    unread = [place for place in instance.townships if market_rule(place.market_days) is None]
    cases = [f"{place.name}“{place.market_days}”" for place in unread]
    if cases:
        remedy = "改写为：逢3、8；农历逢二、五、十；星期三、星期六；赶辰戌日"
        yield Doubt("market-days", "乡镇", f"赶集日的写法看不懂，排课时不避开：{named(cases)}", remedy)


@_rule("teacher-not-accredited", "教师所列的课程，其机构不承训")
def _teacher_not_accredited(instance: Instance) -> Iterator[Doubt]:
    if instance.accreditations is None:
        return
    accredited = {(row.provider, row.course) for row in instance.accreditations}
    cases = [
        f"{teacher.name}（{teacher.provider}，{course}）"
        for teacher in instance.teachers
        for course in teacher.courses
        if (teacher.provider, course) not in accredited
    ]
    if cases:
        text = f"教师所列课程不在其机构的承训课程中，不会由其任教：{named(cases)}"
        yield Doubt("teacher-not-accredited", "教师", text, "核对教师的机构和课程，或在“承训”中补上")


@_rule("nobody-to-teach", "机构承训的课程，没有教师能教它的理论或实操")
def _nobody_to_teach(instance: Instance) -> Iterator[Doubt]:
    cases = []
    for provider, course, theory, practice in _courses_with_teachers(instance):
        if course.theory_days and not theory:
            cases.append(f"{provider.name} {course.name} 无人教理论")
        if course.theory_days < course.class_days and not practice:
            cases.append(f"{provider.name} {course.name} 无人教实操")
    if cases:
        text = f"这些班排不出课程表：{named(cases)}"
        yield Doubt("nobody-to-teach", "教师", text, "补上能教的教师，或从“承训”中删去这门课程")


@_rule("one-practice-teacher", "大班的实操要两名教师，机构只有一名")
def _one_practice_teacher(instance: Instance) -> Iterator[Doubt]:
    seats = max((venue.seats for venue in instance.venues), default=0)
    cases = [
        f"{provider.name} {course.name}（只有{practice[0].name}，最大班额 {course.max_size} 人）"
        for provider, course, _, practice in _courses_with_teachers(instance)
        if len(practice) == 1
        and min(course.max_size, seats) > HEADS_OF_ONE_PRACTICE_TEACHER
        and course.theory_days < course.class_days
    ]
    if cases:
        limit = HEADS_OF_ONE_PRACTICE_TEACHER
        text = f"超过 {limit} 人的班实操要两名教师，这些大班排不出课程表：{named(cases)}"
        yield Doubt("one-practice-teacher", "教师", text, f"补上教师，或把最大班额改为不超过 {limit} 人")


def _courses_with_teachers(
    instance: Instance,
) -> Iterator[tuple[Provider, Course, list[Teacher], list[Teacher]]]:
    """Return theory and practice teachers of every wished course of each provider that has teachers listed."""
    of_provider: dict[str, list[Teacher]] = defaultdict(list)
    for teacher in instance.teachers:
        of_provider[teacher.provider].append(teacher)
    accredited = {(row.provider, row.course) for row in instance.accreditations or ()}
    wished = {row.course for row in instance.demand if row.persons}
    for provider in instance.providers:
        for course in instance.courses:
            teaches = instance.accreditations is None or (provider.name, course.name) in accredited
            if provider.name in of_provider and course.name in wished and teaches:
                able = [teacher for teacher in of_provider[provider.name] if course.name in teacher.courses]
                theory = [teacher for teacher in able if teacher.kind is not TeacherKind.PRACTICE]
                practice = [teacher for teacher in able if teacher.kind is not TeacherKind.THEORY]
                yield provider, course, theory, practice


@_rule("one-thing-two-names", "两个名称像是同一个")
def _one_thing_two_names(instance: Instance) -> Iterator[Doubt]:
    places = [(place.name, place.county) for place in instance.townships]
    found = []
    for name, county in places:
        others = [place for place in places if place[0] != name and place[1] == county]
        found.append((name, TownshipNames(others).match(name).meaning))
    yield from _same("乡镇", found)
    names = [course.name for course in instance.courses]
    finders = {name: CourseNames([other for other in names if other != name]) for name in names}
    yield from _same("课程", [(name, finder.match(name).meaning) for name, finder in finders.items()])


def _same(sheet: str, found: list[tuple[str, str | None]]) -> Iterator[Doubt]:
    pairs = sorted({tuple(sorted((name, meaning))) for name, meaning in found if meaning is not None})
    if pairs:
        text = f"可能是同一{sheet}：{named([' 与 '.join(pair) for pair in pairs])}"
        yield Doubt("one-thing-two-names", sheet, text, "如是同一个，改用一个名称；如不是，不必理会")
