"""How the council's page puts things: states, deadlines, effects, and the table of decisions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from pages.shared import numbers, theme
from pages.shared.texts import N_, _
from pipelines.catalogue import Catalogue
from pipelines.decision_effects import Effect
from pipelines.store import Decision, Meeting
from pipelines.store.moments import spoken, yearly

# A shape beside each word: colour is never the only carrier.
STATES = {
    "not_done": (N_("не выполнено"), "▼"),
    "under_way": (N_("выполняется"), "◐"),
    "planned": (N_("предстоит"), "◇"),
    "done": (N_("выполнено"), "●"),
    "dropped": (N_("снято"), "×"),
    "unknown": (N_("сведений об исполнении нет"), "○"),
}
CHANGES = {
    "better": N_("стало лучше, это не случайность"),
    "worse": N_("стало хуже, это не случайность"),
    "higher": N_("стало больше, это не случайность"),
    "lower": N_("стало меньше, это не случайность"),
    "not_distinguishable": N_("изменение в пределах случайного"),
    "not_enough_data": N_("для вывода мало данных"),
}
REASONS = {
    "not_yet": N_("значения после решения ещё нет"),
    "no_before": N_("значения до решения нет, сравнить не с чем"),
    "definition_changed": N_("определение показателя менялось: до и после не сравнивают"),
    "unknown_indicator": N_("такого показателя в каталоге нет"),
    "suppressed": N_("сравнения нет: значение скрыто"),
    "absent": N_("сравнивать нечего: значения нет"),
    "missing": N_("в данных только процент: доказать изменение нельзя"),
    "dependent_units": N_("доказать изменение нельзя: единицы зависят друг от друга"),
    "points": N_("процент механизма — доля баллов за документы: вывода о нём не делают"),
}
NOT_NAMED = N_("не указан")
NO_DEADLINE = N_("срока нет")


def state(decision: Decision, today: date) -> str:
    """«▼ не выполнено, срок прошёл 01.09.2023»."""
    word, shape = STATES[decision.state]
    text = f"{shape} {_(word)}"
    if decision.overdue(today):
        text += _(", срок прошёл {day}").format(day=f"{decision.last_day:%d.%m.%Y}")
    return text


def deadline(decision: Decision) -> str:
    """The deadline in words: «март 2020», «ежегодно, май», «с января: только начало», or that there is none."""
    parts = [yearly(decision.months), spoken(decision.due)]
    if decision.due and decision.start:
        parts[1] = f"{spoken(decision.start)} — {spoken(decision.due)}"
    elif decision.start:
        parts.append(_("начало: {moment}, срока нет").format(moment=spoken(decision.start)))
    return "; ".join(part for part in parts if part) or _(NO_DEADLINE)


def wording(decision: Decision) -> str:
    """The protocol's own words about time, where they say it in another way."""
    said = decision.wording or ""
    same = _letters(said) in {_letters(deadline(decision)), _letters(spoken(decision.due))}
    return _("в протоколе: «{words}»").format(words=said) if said and not same else ""


def _letters(text: str) -> str:
    """A wording without what does not matter: «март.. 2020г» is «март 2020», «до 01.09.2023» is that day."""
    return re.sub(r"\bг\b|\bдо\b|(?<=\d)г\b|[\W_]", "", text.lower())


def effect(
    found: Effect | None, catalogue: Catalogue, names: Mapping[str, str], own: str, over: bool = True
) -> list[str]:
    """What a decision changed in words: the figures, what follows, and whether the expected value was reached.

    ``over`` is whether the decision is done with; until then what is not reached is not reached yet.
    """
    if found is None:
        return []
    indicator = catalogue.indicators.get(found.indicator)
    name = indicator.name if indicator else found.indicator
    if found.mechanism in catalogue.mechanisms:
        name = _("{mechanism}, процент механизма").format(mechanism=catalogue.mechanisms[found.mechanism].short)
    if found.territory != own:
        name += f" ({names.get(found.territory, found.territory)})"
    if found.before is None or found.after is None:
        known = found.before if found.after is None else found.after
        lines = [f"{name}: {_figure(known)}" if known is not None else name]
    else:
        change = f" ({numbers.percentage_points(found.change)})" if found.change is not None else ""
        lines = [f"{name}: {_figure(found.before)} → {_figure(found.after)}{change}"]
    word = CHANGES.get(found.word or "") or REASONS.get(found.reason or "")
    if word:
        lines.append(_(word))
    if found.expected is not None:
        unit = indicator.unit if indicator else "percent"
        value = numbers.shortest(found.expected, 1) + numbers.GLUE + numbers.unit_name(unit)
        said = {
            True: _("ожидали {value}: достигнуто"),
            False: _("ожидали {value}: не достигнуто") if over else _("ожидают {value}: пока не достигнуто"),
            None: _("ожидают {value}"),
        }
        lines.append(said[found.reached].format(value=value.strip()))
    return lines


