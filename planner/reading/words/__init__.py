"""What the words of a bureau mean: headings, sheets, townships, courses and groups.

A name that is the same after normalising, or that a table surely gives the same meaning, is certain; a name that only
looks alike, or that a table gives with doubt, is proposed with a score and applied only when the bureau confirms it.
:class:`Memory` keeps what was confirmed. The tables are in ``data/``, with source and grade.
"""

from planner.reading.words.courses import CourseNames
from planner.reading.words.groups import GroupNames, tags_of
from planner.reading.words.headings import HeadingNames, SheetNames, heading_key, headings_of
from planner.reading.words.match import Certainty, Match, Proposal
from planner.reading.words.memory import Memory, WordKind
from planner.reading.words.names import name_key
from planner.reading.words.townships import TownshipNames

__all__ = [
    "Certainty",
    "CourseNames",
    "GroupNames",
    "HeadingNames",
    "Match",
    "Memory",
    "Proposal",
    "SheetNames",
    "TownshipNames",
    "WordKind",
    "heading_key",
    "headings_of",
    "name_key",
    "tags_of",
]
