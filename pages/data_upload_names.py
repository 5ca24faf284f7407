"""Names of territories that the program does not know: a person says what each means, and it is remembered."""

from __future__ import annotations

import streamlit as st

from pages import data_upload_files as uploads
from pages.data_upload_files import Checked, Upload
from pages.shared import access, facts, numbers
from pages.shared.tables import escaped
from pages.shared.texts import _, ngettext
from pipelines.errors import PipelineError
from pipelines.loads import Loads
from pipelines.snapshot import Warehouse
from pipelines.templates.known import TYPES
from pipelines.territories.register import LEFT_OUT, Answer, Question, Register

MOST_ASKED = 12
MOST_OFFERED = 3000
NEW, SKIP = "*new", "*skip"


def forget(warehouse: Warehouse, alias: str) -> None:
    """Withdraw an answer; raises :class:`access.NotAnEditor` for anybody but an editor."""
    access.require_editor()
    Loads(warehouse).forget(warehouse, alias)


def ask(warehouse: Warehouse, given: Upload, checked: Checked) -> None:
    """One question a name, the likeliest answers first; answered ones are taken together."""
    if not checked.asked:
        return
    register = Loads(warehouse).register()
    for answer in given.answers:
        register.answer(answer)
    with st.container(border=True):
        n = len(checked.asked)
        st.markdown(
            "**" + _("Кого имел в виду составитель: {n}").format(
                n=f"{n} {ngettext('название', 'названия', 'названий', n)}"
            ) + "**"
        )  # fmt: skip
        st.caption(_("Ответ запомнится вместе с загрузкой: в следующих файлах об этом названии не спросят."))
        answers = [answer for at, one in enumerate(checked.asked[:MOST_ASKED]) if (answer := _asked(register, one, at))]
        if n > MOST_ASKED:
            st.caption(_("Остальные ({n}) спросим после этих.").format(n=n - MOST_ASKED))
        if st.button(_("Ответить и проверить снова"), key="upload_names", type="primary", disabled=not answers):
            uploads.name_territories(given, answers)
            st.rerun()


def _asked(register: Register, one: Question, at: int) -> Answer | None:
    """The answer chosen so far."""
    level = one.level or "school"
    likely = [code for code in one.candidates if code in register.rows]
    others = [code for code in _offered(register, one) if code not in likely]
    place = _place(register, one)
    lines = f"{numbers.shortest(one.count)} {ngettext('строка', 'строки', 'строк', one.count)}"
    cell = " · ".join(part for part in (one.sheet, one.cell) if part)
    label = f"«{escaped(one.told)}»{place} — {lines}" + (f", {escaped(cell)}" if cell else "")
    chosen = st.selectbox(
        label, ["", *likely, NEW, SKIP, *others], key=f"upload_name_{at}_{one.within}_{one.name}",
        format_func=lambda code: _option(register, one, code, len(likely)),
    )  # fmt: skip
    if not chosen:
        return None
    if chosen == SKIP:
        return Answer(one.name, one.within, level, LEFT_OUT)
    if chosen != NEW:
        return Answer(one.name, one.within, level, chosen)
    return _new(register, one, level, at)


def _place(register: Register, one: Question) -> str:
    return f" ({escaped(str(register.rows[one.within]['name']))})" if one.within in register.rows else ""


def _offered(register: Register, one: Question) -> list[str]:
    """What else it may be, by name: inside the place of the question first of all."""
    codes = [code for code in register.rows if one.level in (None, register.rows[code]["level"])]
    inside = [code for code in codes if not one.within or register.is_within(code, one.within)]
    here = set(inside) if len(inside) <= MOST_OFFERED else set()
    found = codes if len(codes) <= MOST_OFFERED else here
    return sorted(found, key=lambda code: (code not in here, str(register.rows[code]["name"])))


def _option(register: Register, one: Question, code: str, likely: int) -> str:
    if not code:
        return _("выберите") if likely else _("выберите: похожих нет")
    if code == SKIP:
        return _("не загружать эти строки")
    if code == NEW:
        return _("новый муниципалитет…") if one.level == "district" else _("новая организация…")
    row = register.rows[code]
    above = register.rows.get(str(row.get("parent") or ""), {}).get("name")
    key = row.get("login") or code
    return " · ".join(str(part) for part in (row["name"], above, key) if part)


def _new(register: Register, one: Question, level: str, at: int) -> Answer | None:
    """What has to be known of a territory that the register lacks."""
    above = "region" if level == "district" else "district"
    parents = sorted(register.of_level(above), key=lambda code: str(register.rows[code]["name"]))
    if not parents:
        st.warning(_("Сначала загрузите реестр: в нём ещё нет, куда отнести новую строку."))
        return None
    name, place, login, kind = st.columns([3, 2, 1.4, 1.6], vertical_alignment="bottom")
    title = name.text_input(_("Название"), one.told.split(", ", 1)[-1], key=f"upload_new_name_{at}", max_chars=200)
    parent = place.selectbox(
        _("Регион") if level == "district" else _("Муниципалитет"), parents,
        index=parents.index(one.within) if one.within in parents else 0,
        format_func=lambda code: str(register.rows[code]["name"]), key=f"upload_new_place_{at}",
    )  # fmt: skip
    if level == "district":
        return Answer(one.name, one.within, level, parent=parent, title=title.strip()) if title.strip() else None
    given = one.name if one.told.startswith(f"{one.name}, ") else ""
    key = login.text_input(_("Логин, если есть"), given, key=f"upload_new_login_{at}", max_chars=20)
    type_ = kind.selectbox(_("Тип"), list(TYPES), format_func=lambda code: TYPES[code], key=f"upload_new_type_{at}")
    if not title.strip():
        return None
    return Answer(one.name, one.within, level, parent=parent, title=title.strip(), login=key.strip(), type=type_)


def remembered(warehouse: Warehouse) -> None:
    """The answers that hold, and the way to withdraw one."""
    store = Loads(warehouse)
    aliases = store.aliases()
    if not aliases:
        return
    register = store.register()
    with st.expander(_("Запомненные названия: {n}").format(n=len(aliases))):
        rows = [[_words(alias), _where(register, alias), _meaning(register, code)] for alias, code in aliases.items()]
        heads = [_("Как пишут в файлах"), _("Где"), _("Что это значит")]
        facts.table(heads, rows, _("По этим ответам названия узнаются без вопроса"))
        _withdraw(warehouse, register, aliases)


def _withdraw(warehouse: Warehouse, register: Register, aliases: dict[str, str]) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        _("Забыть ответ"), list(aliases), key="alias_choice",
        format_func=lambda alias: f"{_words(alias)} → {_meaning(register, aliases[alias])}",
    )  # fmt: skip
    st.caption(_("Загруженное не изменится; в следующем файле об этом названии спросят снова."))
    if right.button(_("Забыть"), key="alias_forget", width="stretch"):
        try:
            forget(warehouse, chosen)
        except PipelineError as error:
            st.error(escaped(str(error)))
            return
        st.rerun()


def _words(alias: str) -> str:
    return alias.rpartition("\t")[2]


def _where(register: Register, alias: str) -> str:
    within = alias.rpartition("\t")[0]
    return str(register.rows.get(within, {}).get("name") or within) if within else _("везде")


def _meaning(register: Register, code: str) -> str:
    if code == LEFT_OUT:
        return _("строки не загружаются")
    row = register.rows.get(code)
    return f"{row['name']} ({code})" if row else _("{code}: такой больше нет, ответ не действует").format(code=code)
