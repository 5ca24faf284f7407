"""The management cycle as a chain: which components are missing, and which decisions and projects answer that.

A decision or a project is matched to a mechanism, never to a component: nothing in the data says which component it
was meant for. Projects of the documents are assigned to mechanisms by us, and that is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from pages.shared import links, numbers, theme
from pages.shared.data import ask
from pages.shared.numbers import GLUE
from pages.shared.tables import escaped
from pages.shared.texts import N_, _, language, ngettext
from pages.shared.view import View
from pipelines import queries, queries_cycle, queries_documents
from pipelines.catalogue import Catalogue
from pipelines.programmes import demo_projects, own
from pipelines.programmes import projects as source
from pipelines.programmes.projects import Project
from pipelines.queries_cycle import Chain
from pipelines.snapshot import Snapshot

# A shape beside the colour, and a word for those who do not see it.
LOOKS = {
    "whole": ("●", N_("есть полностью")),
    "part": ("◐", N_("есть частично")),
    "missing": ("○", N_("нет")),
    "unscored": ("?", N_("не оценено")),
    "absent": (numbers.MISSING, N_("в коротком цикле не предусмотрено")),
}
STYLE = f"""<style>
table.chain{{border-collapse:collapse;width:100%}}
.chain-frame{{overflow-x:auto}}
.chain th,.chain td{{padding:.3rem .45rem;border:0;border-bottom:1px solid rgba(128,140,150,.3);text-align:center;
  vertical-align:top;line-height:1.3}}