def _figure(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return numbers.MISSING
    period = row.get("period")
    year = numbers.year(int(row["year"]), period if isinstance(period, str) else None)
    return f"{numbers.figure_text(row)} ({year})"


def short(text: str, letters: int = 60) -> str:
    """The beginning of a text, cut between words."""
    line = " ".join(text.split())
    if len(line) <= letters:
        return line
    return line[:letters].rsplit(" ", 1)[0].rstrip(" ,;:–-") + "…"


def meeting_name(meeting: Meeting) -> str:
    """«16.12.2019, № 3»."""
    number = _(", № {number}").format(number=meeting.number) if meeting.number else ""
    return f"{meeting.day:%d.%m.%Y}{number}"


# --- the table of decisions -------------------------------------------------------------------------------


def style() -> str:
    """The table's look; on a phone each decision is a card."""
    page = theme.surface(theme.is_dark())
    link = "#7cc0f5" if theme.is_dark() else "#00588f"  # as in .streamlit/config.toml
    return f"""<style>
.decisions a{{color:{link}}}
.decisions table{{border-collapse:collapse;width:100%;font-size:.95rem;line-height:1.4}}
.decisions th{{text-align:left;font-weight:600;font-size:.82rem;color:{page.muted};padding:.3rem .8rem .3rem 0;
 border:0;border-bottom:1px solid {page.grid}}}
.decisions td{{vertical-align:top;padding:.5rem .8rem .5rem 0;border:0;border-bottom:1px solid {page.grid};
 overflow-wrap:anywhere}}
.decisions td:nth-child(1){{white-space:nowrap;font-weight:600}}
.decisions td:nth-child(2){{min-width:15rem;width:40%}}
.decisions.six td:nth-child(2){{width:27%}}
.decisions td:nth-child(4){{min-width:7.5rem}}
.decisions td:nth-child(5){{min-width:9rem}}
.decisions small{{display:block;color:{page.muted};font-size:.82rem;margin-top:.15rem}}
.decisions .text{{display:-webkit-box;-webkit-line-clamp:3;-webkit-box-orient:vertical;overflow:hidden;
 white-space:pre-line}}
.decisions .late{{border-left:4px solid {theme.ORANGE};padding-left:.6rem}}
.decisions .chosen td{{background:{page.panel}}}
.decisions .state{{font-weight:600}}
.decisions .unknown{{font-weight:400;color:{page.muted}}}
.council-lead{{font-size:1.1rem;line-height:1.6;margin:.2rem 0 .6rem}}
.council-lead span{{display:inline-block;margin-right:1.1rem}}
.council-lead .late{{border-left:4px solid {theme.ORANGE};padding-left:.5rem;margin:.3rem 0}}
@media (max-width:700px){{
.decisions thead{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
.decisions table,.decisions tbody,.decisions tr,.decisions td{{display:block;width:auto!important;
 min-width:0!important}}
.decisions tr{{border:1px solid {page.grid};border-radius:.4rem;padding:.4rem .7rem;margin:0 0 .6rem}}
.decisions tr.late{{border-left:4px solid {theme.ORANGE}}}
.decisions td{{border:0;padding:.15rem 0}}
.decisions td.late{{border:0;padding-left:0}}
.decisions td[data-head]:not(:nth-child(2))::before{{content:attr(data-head) ": ";font-size:.82rem;color:{page.muted};
 font-weight:400}}
.decisions td.empty{{display:none}}
}}
@media print{{.decisions .text{{-webkit-line-clamp:none}}}}
</style>"""


def table(
    decisions: Sequence[Decision],
    *,
    today: date,
    links: Mapping[int, str],
    mechanisms: Mapping[str, str],
    meetings: Mapping[int, Meeting],
    changed: Mapping[int, Sequence[str]],
    chosen: int | None,
) -> str:
    """Decisions as HTML: what, who, when, what became of it, what it changed. Every text is escaped.

    A number is a link where ``links`` has an address for the decision's id.
    """
    heads = [_("№"), _("Решение"), _("Ответственный"), _("Срок"), _("Состояние")]
    if any(changed.values()):
        heads.append(_("Что изменилось"))
    several = len({decision.meeting_id for decision in decisions}) > 1
    rows = []
    for one in decisions:
        late = one.overdue(today)
        own = mechanisms.get(one.mechanism or "", one.mechanism or "")
        about = [
            f"{own} ({_('отнесено нами')})" if own and one.mechanism_ours else own,
            one.session or "",
            _("повторяет {number}").format(number=one.repeats) if one.repeats else "",
        ]
        number = escape(one.number)
        if one.id in links:
            number = f'<a href="{escape(links[one.id], quote=True)}" target="_self">{number}</a>'
        if several:
            number += f"<small>{meetings[one.meeting_id].day:%d.%m.%Y}</small>"
        cells = [
            (number, ' class="late"' if late else ""),
            (f'<span class="text">{escape(one.text)}</span>{_small(" · ".join(filter(None, about)))}', ""),
            (escape(one.responsible or _(NOT_NAMED)), ""),
            (escape(deadline(one)) + _small(wording(one)), ""),
            (f'<span class="state {one.state}">{escape(state(one, today))}</span>{_small(one.done or "")}', ""),
        ]
        if len(heads) > len(cells):
            lines = [*changed.get(one.id, ()), *([one.effect] if one.effect else [])]
            cells.append(("<br>".join(map(escape, lines)), "" if lines else ' class="empty"'))
        tds = "".join(
            f'<td role="cell" data-head="{escape(head, quote=True)}"{attributes}>{cell}</td>'
            for head, (cell, attributes) in zip(heads, cells, strict=True)
        )
        kinds = " ".join(name for name, on in (("late", late), ("chosen", one.id == chosen)) if on)
        rows.append(f'<tr role="row" class="{kinds}">{tds}</tr>')
    head = "".join(f'<th role="columnheader" scope="col">{escape(text)}</th>' for text in heads)
    kind = "decisions six" if len(heads) > 5 else "decisions"
    label = escape(_("Решения"), quote=True)
    return (
        f'<div class="{kind}"><table role="table" aria-label="{label}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(rows)}</tbody></table></div>'
    )


def _small(text: str) -> str:
    return f"<small>{escape(text)}</small>" if text else ""
