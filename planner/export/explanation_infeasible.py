"""无解说明.xlsx: which hard requirements clash and why that is certain, and the plan that meets as much as it can."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.domain.plan import Heads, Plan
from planner.explanations.infeasible import Clash, Diagnosis, Shortfall, Sort
from planner.explanations.requirements import DEMANDS, Answer
from planner.export.blank_workbook import new_papers
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import rounded_up, title_of, yuan_words

MEANING = {
    Sort.STRUCTURAL: "只看人、机构、场地和时间就做不到，放宽其他任何规定都没有用",
    Sort.ALONE: "这一项任务在所列限制下做不到，放宽其中的限制才有可能",
    Sort.TOGETHER: "每一项单独都没有证明做不到，合在一起做不到，至少要放宽其中一项",
}


def write_diagnosis_workbook(diagnosis: Diagnosis, elastic: Plan, path: Path) -> None:
    """Write the diagnosis and the elastic plan to ``path``, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    """
    with new_papers(path, diagnosis.problem.instance, elastic, "硬性要求说明") as papers:
        _write_clashes(papers, diagnosis)
        _write_shortfalls(papers, diagnosis)
        _write_elastic(papers, diagnosis, elastic)


def diagnosis_sentences(diagnosis: Diagnosis) -> list[str]:
    """Return what was found in sentences that can be read aloud."""
    if diagnosis.answer is Answer.YES:
        return ["硬性要求能够同时满足：已找到这样的方案。请用 solve 编制。"]
    first = {
        Answer.NO: "已证明：没有任何方案能同时满足全部硬性要求。",
        Answer.UNKNOWN: "没有找到同时满足全部硬性要求的方案，也没有证明不存在；下面只说找到的最接近的方案。",
    }[diagnosis.answer]
    sentences = [first, *(f"单凭数数即可证明：{sentence}" for sentence in diagnosis.counting)]
    sentences += [_clash_sentence(clash) for clash in diagnosis.clashes]
    return sentences + [_shortfall_sentence(one) for one in diagnosis.shortfalls]


def _clash_sentence(clash: Clash) -> str:
    names = "、".join(one.name for one in clash.requirements)
    least = "；去掉其中任何一项都找到了可行方案" if clash.minimal and len(clash.requirements) > 1 else ""
    unsure = "；其中有的项去掉后是否可行，没有查明" if not clash.minimal else ""
    return f"{clash.sort.value}：{names}（{MEANING[clash.sort]}{least}{unsure}）。"


def _shortfall_sentence(one: Shortfall) -> str:
    unit = "个班" if one.requirement.kind is DEMANDS[1] else ""
    return f"尽量满足的方案里，{one.requirement.name} 完成 {one.reached:,}{unit}，还差 {one.missing:,}{unit}。"


def _write_clashes(papers: Papers, diagnosis: Diagnosis) -> None:
    instance = diagnosis.problem.instance
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("性质", 18, Kind.LABEL),
        Column("互相冲突的要求", 66),
        Column("说明", 56),
    ]
    sheet = BureauSheet(papers, "冲突的要求", title_of(instance, "硬性要求冲突说明"), columns, unit="")
    sheet.rows([
        (number, clash.sort.value, "\n".join(f"{one.kind.value}：{one.name}" for one in clash.requirements),
         MEANING[clash.sort] + _sureness(clash))
        for number, clash in enumerate(diagnosis.clashes, 1)
    ])  # fmt: skip
    for number, sentence in enumerate([*diagnosis_sentences(diagnosis)[:1], *diagnosis.counting, *_guide()], 1):
        sheet.note(f"{number}. {sentence}")
    sheet.sign()


def _sureness(clash: Clash) -> str:
    if len(clash.requirements) == 1:
        return "。"
    if clash.minimal:
        return "。已确认：去掉其中任何一项，其余的都有方案。"
    return "。这一组已证明做不到；是否还能再少，没有全部查明。"


def _write_shortfalls(papers: Papers, diagnosis: Diagnosis) -> None:
    instance = diagnosis.problem.instance
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("要求", 80),
        Column("应完成", 14, Kind.WHOLE),
        Column("弹性方案完成", 14, Kind.WHOLE),
        Column("缺口", 14, Kind.WHOLE),
    ]
    sheet = BureauSheet(papers, "缺口", title_of(instance, "弹性方案缺口表"), columns, "人、班")
    sheet.rows([
        (number, one.requirement.name, one.asked, one.reached, one.missing)
        for number, one in enumerate(diagnosis.shortfalls, 1)
    ])  # fmt: skip
    sheet.note(
        "备注：弹性方案守住资金、班次、农忙、路程和任务上限，只在上面列出的任务和固定班上留有缺口。缺口不一定是最小的。"
    )
    sheet.sign()


def _write_elastic(papers: Papers, diagnosis: Diagnosis, elastic: Plan) -> None:
    instance = diagnosis.problem.instance
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("课程", fitted_width([one.course for one in elastic.classes], 18, 28)),
        Column("承训机构", 30),
        Column("培训地点", 30),
        Column("授课方式", 10, Kind.LABEL),
        Column("开班日期", 14, Kind.DAY),
        Column("人数", 9, Kind.WHOLE),
        Column("生源乡镇", 40),
    ]
    sheet = BureauSheet(papers, "弹性方案", title_of(instance, "弹性方案（未满足全部硬性要求）"), columns, "人")
    sheet.rows([
        (number, one.course, one.provider, one.venue, one.form.value, one.start_week, one.size,
         "、".join(_origins(one.heads)))
        for number, one in enumerate(elastic.classes, 1)
    ])  # fmt: skip
    persons = sum(one.size for one in elastic.classes)
    sheet.total((None, f"合计 {len(elastic.classes)} 个班", None, None, None, None, persons, None))
    sheet.note(
        f"备注：总费用 {yuan_words(elastic.total_cost_cents)} 元；预计就业 "
        f"{rounded_up(elastic.linked_jobs + elastic.unlinked_jobs)} 人。本方案只供商量放宽哪些要求，不能直接报批。"
    )
    sheet.sign()


def _origins(heads: Sequence[Heads]) -> list[str]:
    persons: dict[str, int] = {}
    for one in heads:
        persons[one.township] = persons.get(one.township, 0) + one.persons
    return [f"{township}{number}" for township, number in persons.items()]


def _guide() -> list[str]:
    return [
        "先数数，再把要求一项一项去掉重新求解：去掉后仍能证明做不到的，就不在冲突之列。只写已经证明的。",
        "“结构性”要改的是需求、机构、场地或时间；“单独不可行”放宽资金等限制即可能做到；“合在一起”要在几项任务之间取舍。",
    ]
