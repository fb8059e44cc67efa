"""Who may teach what: the teachers of 教师, and the anonymous ones of a provider without any row there."""

from __future__ import annotations

import re
from datetime import date

from planner.domain.instance import Instance, Provider, TeacherKind
from planner.domain.plan import SessionKind

TEACHERS_PER_TEAM = 2
_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_KIND_OF = {SessionKind.THEORY: TeacherKind.THEORY, SessionKind.PRACTICE: TeacherKind.PRACTICE}


class Staff:
    """The teachers of an instance by name. A provider that 教师 does not mention has teams × 2 anonymous teachers."""

    def __init__(self, instance: Instance) -> None:
        self._teachers = {teacher.name: teacher for teacher in instance.teachers}
        self._named_providers = {teacher.provider for teacher in instance.teachers}

    def why_not(self, name: str, provider: Provider, course: str, kind: SessionKind) -> str | None:
        """Say in Chinese why this teacher may not hold a session of the class; ``None`` when they may."""
        if provider.name not in self._named_providers:
            return _why_not_anonymous(name, provider)
        teacher = self._teachers.get(name)
        if teacher is None:
            return f"表“教师”里没有“{name}”"
        if teacher.provider != provider.name:
            return f"教师“{name}”属于机构“{teacher.provider}”，不属于“{provider.name}”"
        if course not in teacher.courses:
            return f"教师“{name}”不教课程“{course}”，所教课程：{'、'.join(teacher.courses)}"
        if teacher.kind not in (TeacherKind.BOTH, _KIND_OF[kind]):
            return f"教师“{name}”只教{teacher.kind}，不能上{kind}课"
        return None

    def leave(self, name: str, day: date) -> tuple[date, date] | None:
        """First and last day of the leave (不可用) in which a day falls; ``None`` when the teacher is there."""
        teacher = self._teachers.get(name)
        if teacher is None:
            return None
        return next((span for span in teacher.unavailable if span[0] <= day <= span[1]), None)


def _why_not_anonymous(name: str, provider: Provider) -> str | None:
    prefix, most = f"{provider.name}教师", provider.teams * TEACHERS_PER_TEAM
    number = name.removeprefix(prefix)
    if name.startswith(prefix) and _NUMBER.fullmatch(number) and int(number) <= most:
        return None
    return f"“{name}”不是机构“{provider.name}”的教师，它在表“教师”里没有一行，只有“{prefix}1”至“{prefix}{most}”"