.chain th:first-child,.chain td.words{{text-align:left}}
.chain td.words{{min-width:15rem}}
.chain th[scope=row]{{font-weight:600;min-width:10rem}}
.chain small{{display:block;font-weight:400;opacity:.82}}
.chain th.words{{text-align:left}}
@media (max-width:640px){{
  .chain thead{{position:absolute;left:-9999px}}
  .chain tr{{display:flex;flex-wrap:wrap;border-bottom:1px solid rgba(128,140,150,.45);padding:.35rem 0}}
  .chain th[scope=row],.chain td.words{{flex:0 0 100%;border:0;padding:.1rem 0;min-width:0}}
  .chain td:not(.words){{flex:1;border:0;padding:.15rem 0}}
}}
ul.chain-decisions{{margin:0 0 .6rem;padding-left:1.2rem}}
.chain .missing{{color:light-dark(#b04a00,#ff9d57);font-weight:700}}
.chain .whole{{color:{theme.BLUE}}}
.chain .absent,.chain .unscored{{opacity:.65}}
.chain a{{color:inherit}}
</style>"""
PROJECTS_SHOWN, DECISIONS_SHOWN = 4, 6


# --- the chain in words -----------------------------------------------------------------------------------


def gaps(chain: Chain, catalogue: Catalogue, brief: bool = False) -> str:
    """«нет: 5 анализ результатов мониторинга; частично: 7 меры, мероприятия», partial ones by number if ``brief``.

    The whole chain is said to be whole.
    """
    names = {component.number: component.name for component in catalogue.components}
    if not chain.scored:
        return _("позиции не оценены")

    def listed(found: Sequence[queries_cycle.Link]) -> str:
        return ", ".join(f"{link.component}{GLUE}{_small(names[link.component])}" for link in found)

    missing, part = chain.of_state("missing"), chain.of_state("part")
    told = []
    if missing:
        told.append(_("нет: {what}").format(what=listed(missing)))
    if part:
        numbered = ", ".join(str(link.component) for link in part)
        told.append(_("частично: {what}").format(what=numbered if brief else listed(part)))
    if unscored := chain.of_state("unscored"):
        told.append(_("не оценено: {what}").format(what=listed(unscored)))
    return "; ".join(told) or _("цепочка целая")


def _small(name: str) -> str:
    return name[:1].lower() + name[1:]


def broken(chain: Chain, catalogue: Catalogue) -> str:
    """Where the chain breaks first, for the mechanism's page; empty where no component is missing outright."""
    names = {component.number: component.name for component in catalogue.components}
    missing = chain.of_state("missing")
    if not missing:
        return ""
    first = missing[0].component
    later = [link for link in chain.of_state("whole", "part") if link.component > first]
    told = _("Цепочка прерывается на компоненте {n} «{name}».").format(n=first, name=names[first])
    if later:
        told += " " + _("Звенья после него ({what}) стоят без него.").format(
            what=", ".join(str(link.component) for link in later)
        )
    return told


def cycle_words(chain: Chain) -> str:
    """«полный и короткий цикл», «полный цикл», «короткий цикл»."""
    kinds = set(chain.cycles)
    if kinds == {"full"}:
        return _("полный цикл")
    return _("короткий цикл (7–9)") if kinds == {"short"} else _("полный и короткий (7–9) циклы")


# --- the overview -----------------------------------------------------------------------------------------


def compact(view: View, mechanisms: Sequence[str]) -> None:
    """Mechanisms × nine components; what answers the gaps is fetched when it is asked for."""
    here = view.here
    html, legend = ask(_table, view.snapshot, int(here.unit["territory_id"]), here.year, tuple(mechanisms), language())
    if not html:
        return
    st.markdown(f"## {_('Управленческий цикл: чего нет в цепочке')}")
    st.html(STYLE + html)
    st.caption(legend)
    _answers_on_demand(view, tuple(mechanisms))


def _table(snapshot: Snapshot, territory: int, year: int, mechanisms: Sequence[str], _language: str) -> tuple[str, str]:
    """The HTML of the table and the line that explains its signs; both empty where nothing was scored."""
    catalogue = snapshot.catalogue
    found = queries_cycle.chains(snapshot, territory, year)
    shown = [found[code] for code in mechanisms if code in found and found[code].scored]
    if not shown:
        return "", ""
    kinds = {cycle_words(chain) for chain in shown}
    heads = "".join(
        f'<th scope="col"><abbr title="{escape(one.name, quote=True)}">{one.number}</abbr></th>'
        for one in catalogue.components
    )
    rows = []
    for chain in shown:
        cells = "".join(_cell(link) for link in chain.links)
        name = escape(catalogue.mechanisms[chain.mechanism].short)
        kind = f"<small>{escape(cycle_words(chain))}</small>" if len(kinds) > 1 else ""
        rows.append(
            f'<tr><th scope="row">{name}{kind}</th>{cells}'
            f'<td class="words">{escape(gaps(chain, catalogue, brief=True))}</td></tr>'
        )
    label = escape(_("Компоненты управленческого цикла по механизмам"), quote=True)
    met = {link.state for chain in shown for link in chain.links}
    legend = [f"{sign} {_(word)}" for state, (sign, word) in LOOKS.items() if state in met]
    if len(kinds) == 1:
        legend.append(_("у каждого механизма {cycles}").format(cycles=next(iter(kinds))))
    table = (
        f'<div class="chain-frame" tabindex="0" role="region" aria-label="{label}"><table class="chain"><thead><tr>'
        f'<th scope="col">{escape(_("Механизм"))}</th>{heads}<th scope="col" class="words">'
        f"{escape(_('Чего не хватает'))}</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )
    return table, " · ".join(legend)


def _cell(link: queries_cycle.Link) -> str:
    sign, word = LOOKS[link.state]
    said = _(word)
    if link.maximum:
        said += f", {numbers.out_of(link.points, link.maximum)}"
    label = escape(f"{link.component}: {said}", quote=True)
    return f'<td class="{link.state}" title="{label}"><span role="img" aria-label="{label}">{sign}</span></td>'


@st.fragment
def _answers_on_demand(view: View, mechanisms: Sequence[str]) -> None:
    box = st.expander(
        _("Какие решения совета и проекты отвечают по этим механизмам"), key="overview-answers", on_change="rerun"
    )
    if not box.open:
        return
    with box:
        found = answers(view)
        for code in mechanisms:
            answer = found.get(code, Answers((), ()))
            st.markdown(f"**{escaped(view.catalogue.mechanisms[code].short)}** — {escaped(answer.words())}")
            _way(code, answer)


# --- what answers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answers:
    """Decisions of the councils of the region and projects that serve one mechanism."""

    decisions: tuple[Any, ...]
    projects: tuple[Project, ...]
    ours: bool = False
    council: str = ""

    def words(self) -> str:
        """«3 решения: в работе 1, не выполнено 1, …; 1 проект»; what there is none of is said."""
        from pages import council_words

        told = []
        own = [one for one in self.decisions if not one.repeats]
        n, again = len(own), len(self.decisions) - len(own)
        if n:
            states = Counter(one.state for one in own)
            said = ", ".join(
                f"{_(word)}{GLUE}{states[state]}" for state, (word, _s) in council_words.STATES.items() if states[state]
            )
            repeats = _(" (и повторы: {n})").format(n=again) if again else ""
            told.append(f"{n} {ngettext(_('решение'), _('решения'), _('решений'), n)}{repeats}: {said}")
        else:
            told.append(_("решений совета нет"))
        m = len(self.projects)
        told.append(f"{m} {ngettext(_('проект'), _('проекта'), _('проектов'), m)}" if m else _("проектов нет"))
        return "; ".join(told)


def answers(view: View) -> Mapping[str, Answers]:
    """Mechanism → what the councils and projects of the region have for it."""
    decisions, council = _decisions(view)
    projects = _projects(view)
    codes = {one.mechanism for one in decisions if one.mechanism} | {p.link.mechanism for p in projects if p.link}
    return {
        code: Answers(
            tuple(one for one in decisions if one.mechanism == code),
            tuple(one for one in projects if one.link and one.link.mechanism == code),
            view.here.collection == "sources",
            council.get(code, ""),
        )
        for code in codes
    }


def _decisions(view: View) -> tuple[list[Any], dict[str, str]]:
    """Decisions of the councils of the region's territories, and by mechanism the council to open."""
    # Not at the top: the store brings its database along, which only who asks for decisions waits for.
    from pages.council import opened_store
    from pipelines.store import StoreUnavailable

    here = view.here
    register = here.register
    inside = set(register.loc[register["region_id"] == here.region["territory_id"], "code"])
    found: list[Any] = []
    councils: dict[str, str] = {}
    try:
        store = opened_store(view)
        for one in store.councils():
            if one.collection == here.collection and one.territory in inside:
                meetings = store.meetings(one.collection, one.territory)
                own = store.decisions([meeting.id for meeting in meetings])
                found += own
                councils |= {d.mechanism: one.territory for d in own if d.mechanism}
    except StoreUnavailable as error:
        st.warning(escaped(str(error)))
    return found, councils


def _projects(view: View) -> Sequence[Project]:
    here = view.here
    if here.collection == "demo":
        return demo_projects.portfolio().projects
    if here.collection == own.COLLECTION:
        return ask(own.projects, view.snapshot)
    if here.collection != "sources" or not ask(_of_cascade, view.snapshot, int(here.region["territory_id"])):
        return ()
    cascade = ask(source.cascade, view.snapshot)
    return cascade.projects if cascade else ()


def _of_cascade(snapshot: Snapshot, region: int) -> bool:
    """Whether the document with the projects is about a territory of this region."""
    fields = dict(queries_documents.document_fields(snapshot, source.DOCUMENT))
    code = next((value for name, value in fields.items() if name.startswith("Территория")), None)
    register = queries.territories(snapshot, "sources")
    return bool(((register["region_id"] == region) & (register["code"] == code)).any())


def _way(code: str, own: Answers) -> None:
    if own.decisions or own.projects:
        with st.container(horizontal=True):
            if own.decisions:
                links.page_link(
                    "council", _("Решения"), topic=code, council=own.council, council_part="decisions", meeting=None
                )
            for project in own.projects[:PROJECTS_SHOWN]:
                links.page_link("projects", escaped(project.short), project=project.code)


# --- the mechanism's page ---------------------------------------------------------------------------------


def section(view: View, code: str) -> None:
    """The chain of one mechanism in words, then the decisions and projects that answer it."""
    here = view.here
    chain = ask(queries_cycle.chains, view.snapshot, int(here.unit["territory_id"]), here.year).get(code)
    own = answers(view).get(code, Answers((), ()))
    if chain is None and not own.decisions and not own.projects:
        return
    st.markdown(f"## {_('Чего нет в цепочке и чем на это отвечают')}")
    if chain is None:
        st.markdown(_("По компонентам цикла этот год не разложен: в источнике только процент или оценки нет."))
    else:
        said = gaps(chain, view.catalogue)
        lead = f"{cycle_words(chain)} — {said}."
        st.markdown(escaped(" ".join(part for part in (_capital(lead), broken(chain, view.catalogue)) if part)))
    st.markdown(f"**{escaped(_capital(own.words()))}.**")
    if own.decisions:
        st.html(STYLE + f'<ul class="chain-decisions">{"".join(_decision(one) for one in _first(own.decisions))}</ul>')
    _way(code, own)
    notes = [_("Решения и проекты отнесены к механизму целиком: к какому компоненту, источники не говорят.")]
    if own.ours and (own.projects or any(one.mechanism_ours for one in own.decisions)):
        notes.append(_("К механизму их отнесли мы: документы этого не делают."))
    st.caption(" ".join(notes))


def _first(decisions: Sequence[Any]) -> list[Any]:
    """The overdue first, then those not done, then by number; no more than a glance holds."""
    today = date.today()
    order = {"not_done": 0, "under_way": 1, "planned": 2, "unknown": 3, "done": 4, "dropped": 5}
    ordered = sorted(
        (one for one in decisions if not one.repeats), key=lambda one: (not one.overdue(today), order[one.state])
    )
    return ordered[:DECISIONS_SHOWN]


def _decision(one: Any) -> str:
    from pages import council_words

    where = escape(links.address("council", council_part="decisions", decision=str(one.id)), quote=True)
    state = escape(council_words.state(one, date.today()))
    text = escape(council_words.short(one.text, 140).rstrip(" ;:,."))
    return f'<li><a href="{where}" target="_self">{escape(one.number)}</a> {text} — {state}</li>'


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
