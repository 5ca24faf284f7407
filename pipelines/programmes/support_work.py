"""The worktable of 500+: a row a school with its roles, its papers in ИС МЭДК, its stage and what is next.

Document 003 tells the papers of eleven schools together and of no school alone, so the rows are invented for the
schools that :mod:`pipelines.programmes.support_demo` puts into the project. Roles, never persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from pipelines.programmes import support_demo
from pipelines.programmes.support_demo import Listed, Risk, draw
from pipelines.snapshot import Snapshot

State = Literal["none", "sent", "returned", "accepted"]
Action = Literal["appoint", "profile", "correct", "send", "check", "programmes", "carry_out", "sum_up"]
PAPERS = ("examination", "concept", "programme", "measures")
"""Self-examination, concept, mid-term programme, programmes against the chosen risks; in the order of the work."""
_DUE = {"examination": (3, 15), "concept": (4, 15), "programme": (5, 15), "measures": (5, 31)}
"""The invented schedule: month and day by which a paper should be in ИС МЭДК."""
_CURATORS = ("методист ЦНППМ", "директор другой школы", "методист района")
_MENTORS = ("директор школы-лидера", "завуч школы-лидера")
COORDINATOR = "управление образования"
_SITE = "https://medk.example/"


@dataclass(frozen=True)
class Paper:
    """A paper in ИС МЭДК: its state on ``day`` and its link; neither where the school sent nothing."""

    code: str
    state: State
    day: date | None = None
    link: str = ""


@dataclass(frozen=True)
class Work:
    """A row of the worktable. An empty role is not filled yet; ``risks`` is empty where no profile was reported.

    ``stage`` is the stage (1–6) that the school is in.
    """

    school: Listed
    curator: str
    coordinator: str
    mentor: str
    risks: tuple[Risk, ...]
    papers: tuple[Paper, ...]
    stage: int
    surveyed: tuple[int, int]
    measures: tuple[int, int]
    shown: int

    @property
    def chosen(self) -> int:
        """How many factors the school chose to work on."""
        return sum(risk.chosen is True for risk in self.risks)

    @property
    def programmes(self) -> int:
        """How many of the chosen factors have a programme."""
        return sum(risk.programme for risk in self.risks)

    def found(self, level: str) -> int:
        """How many factors the profile finds at this level."""
        return sum(risk.level == level for risk in self.risks)

    def paper(self, code: str) -> Paper:
        """The paper of this code of :data:`PAPERS`."""
        return next(one for one in self.papers if one.code == code)

    @property
    def next(self) -> tuple[Action, str]:
        """The first thing to be done, in the order of the stages, and the paper that it is about (empty for none)."""
        if not self.curator:
            return "appoint", ""
        if not self.risks:
            return "profile", ""
        actions: Mapping[State, Action] = {"returned": "correct", "none": "send", "sent": "check"}
        for paper in self.papers:
            if paper.state in actions:
                return actions[paper.state], paper.code
        if self.programmes < self.chosen:
            return "programmes", ""
        return ("carry_out" if self.stage < 6 else "sum_up"), ""

    @property
    def waits_for_school(self) -> bool:
        """Whether the school is the one to act: something was returned or is not there."""
        return self.next[0] in ("profile", "correct", "send", "programmes")


def work(snapshot: Snapshot, region: int, year: int) -> tuple[Work, ...]:
    """The worktable of a region in one year, by district and school."""
    found = support_demo.lists(snapshot, region, year)
    if found is None:
        return ()
    profiles = support_demo.profiles(snapshot, region, year)
    over = year < support_demo.years(snapshot, region)[-1]
    return tuple(_work(school, profiles.get(school.code, ()), year, over) for school in found.schools if school.project)


def _work(school: Listed, risks: tuple[Risk, ...], year: int, over: bool) -> Work:
    pace = 100 if over else draw("pace", school.code, year, below=100)
    curator = "" if pace < 6 else _CURATORS[draw("curator", school.code, year, below=len(_CURATORS))]
    papers = []
    earlier_done = bool(curator and risks)
    for place, code in enumerate(PAPERS):
        paper = _paper(school.code, code, year, pace - 18 * place) if earlier_done else Paper(code, "none")
        papers.append(paper)
        earlier_done = paper.state != "none"
    accepted = [paper.state == "accepted" for paper in papers]
    stage = 2 if not curator else 3 if not (risks and accepted[0]) else 4 if not all(accepted) else 6 if over else 5
    planned = 8 + draw("planned", school.code, year, below=8)
    pupils = 60 + draw("asked", school.code, year, below=140)
    return Work(
        school=school,
        curator=curator,
        coordinator=COORDINATOR,
        mentor="" if pace < 25 else _MENTORS[draw("mentor", school.code, year, below=len(_MENTORS))],
        risks=risks,
        papers=tuple(papers),
        stage=stage,
        surveyed=(pupils - draw("silent", school.code, year, below=30), pupils),
        measures=(planned * (60 + draw("done", school.code, year, below=41)) // 100 if stage >= 5 else 0, planned),
        shown=draw("shown", school.code, year, below=3) if stage >= 5 else 0,
    )


def _paper(school: str, code: str, year: int, pace: int) -> Paper:
    """A quick school has its paper accepted, a slower one gets it back, the slowest has sent none."""
    state: State = "accepted" if pace >= 38 else "returned" if pace >= 24 else "sent" if pace >= 10 else "none"
    if state == "none":
        return Paper(code, state)
    month, day = _DUE[code]
    late = draw("late", school, code, year, below=22) - 14
    return Paper(code, state, date(year, month, day) + timedelta(late), f"{_SITE}{year}/{school}/{code}")


# --- monitoring --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """A parameter of the monitoring in numbers: ``part`` of ``whole``; ``whole`` is ``None`` for a plain count."""

    part: int
    whole: int | None


def monitoring(rows: Sequence[Work], year: int) -> tuple[Parameter, ...]:
    """The seven parameters in the order of the document: three of content, four of organisation.

    How each is put into numbers is ours, for the document names the parameters and gives no values: concepts and
    mid-term programmes accepted of those sent; papers accepted of those sent; papers sent by the day of the schedule
    of all; measures of the road maps carried out; schools with a curator; participants that were asked; schools'
    experience shown (a count).
    """
    sent = [paper for row in rows for paper in row.papers if paper.state != "none"]
    concepts = [paper for paper in sent if paper.code in ("concept", "programme")]
    in_time = [paper for paper in sent if paper.day is not None and paper.day <= date(year, *_DUE[paper.code])]
    return (
        Parameter(sum(paper.state == "accepted" for paper in concepts), len(concepts)),
        Parameter(sum(paper.state == "accepted" for paper in sent), len(sent)),
        Parameter(len(in_time), len(PAPERS) * len(rows)),
        Parameter(sum(row.measures[0] for row in rows), sum(row.measures[1] for row in rows)),
        Parameter(sum(bool(row.curator) for row in rows), len(rows)),
        Parameter(sum(row.surveyed[0] for row in rows), sum(row.surveyed[1] for row in rows)),
        Parameter(sum(row.shown for row in rows), None),
    )
