"""Which chart goes with which table of the source documents: one registry by the name of the sheet.

A table without an entry is shown as a table; so is one whose columns were renamed, rather than failing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

from pages.shared import numbers
from pages.shared.charts import Bars, GroupGrid, Steps, Template
from pages.shared.templates.worded import Calendar, Lanes, Members
from pages.shared.texts import _, ngettext
from pipelines.queries_documents import Row, Table

Sibling = Callable[[str], Table | None]


@dataclass(frozen=True)
class Drawing:
    """A chart ready for ``charts.draw``; ``table`` is its frame under Russian headings, ``note`` one line below."""

    title: str
    template: Template
    frame: pd.DataFrame
    table: pd.DataFrame
    note: str | None = None


Author = Callable[[Table, Sibling], Drawing | None]


@dataclass(frozen=True)
class Entry:
    """An author of a chart and the columns without which there is nothing to draw."""

    author: Author
    needs: tuple[str, ...]


CHARTS: dict[str, Entry] = {}


def chart(*sheets: str, needs: Iterable[str]) -> Callable[[Author], Author]:
    """Enter a chart for the sheets of these names."""

    def enter(author: Author) -> Author:
        for sheet in sheets:
            CHARTS[sheet] = Entry(author, tuple(needs))
        return author

    return enter


def drawing(table: Table, sibling: Sibling) -> Drawing | None:
    """The chart of a table, or ``None`` if it has none; ``sibling`` gives other tables of the same document."""
    entry = CHARTS.get(table.sheet)
    return entry.author(table, sibling) if entry and table.has(*entry.needs) else None


def schools(n: float) -> str:
    """«11 школ», «31 школа»."""
    return f"{numbers.shortest(n)} {ngettext('школа', 'школы', 'школ', n)}"


def _bars(frame: pd.DataFrame, title: str, *, unit: str = "", digits: int = 0, note: str | None = None) -> Drawing:
    """Plain bars of a frame with the columns ``label`` and ``value``."""
    heading = f"{_('Значение')}, {unit}" if unit else _("Значение")
    absence = {} if "absence" not in frame else {_("Причина отсутствия"): frame["absence"].map(_reason)}
    table = pd.DataFrame({_("Название"): frame["label"], heading: frame["value"], **absence})
    return Drawing(title, Bars(unit=unit, digits=digits), frame, table, note)


def _reason(code: str | None) -> str | None:
    return numbers.absence(code) if code else None


# --- schools with low results -----------------------------------------------------------------------------

RISKS = {"2020": "Риски 2020", "2021": "Риски 2021"}
FACTOR, CHOSEN, SCHOOLS, PROGRAMMES = (
    "Направление",
    "Числитель",
    "Знаменатель",
    "Составлено программ противодействия",
)


def _factors(table: Table) -> list[Row]:
    """The rows of factors; the total that stands in the document is none."""
    return [row for row in table.rows if table.text(row, "Код показателя")]


def _both_years(sibling: Sibling, numerator: str, denominator: str) -> tuple[pd.DataFrame, dict[str, Table]]:
    """One row a factor and year, factors in the order of the longer list (2021) and matched by their code."""
    tables = {year: found for year, sheet in RISKS.items() if (found := sibling(sheet))}
    order = max(tables.values(), key=lambda one: len(_factors(one)))
    names = {order.text(row, "Код показателя"): order.text(row, FACTOR) for row in _factors(order)}
    rows = []
    for year, table in tables.items():
        by_code = {table.text(row, "Код показателя"): row for row in _factors(table)}
        for code, name in names.items():
            row = by_code.get(code)
            rows.append(
                {
                    "label": name,
                    "lane": year,
                    "numerator": None if row is None else table.number(row, numerator),
                    "denominator": None if row is None else table.number(row, denominator),
                    "absence": "not_collected" if row is None else table.text(row, "Причина отсутствия") or None,
                }
            )
    return pd.DataFrame(rows), tables


def _lanes_table(frame: pd.DataFrame, numerator: str, denominator: str) -> pd.DataFrame:
    known = frame["numerator"].notna() & frame["denominator"].notna()
    shares = [
        float(numbers.share(n, d)) if is_known else None
        for n, d, is_known in zip(frame["numerator"], frame["denominator"], known, strict=True)
    ]
    return pd.DataFrame(
        {
            _("Фактор риска"): frame["label"],
            _("Год"): frame["lane"],
            numerator: frame["numerator"],
            denominator: frame["denominator"],
            _("Доля, %"): shares,
        }
    )


@chart("Риски 2020", "Риски 2021", "Справочник факторов", "Выводы о рисках", needs=())
def risks(_table: Table, sibling: Sibling) -> Drawing | None:
    """Factors of 2020 beside those of 2021: other schools, another list; no arrow and no verdict."""
    if not all(map(sibling, RISKS.values())):
        return None
    frame, tables = _both_years(sibling, CHOSEN, SCHOOLS)
    heads = []
    for year, table in tables.items():
        of = max((table.number(row, SCHOOLS) or 0 for row in _factors(table)), default=0)
        heads.append((year, f"{year}: {schools(of)}"))
    return Drawing(
        _("Факторы риска 2020 и 2021: разные школы и разный перечень, не динамика"),
        Lanes(tuple(heads), absent=_("в перечне этого года нет")),
        frame,
        _lanes_table(frame, _("Школ выбрали"), _("Школ в проекте")),
        _("Сколько школ выбрали фактор направлением работы; доля — от числа школ проекта своего года."),
    )


@chart("Программы против рисков", needs=("Числитель", "Знаменатель"))
def programmes(table: Table, sibling: Sibling) -> Drawing | None:
    """Programmes drawn up against the directions chosen, factor by factor."""
    if not all(map(sibling, RISKS.values())):
        return None
    frame, tables = _both_years(sibling, PROGRAMMES, CHOSEN)
    totals = {table.text(row, "Год"): row for row in table.rows}
    heads = []
    for year in tables:
        row = totals.get(year)
        said = numbers.out_of(table.number(row, "Числитель"), table.number(row, "Знаменатель")) if row else ""
        heads.append((year, f"{year}: {said}" if said else year))
    known = frame.dropna(subset=["numerator", "denominator"])
    every = bool(len(known)) and bool((known["numerator"] == known["denominator"]).all())
    return Drawing(
        _("Программы противодействия: у каждого выбранного риска") if every else _("Программы против выбранных рисков"),
        Lanes(tuple(heads), absent=_("в перечне этого года нет")),
        frame,
        _lanes_table(frame, _("Составлено программ"), _("Выбрано направлений")),
        _("Составлено программ из числа выбранных направлений. Годы не сравниваются: школы разные."),
    )


@chart("Отбор", needs=("Что отобрано", "Значение"))
def selection(table: Table, _sibling: Sibling) -> Drawing | None:
    """The three steps of the selection as they stand."""
    rows = [(label, number) for _row, label, number in table.numbers("Что отобрано", "Значение")]
    frame = pd.DataFrame(rows, columns=["label", "value"])
    title = _("Отбор школ: ") + " → ".join(numbers.shortest(number) for _label, number in rows)
    return Drawing(
        title,
        Steps(("школа", "школы", "школ")),
        frame,
        frame.set_axis([_("Шаг отбора"), _("Школ")], axis=1),
    )


@chart("Двенадцать групп", "Школы 2020", needs=())
def groups(_table: Table, sibling: Sibling) -> Drawing | None:
    """Three clusters × two kinds of settlement × two deficits, the school in its cell and the empty one named."""
    grid = sibling("Двенадцать групп")
    if grid is None or not grid.has("Тип населённого пункта школы", "Кластер", "Дефициты", "Школа"):
        return None
    rows = []
    for row in grid.rows:
        deficits = grid.text(row, "Дефициты").replace("Преобладающие ", "")
        place = f"{grid.text(row, 'Тип населённого пункта школы')}, {deficits}"
        rows.append({"cluster": grid.text(row, "Кластер"), "row": place, "label": grid.text(row, "Школа") or None})
    frame = pd.DataFrame(rows)
    empty = [f"{row['row']}, {row['cluster'].lower()}" for row in rows if not row["label"]]
    said = _("Двенадцать групп и одиннадцать школ") if len(rows) == 12 and len(empty) == 1 else _("Группы школ")
    return Drawing(
        f"{said}: " + (_("пусто — {groups}").format(groups="; ".join(empty)) if empty else _("пустых нет")),
        GroupGrid(),
        frame,
        frame.set_axis([_("Кластер"), _("Населённый пункт и дефициты"), _("Школа")], axis=1),
        _("Преобладающие дефициты; сетка составлена по таблице школ."),
    )


@chart("Школы 2021 по районам", needs=("Название", "Значение"))
def districts(table: Table, _sibling: Sibling) -> Drawing | None:
    """Schools of the project by district; the row of the region is the stated total and no bar."""
    rows = [(row, label, number) for row, label, number in table.numbers("Название", "Значение")]
    parts = [(label, number) for row, label, number in rows if table.text(row, "№")]
    totals = [number for row, _label, number in rows if not table.text(row, "№")]
    frame = pd.DataFrame(parts, columns=["label", "value"]).sort_values("value", ascending=False, kind="stable")
    total = schools(totals[0]) if totals else schools(sum(number for _label, number in parts))
    return _bars(
        frame,
        _("{schools} проекта 2021 года в {n} районах").format(schools=total, n=len(parts)),
    )


@chart("Документы 2020", needs=("Документ", "Количество"))
def papers(table: Table, _sibling: Sibling) -> Drawing | None:
    """What the eleven schools drew up."""
    rows = [(label, number) for _row, label, number in table.numbers("Документ", "Количество")]
    frame = pd.DataFrame(rows, columns=["label", "value"])
    of = max((table.number(row, "Школ в проекте") or 0 for row in table.rows), default=0)
    return _bars(frame, _("Документы, составленные в 2020 году: {schools}").format(schools=schools(of)))


@chart("Причины", "Решения по факторам", needs=("Направление", "Код показателя фактора"))
def by_factor(table: Table, _sibling: Sibling) -> Drawing | None:
    """How many causes or decisions the document names for each factor; none is said, not drawn as 0."""
    role = "Причина" if table.has("Причина") else "Управленческое решение"
    names = list(dict.fromkeys(table.text(row, "Направление") for row in table.rows))
    found = Counter(table.text(row, "Направление") for row in table.rows if table.text(row, role))
    frame = pd.DataFrame(
        {
            "label": names,
            "value": [found[name] or None for name in names],
            "absence": [None if found[name] else "not_published" for name in names],
        }
    )
    title = _("Сколько причин названо по каждому фактору") if role == "Причина" else _("Сколько решений по факторам")
    return _bars(frame, title)


# --- the council ------------------------------------------------------------------------------------------


@chart("Механизмы 2019", needs=("Название (нормализованное)", "Процент"))
def mechanisms(table: Table, _sibling: Sibling) -> Drawing | None:
    """The per cents as published: a missing one is named, a true 0 is drawn as 0."""
    frame = pd.DataFrame(
        {
            "label": table.text(row, "Название (нормализованное)"),
            "lane": table.text(row, "Год"),
            "percent": table.number(row, "Процент"),
            "absence": table.text(row, "Причина отсутствия") or None,
        }
        for row in table.rows
    )
    years = list(dict.fromkeys(frame["lane"]))
    heads = [_("Механизм"), _("Год"), _("Процент"), _("Причина отсутствия")]
    return Drawing(
        _("Проценты механизмов: {years}").format(years=", ".join(years)),
        Lanes(tuple((year, _("{year}, % баллов").format(year=year)) for year in years)),
        frame,
        frame.assign(absence=frame["absence"].map(_reason)).set_axis(heads, axis=1),
        _("Доля баллов за документы системы управления, не оценка людей."),
    )


@chart("Присутствие", needs=("Группа участников", "Вид строки", "Человек"))
def attendance(table: Table, _sibling: Sibling) -> Drawing | None:
    """Groups of those present, with the sum checked against the stated total."""
    people = [(table.text(r, "Вид строки"), label, n) for r, label, n in table.numbers("Группа участников", "Человек")]
    parts = [(label, number) for kind, label, number in people if kind == "часть"]
    stated = next((number for kind, _label, number in people if kind.startswith("всего")), None)
    away = next((number for kind, _label, number in people if kind == "отсутствовали"), None)
    total = sum(number for _label, number in parts)
    said = " + ".join(numbers.shortest(number) for _label, number in parts) + f" = {numbers.shortest(total)}"
    if stated is not None and stated != total:
        said += _(", в документе {n}").format(n=numbers.shortest(stated))
    if away is not None:
        said += _("; отсутствовали {n}").format(n=numbers.shortest(away))
    return _bars(pd.DataFrame(parts, columns=["label", "value"]), _("Присутствовали: ") + said, unit=_("чел."))


@chart("Решения", needs=("Номер решения", "Текст решения", "Формулировка срока"))
def decisions(table: Table, _sibling: Sibling) -> Drawing | None:
    """Each decision with its deadline in the document's words, who answers, and what it repeats."""
    rows = []
    for row in table.rows:
        start, end = table.text(row, "Начало"), table.text(row, "Срок")
        words = [table.text(row, "Формулировка срока") or _("срок не указан")]
        if start and not end:
            words = [words[0] + _(" — начало, срок не указан")]
        if again := table.text(row, "Повторяет"):
            words.append(_("повторяет {number}").format(number=again))
        answers = table.text(row, "Ответственный") or _("не указан")
        rows.append(
            {
                "label": f"{table.text(row, 'Номер решения')}. {table.text(row, 'Текст решения')}",
                # A deadline is a moment: the month that the document names.
                "start": end or start or None,
                "end": end or start or None,
                "when": "; ".join(words),
                "heading": False,
                "answers": answers,
            }
        )
    frame = pd.DataFrame(rows)
    repeats = sum(bool(table.text(row, "Повторяет")) for row in table.rows)
    without = sum(not table.text(row, "Формулировка срока") for row in table.rows)
    nobody = sum(answers == "не указан" for answers in frame["answers"])
    title = _("Решений {n}, различных {distinct}; без срока {without}; ответственный не указан — {nobody}").format(
        n=len(rows), distinct=len(rows) - repeats, without=without, nobody=nobody
    )
    return Drawing(
        title,
        Calendar(),
        frame,
        frame[["label", "when", "answers"]].set_axis([_("Решение"), _("Срок в документе"), _("Ответственный")], axis=1),
        _("Сведений об исполнении в документе нет; курсивом — сроки, которым нет места на оси времени."),
    )


