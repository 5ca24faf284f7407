"""«Загрузка»: files are chosen, what they are and what is wrong is seen, what would change is seen, then published.

The upload itself lives on disk (:mod:`pages.data_upload_files`); its id is the code ``upload`` of the address.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import streamlit as st

from pages import (
    data_load_findings,
    data_templates,
    data_upload_council,
    data_upload_mapping,
    data_upload_names,
    data_upload_return,
)
from pages import data_upload_files as uploads
from pages import data_upload_words as words
from pages.data_upload_files import Checked, Told, Upload
from pages.shared import access, data, facts, filters, numbers, upload
from pages.shared.data import ask
from pages.shared.tables import escaped
from pages.shared.texts import _
from pages.shared.view import View
from pipelines import queries_lineage
from pipelines.errors import PipelineError
from pipelines.loads import Load, Loads, effective
from pipelines.readers.recognise import FORMATS
from pipelines.snapshot import Warehouse

CODE = "upload"
TYPES = ("xlsx", "xlsm", "xls", "ods", "csv", "txt", "tsv", "geojson", "json")
NO_FIGURES = ("organisations", "targets", "boundaries")
ROUND, DONE, MEANWHILE, SEEN, WITHDRAWING = (
    "upload_round", "upload_done", "upload_meanwhile", "upload_seen", "upload_withdrawing",
)  # fmt: skip
NAME, EDITOR = "upload_name", "editor_name"
MOST_FINDINGS, MOST_CHANGES, MOST_LOADS = 100, 200, 100


def draw(view: View, password: Callable[[], None]) -> None:
    """The section; ``password`` draws the way in for an editor who has not entered."""
    warehouse = data.warehouse()
    entries = Loads(warehouse).entries()
    with st.container():  # what comes and goes above the fields must not close what is open below
        _told_before(any(entry.observations for entry in effective(entries)))
    try:
        access.require_editor()
        editor = True
    except access.NotAnEditor as refusal:
        editor = False
        filters.codes().pop(CODE, None)
        st.info(str(refusal))
        if access.configured_password():
            password()
    if editor:
        given = _current(warehouse)
        if given is None:
            _choose(view, warehouse, entries)
        else:
            _examine(view, warehouse, given)
    _loads(view, warehouse, entries, editor)


def _told_before(figures: bool) -> None:
    """What the last action came to; after a publication, the way to see its ``figures`` if there are any."""
    if DONE not in st.session_state:
        return
    sentence, published = st.session_state[DONE]
    st.success(sentence)
    if published and figures and st.button(_("Открыть в «Сравнении»"), key="upload_see", type="primary"):
        del st.session_state[DONE]
        filters.go("compare", data="own")
    if not (published and figures):
        del st.session_state[DONE]


def _current(warehouse: Warehouse) -> Upload | None:
    code = filters.codes().get(CODE)
    if not code:
        return None
    found = uploads.find(warehouse, code)
    if found is not None and found.published is None and found.paths:
        return found
    filters.codes().pop(CODE, None)
    if found is None or found.published is None:
        st.warning(
            _(
                "Этой загрузки больше нет: её убрали или вышел срок (неделя, с результатами учеников — сутки). "
                "Выберите файлы ещё раз."
            )
        )
    elif DONE not in st.session_state:
        st.info(_("Эта загрузка уже опубликована: она в списке ниже."))
    return None


# --- choosing -----------------------------------------------------------------------------------------------


def _choose(view: View, warehouse: Warehouse, entries: Sequence[Load]) -> None:
    counted = effective(entries)
    with st.container():
        _next_step(warehouse, counted)
    number = st.session_state.setdefault(ROUND, 0)
    files = upload.choose_several(
        _("Перетащите сюда файлы или выберите их, один или сразу много"),
        TYPES,
        key=f"upload_files_{number}",
    )
    st.markdown(
        _(
            "Книги `.xlsx` `.xls` `.ods`, таблицы `.csv`, границы `.geojson`. Сначала — проверка: до кнопки "
            "«Опубликовать» ничего не изменится."
        )
    )
    if files:
        _start(warehouse, [(file.name, file.getvalue()) for file in files])
        return
    with st.expander(_("Взять шаблон для заполнения"), expanded=not counted):
        data_templates.draw(view)
    with st.expander(_("Вписать цифры из письма вручную")):
        _by_hand(warehouse)


def _next_step(warehouse: Warehouse, counted: Sequence[Load]) -> None:
    """Where an installation stands between nothing and figures: the register first, then what it is needed for."""
    if not counted:
        st.markdown(
            _(
                "**Своих данных пока нет. Первый шаг — реестр организаций**: логины, названия, муниципалитеты. По нему "
                "узнаётся всё остальное.\n"
                "1. Возьмите ниже шаблон «Реестр организаций», заполните и загрузите его здесь.\n"
                "2. Затем — показатели: файлы ФИС ОКО, таблицы муниципалитетов, заполненные шаблоны.\n"
                "3. Потом, если нужны: баллы механизмов, цели, границы муниципалитетов для карты.\n\n"
                "Реестра под рукой нет? Файлы с логинами школ («Статистика по отметкам» и другие) можно загрузить "
                "сразу: организации возьмутся из самого файла."
            )
        )
        return
    has_register = any(entry.register for entry in counted)
    figures = [entry for entry in counted if entry.format not in NO_FIGURES]
    if has_register and not figures:
        st.info(
            _(
                "**Реестр загружен.** Теперь показатели: перетащите сюда файлы ФИС ОКО и таблицы муниципалитетов "
                "или возьмите ниже шаблон «Показатели» — организации в нём уже вписаны."
            )
        )
    elif figures and not Loads(warehouse).register(counted).given:
        st.caption(_("Реестра организаций ещё нет: школы взяты из самих файлов. Загрузите его, и названия уточнятся."))


def _by_hand(warehouse: Warehouse) -> None:
    """A few figures that came in words: typed or pasted, with the document they stand in; checked like any file."""
    with st.form("upload_by_hand", border=False):
        text = st.text_area(
            _("Строка на каждое значение, между столбцами — табуляция или «;»: {heads}").format(
                heads="; ".join(words.TYPED)
            ),
            height=160, key="by_hand_text",
            placeholder=_("Успеваемость по ВПР; город Лесосибирск; 2022; 412; 480"),
        )  # fmt: skip
        left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
        document = left.text_input(_("Документ: вид, дата, от кого (должность)"), key="by_hand_document", max_chars=120)
        place = middle.text_input(_("Место в документе"), key="by_hand_place", max_chars=80)
        pressed = right.form_submit_button(_("Проверить"), width="stretch")
    if not pressed:
        return
    if not text.strip() or not document.strip():
        st.error(_("Впишите хотя бы одну строку и документ, в котором она стоит."))
        return
    _start(warehouse, [(f"{document.strip()}.csv", words.typed_table(text, document, place))])


def _start(warehouse: Warehouse, files: Sequence[tuple[str, bytes]]) -> None:
    try:
        begun = uploads.start(warehouse, files)
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    st.session_state.pop(DONE, None)
    st.session_state[ROUND] += 1
    filters.codes()[CODE] = begun.id
    filters.write_address()
    st.rerun()


# --- what was found -----------------------------------------------------------------------------------------


def _examine(view: View, warehouse: Warehouse, given: Upload) -> None:
    try:
        with st.spinner(_("Читаем и проверяем…")):
            checked = uploads.check(warehouse, given)
    except PipelineError as error:
        st.error(escaped(str(error)))
        _leave(given)
        return
    another_base = _meanwhile(warehouse, given, checked)
    _verdict(checked)
    _files(checked)
    _questions(given, checked)
    data_upload_names.ask(warehouse, given, checked)
    data_upload_mapping.draw(warehouse, given, checked)
    _findings(checked)
    data_upload_return.draw(warehouse, given, checked)
    _replaces(warehouse, given, checked)
    _changes(view, checked)
    _publish(view, warehouse, given, checked, another_base)


def _meanwhile(warehouse: Warehouse, given: Upload, checked: Checked) -> bool:
    """Whether somebody published since this editor last saw the changes; they are told against the new data now."""
    seen = st.session_state.get(SEEN)
    another_base = bool(seen and seen[0] == given.id and seen[1] != checked.base)
    if st.session_state.pop(MEANWHILE, False) or another_base:
        last = next((entry for entry in reversed(Loads(warehouse).entries())), None)
        who = f" ({last.by}, {words.moment(last.when)})" if last and last.by else ""
        st.warning(
            _(
                "Пока вы смотрели, данные опубликовал кто-то другой{who}. Ничего не потеряно: изменения ниже "
                "посчитаны заново, относительно новых данных. Проверьте их и опубликуйте ещё раз."
            ).format(who=escaped(who))
        )
    st.session_state[SEEN] = (given.id, checked.base)
    return another_base


def _verdict(checked: Checked) -> None:
    errors = sum(finding.grade == "error" for finding in checked.findings)
    asked = sum(finding.grade == "warning" for finding in checked.findings)
    if checked.only_unknown:
        st.warning(_("**Форма таблицы незнакома.** Скажите, что в каких столбцах: соответствие ниже уже предложено."))
    elif checked.stopped:
        st.error(
            _("**Загрузить пока нельзя: {errors}.** Исправьте файл или ответьте на вопросы ниже. "
              "Опубликованные данные не изменились.").format(
                errors=words.counted(errors, _("ошибка"), _("ошибки"), _("ошибок"))
            )
        )  # fmt: skip
    elif checked.nothing_new:
        st.info(
            _("**Всё это уже загружено.** Публиковать нечего.")
            if all(file.loaded for file in checked.files)
            else _("**Публиковать нечего.** В форме нет ни одной заполненной строки.")
        )
    elif asked:
        st.warning(
            _("**Можно публиковать.** Есть {asked} к составителю — посмотрите их сначала.").format(
                asked=words.counted(asked, _("вопрос"), _("вопроса"), _("вопросов"))
            )
        )
    else:
        st.success(_("**Можно публиковать.** Ошибок и вопросов нет."))


def _files(checked: Checked) -> None:
    rows = [
        [
            file.file,
            FORMATS.get(file.format or "", _("форма не узнана")) if file.format else _words_unread(file),
            numbers.shortest(file.rows) if file.rows else numbers.MISSING,
            numbers.shortest(file.observations) if file.observations else numbers.MISSING,
            words.graded(file.findings),
        ]
        for file in checked.files
    ]
    heads = [_("Файл"), _("Что это"), _("Строк"), _("Значений"), _("Замечания")]
    facts.table(heads, rows, _("Что узнано"), numbers=(2, 3))
    if any(file.pupil_level for file in checked.files):
        st.caption(
            _("Результаты отдельных учеников: загружаются только итоги, сам файл удаляется после публикации "
              "и не позже чем через сутки.")
        )  # fmt: skip


def _words_unread(file: Told) -> str:
    if any(finding.rule == "already_loaded" for finding in file.findings):
        return _("уже загружен")
    return _("таблица незнакомой формы") if file.unknown else _("не прочитан")


def _questions(given: Upload, checked: Checked) -> None:
    """Year and territory, where a file does not say them."""
    rules = {finding.rule for finding in checked.findings}
    topics = {part.strip() for question in checked.proposal.questions for part in question.split(":")[:-1]}
    wants_year = given.year is not None or "year_missing" in rules or "год" in topics
    wants_territory = given.territory is not None or rules & words.ASK_TERRITORY or "территория" in topics
    if not (wants_year or wants_territory):
        return
    with st.form("upload_answers"):
        st.markdown(_("**Чего файл не говорит**"))
        left, right, button = st.columns([1, 2, 1], vertical_alignment="bottom")
        year, territory = "", ""
        if wants_year:
            year = left.text_input(_("Год"), value=str(given.year or ""), key="upload_year", help=words.year_help())
        if wants_territory:
            territory = right.text_input(
                _("Регион или территория: название или код"), value=given.territory or "", key="upload_territory"
            )
        pressed = button.form_submit_button(_("Проверить снова"), width="stretch")
    if pressed:
        if year.strip() and not (year.strip().isdigit() and 1990 <= int(year) <= 2100):
            st.error(_("Год — четыре цифры, например 2024."))
            return
        uploads.answer(given, year=int(year) if year.strip() else None, territory=territory.strip() or None)
        st.rerun()


# --- findings -----------------------------------------------------------------------------------------------


def _findings(checked: Checked) -> None:
    """By grade, errors open: place, what was seen and expected, how to mend it; then what can be sent back."""
    several = len(checked.files) > 1
    told_above = {"already_loaded"} | ({"unknown_format"} if checked.only_unknown else set())
    for grade in words.GRADES:
        found = [finding for finding in checked.findings if finding.grade == grade and finding.rule not in told_above]
        if not found:
            continue
        with st.expander(f"{words.grade_name(grade)}: {len(found)}", expanded=grade == "error"):
            heads, rows = words.findings_table(found[:MOST_FINDINGS], several, checked.names)
            facts.table(heads, rows, words.grade_meaning(grade))
            if len(found) > MOST_FINDINGS:
                st.caption(_("Показаны первые {n} из {all}; все — в отчёте.").format(n=MOST_FINDINGS, all=len(found)))
    told = [file for file in checked.files if file.findings and not file.pupil_level and file.kind != "—"]
    told = [file for file in told if any(finding.rule not in told_above for finding in file.findings)]
    if told:
        with st.popover(_("Отчёт для составителя"), type="tertiary"):
            for number, file in enumerate(told):
                st.download_button(
                    escaped(file.file),
                    partial(_report, file),
                    file_name=_("замечания — {name}.xlsx").format(name=Path(file.path.name).stem),
                    mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    key=f"upload_report_{number}",
                    on_click="ignore",
                    width="stretch",
                )
            st.caption(_("Его же книга: ячейки отмечены цветом, замечания — в примечаниях к ним."))
    elif any(file.pupil_level and file.findings for file in checked.files):
        st.caption(_("Копия файла с результатами учеников не создаётся: отправьте составителю адреса ячеек."))


def _report(file: Told) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return uploads.report(file, Path(folder) / "report.xlsx")


# --- what it takes the place of ---------------------------------------------------------------------------


def _replaces(warehouse: Warehouse, given: Upload, checked: Checked) -> None:
    """The earlier load whose figures that are not in these files are withdrawn; loads of the same form come first."""
    if (checked.stopped or checked.nothing_new) and not given.replaces:
        return
    standing = {entry.id: entry for entry in reversed(effective(Loads(warehouse).entries()))}
    if not standing:
        return
    forms = {file.format for file in checked.files}
    offered = sorted(standing, key=lambda code: standing[code].format not in forms)
    key = f"upload_replaces_{given.id}"
    st.session_state.setdefault(key, given.replaces if given.replaces in standing else "")
    chosen = st.selectbox(
        _("Заменяет прежнюю загрузку целиком"), ["", *offered], key=key,
        format_func=lambda code: (
            f"{standing[code].file} · {words.moment(standing[code].when)} · {standing[code].sha256[:8]}"
            if code else _("нет: что есть только в прежних файлах, остаётся")
        ),
        help=_("Значения, которые есть только в прежнем файле, будут отозваны: их видно ниже до публикации."),
    )  # fmt: skip
    if (chosen or None) != given.replaces:
        uploads.replace_load(given, chosen or None)
        st.rerun()


# --- what would change --------------------------------------------------------------------------------------


def _changes(view: View, checked: Checked) -> None:
    frame = checked.changes
    if checked.stopped or checked.nothing_new or (frame.empty and not checked.units and checked.others.empty):
        return
    st.header(_("Что изменится"), anchor=False)
    _units(checked)
    _others(view, checked)
    if frame.empty:
        return
    counts = {kind: int((frame["change"] == kind).sum()) for kind in words.CHANGES}
    st.markdown(" · ".join(f"{words.change_name(kind)}: **{numbers.shortest(n)}**" for kind, n in counts.items() if n))
    heads, rows = words.preview_table(frame, checked.names)
    facts.table(heads, rows[:MOST_CHANGES], _("По показателям и муниципалитетам"), numbers=range(3, len(heads)))
    changed = frame[frame["change"].isin(["changed", "withdrawn"])]
    if len(changed):
        with st.expander(_("Было → станет: {n}").format(n=numbers.shortest(len(changed)))):
            heads, rows = words.changed_table(changed.head(MOST_CHANGES), view.snapshot, checked.names)
            facts.table(heads, rows, _("Изменённые и отозванные значения"))
            if len(changed) > MOST_CHANGES:
                st.caption(
                    _("Показаны первые {n} из {all}.").format(n=MOST_CHANGES, all=numbers.shortest(len(changed)))
                )


def _units(checked: Checked) -> None:
    """What becomes of the register: counted, by municipality, and each unit that changes or goes."""
    if not checked.units:
        return
    st.markdown(words.units_summary(checked.units))
    heads, rows = words.units_by_district(checked.units)
    if len(rows) > 1:
        facts.table(heads, rows[:MOST_CHANGES], _("Реестр по муниципалитетам"), numbers=range(1, len(heads)))
    going = any(not unit.new for unit in checked.units)
    with st.expander(_("Реестр поимённо: {n}").format(n=numbers.shortest(len(checked.units))), expanded=going):
        heads, rows = words.units_table(checked.units)
        facts.table(heads, rows[:MOST_CHANGES], _("Что станет с каждой организацией и территорией"))
        if len(rows) > MOST_CHANGES:
            st.caption(_("Показаны первые {n} из {all}.").format(n=MOST_CHANGES, all=numbers.shortest(len(rows))))


def _others(view: View, checked: Checked) -> None:
    """Points of positions, targets, context, boundaries, rows of forms: counted, then what is not new one by one."""
    frame = checked.others
    if frame.empty:
        return
    heads, rows = words.others_table(frame, view.catalogue, checked.names)
    facts.table(heads, rows[:MOST_CHANGES], _("Не показатели: что ещё меняется"), numbers=range(4, len(heads)))
    told = frame[frame["topic"].isin(["position", "target"]) & (frame["change"] != "same")]
    if len(told):
        with st.expander(_("Баллы и цели, было → станет: {n}").format(n=numbers.shortest(len(told)))):
            heads, rows = words.others_changed(told.head(MOST_CHANGES), view.catalogue, checked.names)
            facts.table(heads, rows, _("Новые, изменённые и отозванные баллы и цели"), numbers=(3, 4))
            if len(told) > MOST_CHANGES:
                st.caption(_("Показаны первые {n} из {all}.").format(n=MOST_CHANGES, all=numbers.shortest(len(told))))


# --- publishing ---------------------------------------------------------------------------------------------


def _publish(view: View, warehouse: Warehouse, given: Upload, checked: Checked, another_base: bool) -> None:
    """The way to publish what is shown; a press made before ``another_base`` was shown does not count."""
    if checked.stopped or checked.nothing_new:
        _leave(given)
        return
    _after_a_return(view, Loads(warehouse).entries())
    left, middle, right = st.columns([2, 1, 1], vertical_alignment="bottom")
    name = left.text_input(
        _("Ваше имя — оно останется в истории"), st.session_state.get(EDITOR, ""), key=NAME, max_chars=80
    )
    pressed = middle.button(_("Опубликовать"), key="upload_publish", type="primary", width="stretch")
    if right.button(_("Отменить загрузку"), key="upload_leave", width="stretch"):
        _left(given)
    if not pressed or another_base:
        return
    if not name.strip():
        st.error(_("Впишите имя: история загрузок говорит, кто их опубликовал."))
        return
    st.session_state[EDITOR] = name.strip()
    try:
        with st.spinner(_("Публикуем…")):
            published = uploads.publish(warehouse, given, checked.base, name.strip())
    except uploads.PublishedMeanwhile:
        st.session_state[MEANWHILE] = True
        st.rerun()
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    filters.codes().pop(CODE, None)
    sentence = _("Опубликовано: {files}. Отозвать можно в списке ниже.").format(
        files=", ".join(escaped(file.file) for file in checked.files)
    )
    st.session_state[DONE] = (f"{sentence} {data_upload_council.after(warehouse)}".strip(), published)
    filters.write_address()
    st.rerun()


def _leave(given: Upload) -> None:
    if st.button(_("Выбрать другие файлы"), key="upload_leave"):
        _left(given)


def _left(given: Upload) -> None:
    uploads.give_up(given)
    filters.codes().pop(CODE, None)
    filters.write_address()
    st.rerun()


# --- what was loaded ----------------------------------------------------------------------------------------


def _loads(view: View, warehouse: Warehouse, entries: Sequence[Load], editor: bool) -> None:
    if not entries:
        return
    st.header(_("Загружено"), anchor=False)
    counted = {entry.id for entry in effective(entries)}
    newest = list(reversed(entries))[:MOST_LOADS]
    store = Loads(warehouse)
    shown = _shown(view)
    heads = [
        _("Когда"), _("Кто"), _("Файл"), _("Что это"), _("Строк"), _("Значений"), _("Замечания"), _("Состояние"),
        _("Отпечаток"),
    ]  # fmt: skip
    rows = [
        [
            words.moment(entry.when).replace(" ", "\N{NO-BREAK SPACE}"),
            entry.by or numbers.MISSING,
            entry.file,
            FORMATS.get(entry.format, entry.format),
            numbers.shortest(entry.rows),
            numbers.shortest(entry.observations) if entry.observations else numbers.MISSING,
            data_load_findings.counted(store, entry),
            words.state(entry, entry.id in counted, entry.sha256 in shown),
            facts.Short(entry.sha256, 8),
        ]
        for entry in newest
    ]
    facts.table(heads, rows, _("Загрузки, новые сверху"), numbers=(4, 5))
    if editor:
        names = {code: one.name for code, one in view.catalogue.indicators.items()}
        data_load_findings.draw(warehouse, newest, names)
        data_upload_names.remembered(warehouse)
        _withdraw(warehouse, [entry for entry in newest if entry.withdrawn is None])
        _originals(warehouse, newest)


def _shown(view: View) -> set[str]:
    """The hashes of the files that the served snapshot was built from."""
    return set(ask(queries_lineage.inputs, view.snapshot)["sha256"])


def _after_a_return(view: View, entries: Sequence[Load]) -> None:
    """After a return to an earlier snapshot: what else the next publication would bring back or take away."""
    shown, counted = _shown(view), effective(entries)
    standing = {entry.sha256 for entry in counted}
    back = [entry.file for entry in counted if entry.sha256 not in shown]
    gone = [entry.file for entry in entries if entry.sha256 in shown - standing]
    if not (back or gone):
        return
    parts = [
        text.format(files=", ".join(escaped(file) for file in dict.fromkeys(files)))
        for text, files in ((_("вернётся {files}"), back), (_("уйдёт {files}"), gone))
        if files
    ]
    st.warning(
        _(
            "Показана прежняя версия данных, а публикация собирает все действующие загрузки: вместе с этими файлами "
            "{what}. Если так не нужно, сначала отзовите лишнее в списке ниже."
        ).format(what=", ".join(parts))
    )


def _taken(entry: Load) -> str:
    """«значений: 1 200»; of a register, a form or boundaries «строк: 24»."""
    if entry.observations:
        return _("значений: {n}").format(n=numbers.shortest(entry.observations))
    return _("строк: {n}").format(n=numbers.shortest(entry.rows))


def _withdraw(warehouse: Warehouse, offered: Sequence[Load]) -> None:
    if not offered:
        return
    by_id = {entry.id: entry for entry in offered}
    words.newest_first("withdraw_choice", list(by_id))  # the likeliest to be taken back
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(
        _("Отозвать загрузку"), list(by_id), key="withdraw_choice",
        format_func=lambda code: f"{by_id[code].file} · {words.moment(by_id[code].when)}",
    )  # fmt: skip
    if right.button(_("Отозвать…"), key="withdraw_ask", width="stretch"):
        st.session_state[WITHDRAWING] = chosen
    if st.session_state.get(WITHDRAWING) != chosen:
        return
    entry = by_id[chosen]
    of_council = data_upload_council.before_withdrawal(warehouse, entry)
    st.warning(
        of_council
        or _("Всё, что взято из «{file}» ({what}), исчезнет у всех; вернётся прежнее, если оно было.").format(
            file=escaped(entry.file), what=_taken(entry)
        )
    )
    name_column, no, yes = st.columns([2, 1, 1], vertical_alignment="bottom")
    name = name_column.text_input(_("Ваше имя"), st.session_state.get(EDITOR, ""), key="withdraw_name")
    if no.button(_("Отмена"), key="withdraw_no", width="stretch"):
        del st.session_state[WITHDRAWING]
        st.rerun()
    if not yes.button(_("Да, отозвать"), key="withdraw_yes", type="primary", width="stretch"):
        return
    if not name.strip():
        st.error(_("Впишите имя: история загрузок говорит, кто их отозвал."))
        return
    try:
        with st.spinner(_("Отзываем…")):
            result = uploads.withdraw(warehouse, chosen, name.strip())
    except PipelineError as error:
        st.error(escaped(str(error)))
        return
    errors = [finding.message for finding in result.findings if finding.grade == "error"]
    if errors:
        st.error(_("Не отозвано: {why}").format(why=escaped("; ".join(errors[:3]))))
        return
    del st.session_state[WITHDRAWING]
    sentence = _("Отозвано: {file}.").format(file=escaped(entry.file))
    st.session_state[DONE] = (f"{sentence} {data_upload_council.after(warehouse)}".strip(), None)
    st.rerun()


def _originals(warehouse: Warehouse, entries: Sequence[Load]) -> None:
    store = Loads(warehouse)
    kept: dict[str, tuple[Load, Path]] = {}
    for entry in entries:
        path = store.original(entry)
        if path is not None:
            kept.setdefault(entry.sha256, (entry, path))
    if not kept:
        return
    with st.popover(_("Исходные файлы"), type="tertiary"):
        for sha256, (entry, path) in kept.items():
            st.download_button(
                escaped(entry.file), path.read_bytes, file_name=entry.file, key=f"original_{sha256}",
                mime="application/octet-stream", on_click="ignore", width="stretch",
            )  # fmt: skip
