"""«Совет»: the protocol is told as it stands, only editors write, and of two editors nobody loses a text."""

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from streamlit.testing.v1 import AppTest

from pages import council, council_forms, data_backup
from pages.shared import access
from pipelines.snapshot import Warehouse
from pipelines.store import Decision, Store, open_store
from pipelines.store.engine import forget


@pytest.fixture(autouse=True)
def own_store(demo_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of this test alone, beside the shared snapshot."""
    path = tmp_path / "store.sqlite"
    monkeypatch.setenv("STORE_URL", f"sqlite:///{path}")
    monkeypatch.delenv("EDITOR_PASSWORD", raising=False)
    council._seeded.clear()
    yield path
    forget()


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """The visitor sits at this very machine, which AppTest itself does not say."""
    monkeypatch.setattr(access, "is_local_visitor", lambda: True)


def opened(**codes: str) -> AppTest:
    page = AppTest.from_string("from pages import router\nrouter.show('council')", default_timeout=60)
    for name, code in codes.items():
        page.query_params[name] = code
    return page.run()


def said(page: AppTest) -> str:
    """All that the page says, tables included."""
    assert not page.exception, page.exception[0].value
    parts = [block.proto.body for block in page.get("html")]
    kinds = (page.markdown, page.caption, page.warning, page.info, page.error, page.success, page.subheader)
    return "\n".join([*parts, *(block.value for kind in kinds for block in kind)]).replace("\\", "")


def decision(number: str, collection: str = "sources", territory: str = "RU-KYA-lesosibirsk") -> Decision:
    store: Store = open_store()
    meetings = store.meetings(collection, territory)
    return next(one for one in store.decisions([m.id for m in meetings]) if one.number == number)


def pressed(page: AppTest, label: str) -> AppTest:
    return next(button for button in page.button if button.label == label).click().run()


# --- what everybody sees ----------------------------------------------------------------------------------


def test_protocol_of_2019_is_told_as_it_stands() -> None:
    text = said(opened(data="sources"))
    assert "13 решений, различных 11" in text
    assert "сведений об исполнении нет: 13" in text
    assert "ответственный не указан: у всех" in text and "без срока: 5" in text
    assert "срок прошёл" not in text.replace("«Срок прошёл»", "")
    assert "отнесено нами" in text  # the mechanism is not in the protocol
    assert "в протоколе: «май каждого учебного года»" in text


def test_recorded_failure_comes_first_in_the_demonstration() -> None:
    page = opened(data="demo")
    text = said(page)
    assert "не выполнено, срок прошёл 01.09.2023" in text
    table = next(block.proto.body for block in page.get("html") if 'class="decisions' in block.proto.body)
    first = table.index("Создать рабочую группу и утвердить порядок перепроверки")
    assert first < table.index("Утвердить порядок перепроверки работ ВПР.</span>")
    assert "вымышлены" in text


def test_effect_is_told_by_rule_7() -> None:
    """A rise that may be chance is said to be so, reached or not; dependent units get no verdict."""
    text = said(opened(data="demo"))
    assert "изменение в пределах случайного" in text
    assert "стало лучше, это не случайность" in text
    assert "единицы зависят друг от друга" in text
    assert "ожидали 85" in text and "достигнуто" in text


@pytest.mark.parametrize("part", list(council.PARTS))
@pytest.mark.parametrize("data", ["sources", "demo"])
def test_every_part_of_both_councils(data: str, part: str) -> None:
    page = opened(data=data, council_part=part)
    assert said(page) and not page.error and not page.warning


def test_meeting_passport_and_groups() -> None:
    text = said(opened(data="sources", council_part="protocol"))
    for words in ("75 чел.", "Заместители руководителей, старшие воспитатели ДОУ: 42 чел.", "0 чел.",
                  "Группа 3: 22 чел. из 17 организаций", "в протоколе не заполнен"):  # fmt: skip
        assert words in text, words
    groups = opened(data="sources", council_part="groups")
    assert "8 человек" in said(groups) and "7 человек" in said(groups)
    assert "роль в документе не указана" in groups.table[1].value.to_string()


def test_filters_and_a_link_with_unknown_codes() -> None:
    page = opened(data="sources", topic="development")
    table = next(block.proto.body for block in page.get("html") if 'class="decisions' in block.proto.body)
    assert table.count("<tr") == 1 + 3  # the heading, 2.3.1, 2.3.2 and its repetition 3.1
    wrong = opened(data="sources", topic="nonsense", decision="9999")
    assert len(wrong.warning) == 2
    assert "13 решений" in said(wrong)


def test_link_to_one_decision_opens_its_card() -> None:
    opened(data="sources")  # the first visit takes the protocol over
    page = opened(data="sources", decision=str(decision("3.3").id))
    text = said(page)
    assert "начало: январь 2020, срока нет" in text and "п. 3 «РЕШЕНИЕ», п. 3" in text
    assert "взято из документа 004" in text


def test_nobody_else_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """The buttons are away, and the function itself refuses."""
    monkeypatch.setattr(access, "is_local_visitor", lambda: False)
    page = opened(data="sources", council_part="next")
    assert not any("Записать" in button.label or "Изменить" in button.label for button in page.button)
    one = decision("1.1")
    with pytest.raises(access.NotAnEditor):
        council_forms.save_decision(one)
    with pytest.raises(access.NotAnEditor):
        council_forms.save_meeting(open_store().meeting(one.meeting_id))
    with pytest.raises(access.NotAnEditor):
        data_backup.make_backup()
    with pytest.raises(access.NotAnEditor):
        data_backup.bring_back(b"")
    assert decision("1.1").version == 1


def test_damaged_store_is_told_and_the_rest_works(own_store: Path, open_page) -> None:
    own_store.write_bytes(b"not a database, " * 300)
    page = opened(data="sources")
    assert len(page.error) == 1 and "повреждён" in page.error[0].value
    assert not open_page("overview", data="sources").error


# --- editors ----------------------------------------------------------------------------------------------


def editing(number: str) -> AppTest:
    """The page with the form of one decision open."""
    opened(data="sources")
    page = opened(data="sources", decision=str(decision(number).id))
    return pressed(page, "Изменить")


def field(page: AppTest, name: str):
    boxes = [*page.text_input, *page.text_area, *page.selectbox]
    return next(box for box in boxes if (box.key or "").endswith(f"-{name}") and "council-form" in (box.key or ""))


def test_editor_changes_a_decision(editor: None) -> None:
    page = editing("2.2.4")
    field(page, "responsible").input("методист")
    field(page, "due").input("апрель 2020")
    field(page, "state").select("done")
    page = pressed(page, "Сохранить")
    assert "Сохранено." in said(page)
    now = decision("2.2.4")
    assert (now.responsible, now.due, now.state, now.version) == ("методист", "2020-04", "done", 2)
    assert now.wording == "март.. 2020г"  # the protocol's words stay


def test_a_name_is_asked_to_become_a_role(editor: None) -> None:
    page = editing("2.2.4")
    field(page, "responsible").input("Петрова А.Б.")
    page = pressed(page, "Сохранить")
    assert "напишите роль" in page.error[0].value
    assert field(page, "responsible").value == "Петрова А.Б."  # what was typed is still there to be mended
    assert decision("2.2.4").responsible is None


def test_a_date_that_cannot_be_read_is_asked_again(editor: None) -> None:
    page = editing("2.2.4")
    field(page, "due").input("весной")
    page = pressed(page, "Сохранить")
    assert "весной" in page.error[0].value
    assert decision("2.2.4").due == "2020-03"


def test_two_editors_merge(editor: None) -> None:
    """Both open version 1; the second to save sees both texts and keeps both."""
    first, second = editing("2.2.1"), editing("2.2.1")
    field(first, "text").input("Текст первого")
    pressed(first, "Сохранить")
    field(second, "text").input("Текст второго")
    field(second, "responsible").input("методист")
    second = pressed(second, "Сохранить")
    text = said(second)
    assert "Текст первого" in text and "Текст второго" in text and "не потерян" in text
    assert decision("2.2.1").text == "Текст первого"
    second = pressed(second, "Сохранить вместе")
    assert "Сохранено." in said(second)
    now = decision("2.2.1")
    assert now.text == "Текст первого\nТекст второго"
    assert now.responsible == "методист" and now.version == 3


def test_new_decision_and_new_meeting(editor: None) -> None:
    page = pressed(opened(data="sources"), "Записать новое решение заседания 16.12.2019")
    next(box for box in page.text_input if box.key and box.key.endswith("-number")).input("3.4")
    field(page, "text").input("Подготовить отчёт")
    page = pressed(page, "Сохранить")
    assert decision("3.4").text == "Подготовить отчёт" and decision("3.4").origin is None

    page = pressed(opened(data="sources", council_part="next"), "Записать новое заседание")
    theme = next(box for box in page.text_area if box.key and box.key.endswith("-theme"))
    theme.input("Что сделано за год")
    page = pressed(page, "Сохранить")
    newest = open_store().meetings("sources", "RU-KYA-lesosibirsk")[0]
    assert newest.theme == "Что сделано за год" and newest.chair == "начальник управления образования"
    assert "О выполнении решений заседания 16.12.2019." in newest.agenda[0].title  # it opens with the report
    assert newest.id > 1 and str(newest.id) in page.query_params["meeting"]


def test_meeting_form_keeps_what_it_does_not_show(editor: None) -> None:
    """Saving the passport unchanged but for the number loses no place in the document, note or preschool mark."""
    page = opened(data="sources", council_part="protocol")
    before = open_store().meetings("sources", "RU-KYA-lesosibirsk")[0]
    page = pressed(page, "Изменить протокол")
    next(box for box in page.text_input if box.key and box.key.endswith("-number")).input("7")
    pressed(page, "Сохранить")
    after = open_store().meetings("sources", "RU-KYA-lesosibirsk")[0]
    assert after.number == "7"
    for children in ("attendance", "agenda", "speeches", "members"):
        assert getattr(after, children) == getattr(before, children), children


# --- documents --------------------------------------------------------------------------------------------


def room(collection: str) -> council.Room:
    """What the page would be about, without drawing it."""
    from datetime import date
    from types import SimpleNamespace

    from pipelines.decision_effects import effects
    from pipelines.store import ensure_seeded

    snapshot = Warehouse().open()
    store = open_store()
    ensure_seeded(store, snapshot)
    found = next(one for one in store.councils() if one.collection == collection)
    meetings = store.meetings(collection, found.territory)
    decisions = store.decisions([one.id for one in meetings])
    view = SimpleNamespace(snapshot=snapshot, catalogue=snapshot.catalogue, place=None)
    known = effects(snapshot, decisions, collection, found.territory, {m.id: m.day.year for m in meetings})
    return council.Room(view, store, collection, found.territory, found.body, meetings, None, decisions, known, {},
                        date(2024, 6, 1))  # type: ignore[arg-type]  # fmt: skip


def words(file: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(file))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in document.paragraphs] + tables


def test_protocol_has_the_form_of_the_source() -> None:
    """The order of source 004: body, heading, day and number, chair, presence, agenda, items, signatures by roles."""
    from pages.council_files import protocol_file

    own = room("sources")
    lines = words(protocol_file(own, own.meetings[0]))
    order = [
        "Управление образования администрации города Лесосибирска",
        "ПРОТОКОЛ",
        "16 декабря 2019 г.\t№ ____",
        "г. Лесосибирск",
        "Председатель: начальник управления образования",
        "Секретарь: специалист отдела образования",
        "Присутствовали: 75 чел.",
        "Управление образования: 5 чел.",
        "Отсутствовали: 0 чел.",
        "ПОВЕСТКА:",
        "1. СЛУШАЛИ:",
        "ВЫСТУПИЛИ:",
        "РЕШЕНИЕ:",
        "2.3. СЛУШАЛИ: Присутствовало 22 чел. из 17 организаций",
        "Председатель: начальник управления образования\t_______________________",
    ]
    places = []
    for line in order:
        places.append(lines.index(line, places[-1] + 1 if places else 0))
    text = "\n".join(lines)
    assert "4. Организовать презентацию систем методической работы ОУ" in text
    assert "в рамках Педагогических чтений (март.. 2020г)." in text
    assert "8) директор, МБОУ «ООШ №5»;" in text
    assert "принять к сведению информацию." in lines  # one decision alone bears no number, as in the source
    assert "коуч-сессии с января 2020 г.)." in text  # the bracket that the decision opens is closed behind the date
    speaker = lines.index("старший методист МБУ «МИМЦ»:")  # one speaker is named once, what was said stands below
    assert [line[:2] for line in lines[speaker + 1 : speaker + 5]] == ["– "] * 4
    from pipelines.store import personal_names

    assert personal_names(text) == []


def test_protocol_is_a_paper_for_a4_whose_table_fits_between_the_margins() -> None:
    from pages.council_files import protocol_file

    own = room("demo")
    document = docx.Document(io.BytesIO(protocol_file(own, own.meetings[0])))
    section = document.sections[0]
    sizes = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(size.cm, 1) for size in sizes] == [21.0, 29.7, 3.0, 1.5]
    assert (document.styles["Normal"].font.name, document.styles["Normal"].font.size.pt) == ("Times New Roman", 12)
    widths = [cell.width.cm for cell in document.tables[0].rows[1].cells]
    assert sum(widths) == pytest.approx(21 - 3 - 1.5, abs=0.05)
    assert document.core_properties.title == "Протокол заседания 20.03.2024"
    assert "PAGE" in section.header._element.xml and section.different_first_page_header_footer


def test_next_protocol_opens_with_what_became_of_the_last() -> None:
    from pages.council_files import protocol_file

    own = room("demo")
    lines = words(protocol_file(own, own.meetings[0]))
    assert lines[0] == "ДЕМОНСТРАЦИОННЫЕ ДАННЫЕ"
    text = "\n".join(lines)
    assert text.index("О ВЫПОЛНЕНИИ РАНЕЕ ПРИНЯТЫХ РЕШЕНИЙ") < text.index("ПОВЕСТКА:")
    assert "По сведениям на 1 июня 2024 г." in lines  # what is known now, not what was known at the meeting
    assert "не выполнено, срок прошёл 01.09.2023" in text and "изменение в пределах случайного" in text
    first = "\n".join(words(protocol_file(own, own.meetings[1])))
    assert "РАНЕЕ ПРИНЯТЫХ" not in first  # nothing was decided before the first meeting


def test_extract_for_each_responsible_role() -> None:
    from pipelines import protocol

    own = room("demo")
    meeting = own.meetings[1]
    decisions = [one for one in own.decisions if one.meeting_id == meeting.id]
    roles = protocol.roles(decisions)
    assert len(roles) == 5 and None not in roles
    text = "\n".join(words(protocol.extract(meeting, decisions, "директора школ")))
    assert "Ответственный: директора школ" in text and "3.1. Ввести занятия" in text
    assert "наставника" not in text  # another's decision
    sources = room("sources")
    assert protocol.roles(sources.decisions) == [None]


# --- backup on the page of data ---------------------------------------------------------------------------


def test_backup_button_and_back(
    editor: None, demo_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(data="sources")
    page = AppTest.from_string("from pages import router\nrouter.show('data')", default_timeout=60)
    page.query_params["section"] = "backup"
    page.run()
    assert any(button.label == "Подготовить копию" for button in page.button)
    contents = data_backup.make_backup()
    one = decision("1.1")
    council_forms.save_decision(Decision(**{**one.__dict__, "state": "done"}))
    monkeypatch.setenv("PIPELINES_WAREHOUSE", str(tmp_path / "other"))
    told = data_backup.bring_back(contents)
    assert told.decisions == 21
    assert decision("1.1").state == "unknown"
    assert Warehouse(tmp_path / "other").current() == Warehouse(demo_warehouse).current()


def test_a_decision_written_by_mistake_is_removed_after_a_question_and_stays_in_the_history(open_page, monkeypatch):
    monkeypatch.setattr(access, "is_editor", lambda: True)
    open_page("council", data="demo")
    store = open_store()
    meeting = store.meetings("demo", "demo")[0]

    class Hand:
        name = "секретарь"

    mistake = store.add_decision(Decision(meeting.id, "9.9", "Записано по ошибке", state="planned"), Hand())
    page = open_page("council", data="demo", decision=str(mistake.id))
    page.button(key=f"council-remove-{mistake.id}").click().run()
    assert not page.exception and not page.error
    assert mistake.id not in {one.id for one in store.decisions([meeting.id])}
    assert any("Удалено" in one.value for one in page.success)
    assert "История удалённого: 1" in [one.label for one in page.expander]


def test_a_decision_of_the_protocol_offers_no_removal(open_page, monkeypatch):
    monkeypatch.setattr(access, "is_editor", lambda: True)
    page = open_page("council", data="sources", decision="1")
    assert not page.exception
    assert not any(str(button.key).startswith("council-remove") for button in page.button)


def test_the_third_group_is_found_by_the_type_of_its_organisations(open_page):
    """Group 3 of the protocol is 22 people of 17 ДОУ; its decisions are those of item 2.3."""
    page = open_page("council", data="sources", type="preschool")
    assert not page.exception and not page.warning
    said = "".join(str(block.proto.body) for block in page.get("html"))
    assert "2.3.1" in said and "2.1.1" not in said