# --- the cascade of projects ------------------------------------------------------------------------------


def _timed(table: Table, row: Row, name: str) -> dict[str, object]:
    return {
        "label": table.text(row, name),
        "start": table.text(row, "Начало") or None,
        "end": table.text(row, "Окончание") or None,
        "when": table.text(row, "Сроки"),
        "heading": False,
    }


def _heading(name: str, said: str = "") -> dict[str, object]:
    return {"label": name, "start": None, "end": None, "when": said, "heading": True}


def _calendar(rows: list[dict[str, object]], title: str, note: str) -> Drawing:
    frame = pd.DataFrame(rows)
    project = frame["label"].where(frame["heading"]).ffill()
    table = frame.assign(project=project)[~frame["heading"]][["project", "label", "when", "start", "end"]]
    heads = [_("Проект"), _("Этап или мероприятие"), _("Срок в документе"), _("Начало"), _("Окончание")]
    return Drawing(title, Calendar(silent=_("срок не указан")), frame, table.set_axis(heads, axis=1), note)


def _by_project(table: Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in table.rows:
        found.setdefault(table.text(row, "Код проекта"), []).append(row)
    return found


@chart("Проекты", "Этапы", needs=("Код проекта",))
def stages(_table: Table, sibling: Sibling) -> Drawing | None:
    """The six projects on one time axis; a project without stages is shown by its activities, and this is said."""
    projects, steps, activities = sibling("Проекты"), sibling("Этапы"), sibling("Мероприятия")
    if projects is None or steps is None or not steps.has("Этап", "Сроки", "Начало", "Окончание"):
        return None
    of_stage = _by_project(steps)
    of_activity = _by_project(activities) if activities else {}
    rows: list[dict[str, object]] = []
    for project in projects.rows:
        code = projects.text(project, "Код проекта")
        staged, done = of_stage.get(code, []), of_activity.get(code, [])
        short = steps.text(staged[0], "Проект") if staged else activities.text(done[0], "Проект") if done else ""  # type: ignore[union-attr]
        name = short or projects.text(project, "Название")
        rows.append(_heading(name, "" if staged else _("этапов в документе нет, показаны мероприятия")))
        rows += [_timed(steps, row, "Этап") for row in staged]
        if not staged and activities:
            rows += [_timed(activities, row, "Мероприятие") for row in done]
    return _calendar(
        rows,
        _("Шесть проектов на оси времени") if len(projects.rows) == 6 else _("Проекты на оси времени"),
        _("У полос — сроки словами документа; треугольник — назван только конец. Сведений о выполнении нет."),
    )


@chart("Мероприятия", needs=("Код проекта", "Проект", "Мероприятие", "Сроки", "Начало", "Окончание"))
def activities(table: Table, _sibling: Sibling) -> Drawing | None:
    """Activities whose dates can be read on the axis; the others are counted by the document's own words."""
    rows: list[dict[str, object]] = []
    unread: Counter[str] = Counter()
    for project in _by_project(table).values():
        dated = [row for row in project if table.text(row, "Начало") or table.text(row, "Окончание")]
        unread.update(table.text(row, "Сроки") or _("срок не указан") for row in project if row not in dated)
        if dated:
            rows.append(_heading(table.text(dated[0], "Проект")))
            rows += [_timed(table, row, "Мероприятие") for row in dated]
    listed = "; ".join(f"«{words}» — {n}" for words, n in unread.items())
    return _calendar(
        rows,
        _("Мероприятия с датами: {n} из {all}").format(n=sum(not row["heading"] for row in rows), all=len(table.rows)),
        _("Словами, которым нет места на оси времени: {words}.").format(words=listed),
    )


@chart("Кадровый резерв", needs=("Показатель", "Числитель", "Знаменатель"))
def reserve(table: Table, _sibling: Sibling) -> Drawing | None:
    """How many of the reserve took part."""
    rows = [
        {
            "label": table.text(row, "Показатель"),
            "lane": table.text(row, "Год"),
            "numerator": table.number(row, "Числитель"),
            "denominator": table.number(row, "Знаменатель"),
        }
        for row in table.rows
    ]
    frame = pd.DataFrame(rows)
    years = list(dict.fromkeys(frame["lane"]))
    known = _lanes_table(frame, _("Участвовали"), _("В кадровом резерве"))
    return Drawing(
        _("Кадровый резерв в конкурсе"),
        Lanes(tuple((year, year) for year in years)),
        frame,
        known.rename(columns={_("Фактор риска"): _("Показатель")}),
    )


# --- focus groups -----------------------------------------------------------------------------------------


@chart("Фокус-группы", "Школы по годам", needs=("Год",))
def focus_groups(_table: Table, sibling: Sibling) -> Drawing | None:
    """The schools of each year's focus group; a school that took part twice is marked in both years."""
    members = sibling("Школы по годам")
    if members is None or not members.has("Год", "Код территории", "Название"):
        return None
    sizes = Counter(members.text(row, "Год") for row in members.rows)
    frame = pd.DataFrame(
        {
            "group": f"{members.text(row, 'Год')}: {schools(sizes[members.text(row, 'Год')])}",
            "member": members.text(row, "Код территории"),
            "label": members.text(row, "Название"),
        }
        for row in members.rows
    )
    counts = " + ".join(str(n) for n in sizes.values())
    return Drawing(
        _("Школы фокус-групп по годам: {counts}, различных {distinct}").format(
            counts=counts, distinct=frame["member"].nunique()
        ),
        Members(again=_("дважды")),
        frame,
        frame[["group", "label"]].set_axis([_("Год"), _("Школа (как в документе)")], axis=1),
        _("↻ — школа участвует дважды, в документе под двумя названиями."),
    )
