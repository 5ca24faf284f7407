"""Each form of the programmes: its template loads when it is filled, its checks name the cell, its rows come back."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from pipelines.loading import withdraw
from pipelines.loads import Loads
from pipelines.personal_names import personal_names
from pipelines.programmes import own, own_risks
from pipelines.readers.form_kinds import FORMS
from pipelines.readers.programme_forms import moment_of, months_of

PROJECT = {"Код_проекта": "mentors", "Проект": "Наставник рядом"}


def filled(template, kind, *rows, more=()):
    """The template with these rows written into its first open ones, ``more`` into those of its second sheet."""
    book = template(kind, "--year", "2024")
    for number, row in enumerate(rows):
        book.put(book.first + number, **row)
    if more:
        second = book.turned(1)
        for number, row in enumerate(more):
            second.put(book.first + number, **row)
    return book.save()


def told(answer):
    found = [one for file in answer["files"] for one in file["findings"]]
    return {(one["rule"], one["cell"]) for one in found if one["grade"] != "note"}


@pytest.fixture
def template(template):
    from pipelines.templates.workbook import FIRST_ROW

    def make(kind, *options):
        book = template(kind, *options)
        book.first = FIRST_ROW + 1
        return book

    return make


# --- what was filled in comes back ---------------------------------------------------------------------------


def test_a_project_comes_back_whole(register, template, loads_without_a_question):
    loads_without_a_question(filled(
        template, "projects",
        PROJECT | {"Раздел": "Цель", "Текст": "Наставник у каждого молодого", "Механизм": "Методическая работа"},
        PROJECT | {"Раздел": "Руководитель", "Текст": "методист"},
        PROJECT | {"Раздел": "Этап", "Текст": "Запуск", "Сроки": "09.2023–05.2024"},
        PROJECT | {"Раздел": "Мероприятие", "Текст": "Круглый стол", "Сроки": "март 2024", "Этап": "Запуск",
                   "Состояние": "не выполнено", "На_дату": "15.04.2024", "Ответственный": "методист"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (project,) = own.projects(snapshot)
    assert (project.code, project.short, project.goal) == (
        "mentors", "Наставник рядом", "Наставник у каждого молодого",
    )  # fmt: skip
    assert project.leaders == ("методист",) and project.link.mechanism == "methodology"
    assert not project.link.assumption, "the sender said it, not we"
    (activity,) = project.activities
    assert activity.stage == project.stages[0].name == "Запуск"
    assert project.state(activity, date(2024, 4, 20)) == "late"
    assert project.state(activity, date(2024, 4, 10)) == "unknown", "nothing was on record then"
    assert activity.cells.startswith("Проекты!") and "8" in activity.cells


def test_a_project_says_what_it_should_move_and_where(register, template, loads_without_a_question):
    loads_without_a_question(filled(
        template, "projects",
        PROJECT | {"Раздел": "Цель", "Текст": "Цель", "Территория": "Енисейск", "Тип_организаций": "школы"},
        PROJECT | {"Раздел": "Показатель", "Показатель": "Молодые педагоги с наставником"},
        PROJECT | {"Раздел": "Показатель", "Показатель": "assessment_vpr_pass", "Тип_организаций": "детские сады"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (project,) = own.projects(snapshot)
    assert project.link.indicators == ("methodology_young_mentored", "assessment_vpr_pass")
    assert project.link.mechanism == "methodology", "that of the first indicator, where the sender names none"
    assert project.about == ("school", "preschool") and project.territory
    (origin,) = project.origins
    assert (origin.file, origin.sheet) == ("projects.xlsx", "Проекты") and origin.cells.startswith("A5:")


def test_the_indicators_of_a_project_are_offered_by_their_names(template):
    book = template("projects")
    letter = book.sheet.cell(1, book.columns["Показатель"]).column_letter
    (rule,) = [
        one
        for one in book.sheet.data_validations.dataValidation
        if f"{letter}{book.first}" in str(one.sqref).split(":")
    ]
    sheet, cells = rule.formula1.lstrip("=").split("!")
    names = [row[0].value for row in book.book[sheet][cells.replace("$", "")]]
    assert "Молодые педагоги с наставником" in names and len(names) > 50


RISK = {"Год": 2024, "Код_или_логин": "edu240001"}


def test_a_workbook_of_lists_carries_profiles_with_the_words_of_their_edition(
    register, template, loads_without_a_question
):
    factors = [f"Фактор {n} этой редакции" for n in range(1, 12)]
    loads_without_a_question(filled(
        template, "support",
        {"Год": 2024, "Код_или_логин": "edu240001", "Список": "ШНОР", "Источник": "приказ № 5", "Ступень_отбора": 3},
        more=[
            RISK | {"Фактор_риска": "Нехватка учителей", "Уровень": "высокий", "Выбран_школой": "да",
                    "Программа_есть": "да", "Другие_названия": "Дефицит педагогических кадров"},
            *(RISK | {"Фактор_риска": name, "Уровень": "низкий", "Выбран_школой": "нет"} for name in factors),
        ],
    ))  # fmt: skip
    with register.open() as snapshot:
        found = own_risks.profiles(snapshot)
        (listed,) = own.low_lists(snapshot)
        counts = own_risks.prevalence(snapshot, (2024,), ("edu240001",))
    (profile,) = found.profiles
    assert len(profile.risks) == 12 and profile.edition == "2024" and listed.step == 3
    first = profile.risks[0]
    # The catalogue knows «Дефицит педагогических кадров»: the school's own words join that factor by the form's word.
    assert first.code.startswith("support_risk_") and found.names(2024)[first.code] == "Нехватка учителей"
    assert (first.level, first.chosen, first.programme) == ("высокий", True, True)
    top = counts.iloc[0]
    assert (top["label"], top["numerator"], top["denominator"], top["высокий"]) == ("Нехватка учителей", 1, 1, 1)


def test_profiles_alone_load_without_lists(register, template, loads_without_a_question):
    row = RISK | {"Фактор_риска": "Климат", "Выбран_школой": "да"}
    answer = loads_without_a_question(filled(template, "support", more=[row]))
    assert answer["files"][0]["findings"] == [], "the empty sheet beside it is no matter"
    with register.open() as snapshot:
        (profile,) = own_risks.profiles(snapshot).profiles
    (risk,) = profile.risks
    assert (risk.level, risk.chosen) == (None, True), "what is not told is not «нет»"


@pytest.mark.parametrize(
    ("rows", "rule", "stops"),
    [
        ([{"Фактор_риска": f"Фактор {n}", "Уровень": "низкий"} for n in range(13)], "too_many_factors", True),
        ([{"Фактор_риска": "Климат"}], "form_value_missing", True),
        ([{"Фактор_риска": "Климат", "Уровень": "ужасный"}], "not_in_list", True),
        ([{"Фактор_риска": "Климат", "Уровень": "низкий"}] * 2, "form_row_repeated", True),
        ([{"Фактор_риска": "Климат", "Выбран_школой": "нет", "Программа_есть": "да"}], "programme_unchosen", False),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_profile_is_named_at_its_cell(register, template, load, rows, rule, stops):
    status, answer = load(filled(template, "support", more=[RISK | row for row in rows]))
    assert rule in {name for name, _cell in told(answer)} and (status != 0) == stops


def test_editions_are_told_apart_and_the_same_factor_is_one_by_its_aliases(
    register, template, loads_without_a_question
):
    for year, words, others in ((2023, "Школьный климат", ""), (2024, "Благополучие", "школьный климат; Атмосфера")):
        row = RISK | {"Год": year, "Фактор_риска": words, "Другие_названия": others, "Уровень": "средний"}
        loads_without_a_question(filled(template, "support", more=[row]))
    with register.open() as snapshot:
        found = own_risks.profiles(snapshot)
    (factor,) = found.factors.values()
    assert factor.editions == (("2023", "Школьный климат"), ("2024", "Благополучие")) and "Атмосфера" in factor.aliases
    assert found.names(2023)[factor.code] == "Школьный климат"


def test_the_worktable_knows_the_stage_and_whom_to_wait_for(register, template, loads_without_a_question):
    school = {"Год": 2024, "Код_или_логин": "edu240001", "Куратор": "методист", "Этап": "Реализация мер"}
    loads_without_a_question(filled(
        template, "worktable",
        school | {"Документ": "Самообследование", "Состояние_документа": "принято"},
        school | {"Документ": "Концепция", "Состояние_документа": "возвращено"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (one,) = own.worktable(snapshot)
    assert one.stage == 5 and one.waits == "school" and one.next[0] == "correct" and one.next[1].kind == "concept"
    quality, accepted, in_time, _measures, curators, *_rest = own.monitored([one])
    assert (quality.part, quality.whole) == (0, 1) and (accepted.part, accepted.whole) == (1, 2)
    assert (curators.part, curators.whole) == (1, 1) and in_time.whole == 0


def test_mentors_belong_to_the_organisation_of_the_register_by_name_or_login(
    register, template, loads_without_a_question
):
    offer = {"Роль": "наставник", "Компетенция": "подготовка к ГИА", "Мест": 4, "Занято": 0}
    loads_without_a_question(filled(
        template, "mentors",
        offer | {"Код_или_логин": "edu240001"},
        offer | {"Организация": name_of(register, "edu240002"), "Роль": "тьютор", "Занято": 4},
    ))  # fmt: skip
    with register.open() as snapshot:
        frame = own.offers(snapshot)
    rows = {(r["territory"], r["role"]): (r["places"], r["taken"]) for r in frame.to_dict("records")}
    assert rows == {("edu240001", "adviser"): (4, 0), ("edu240002", "tutor"): (4, 4)}


@pytest.mark.parametrize("kind", ["decisions", "mentors"])
def test_a_form_saved_as_text_is_the_same_form(register, load, tmp_path, kind):
    """A text file has no sheets: the organisations of its rows are found all the same."""
    rows = {
        "decisions": ["Дата заседания;Территория;Орган;Тема;Пункт;Номер решения;Текст решения",
                      "14.02.2024;Енисейск;Совет;Итоги;1;1.1;Назначить наставников."],
        "mentors": ["Код или логин;Организация;Роль;Компетенция;Мест;Занято", "edu240001;;ментор;чтение;3;1"],
    }  # fmt: skip
    path = tmp_path / f"{kind}.csv"
    path.write_text("\n".join(rows[kind]), encoding="utf-8-sig")
    status, answer = load(path)
    assert (status, answer["files"][0]["format"]) == (0, f"form_{kind}")
    with register.open() as snapshot:
        (lines,) = own.lines(snapshot, kind)
        assert [bool(line["Код территории"]) for line in lines] == [True]


def test_numbers_that_stand_as_text_are_numbers(register, template, loads_without_a_question):
    """Typed with an apostrophe or pasted as text: «4» is four places, not none."""
    offer = {"Роль": "наставник", "Компетенция": "подготовка к ГИА", "Мест": "4", "Занято": "1"}
    loads_without_a_question(filled(template, "mentors", offer | {"Код_или_логин": "edu240001"}))
    with register.open() as snapshot:
        frame = own.offers(snapshot)
    assert frame[["places", "taken"]].to_numpy().tolist() == [[4, 1]]


def test_a_community_gathers_its_members_and_its_forms_of_work(register, template, loads_without_a_question):
    group, name = {"Год": 2023, "Группа": "Функциональная грамотность"}, name_of(register, "edu240002")
    loads_without_a_question(filled(
        template, "communities",
        group | {"Код_или_логин": "edu240001", "Период": "2023-2024 учебный год", "Тема": "Чтение",
                 "Форма_работы": "взаимопосещение уроков"},
        group | {"Организация": name, "Форма_работы": "выездная встреча"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (found,) = own.groups(snapshot)
    assert (found.year, found.theme, found.wording) == (2023, "Чтение", "2023-2024 учебный год")
    assert [member.code for member in found.members] == ["edu240001", "edu240002"]
    assert (found.members[1].name, found.members[1].official, found.members[1].type) == (name, name, "school")
    assert found.forms == ("взаимопосещение уроков", "выездная встреча")


def test_an_official_list_keeps_its_source(register, template, loads_without_a_question):
    loads_without_a_question(filled(
        template, "support",
        {"Год": 2024, "Код_или_логин": "edu240001", "Список": "ШНОР и ШНСУ", "Источник": "приказ от 01.09.2024 № 5"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (one,) = own.low_lists(snapshot)
    assert (one.year, one.code, one.kind, one.source) == (2024, "edu240001", "both", "приказ от 01.09.2024 № 5")


def test_the_worktable_keeps_roles_papers_and_what_is_next(register, template, loads_without_a_question):
    school = {"Год": 2024, "Код_или_логин": "edu240001"}
    loads_without_a_question(filled(
        template, "worktable",
        school | {"Куратор": "методист", "Документ": "Концепция", "Состояние_документа": "принято",
                  "Дата": "15.03.2024"},
        school | {"Документ": "Программа против риска", "Риск": "дефицит кадров", "Состояние_документа": "возвращено",
                  "Что_дальше": "исправить"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (one,) = own.worktable(snapshot)
    assert (one.curator, one.coordinator, one.mentor) == ("методист", "", "")
    assert [(p.kind, p.state, p.risk, p.day, p.following) for p in one.papers] == [
        ("concept", "accepted", "", "2024-03-15", ""), ("measures", "returned", "дефицит кадров", None, "исправить"),
    ]  # fmt: skip


def test_pairs_that_people_chose_keep_both_schools_and_the_reason(register, template, loads_without_a_question):
    loads_without_a_question(filled(
        template, "pairs",
        {"Год": 2024, "Код_или_логин": "edu240001", "Школа-лидер": name_of(register, "edu240003"),
         "Причина": "общий микрорайон"},
    ))  # fmt: skip
    with register.open() as snapshot:
        (one,) = own.pairs(snapshot)
    assert (one.year, one.low, one.leader, one.reason) == (2024, "edu240001", "edu240003", "общий микрорайон")
    # From the year in A to the reason in F: the codes that the register added stand in no cell of the file.
    assert one.origin.cells == "A5:F5"


def test_a_school_in_two_pairs_of_a_form_is_an_error(register, template, load):
    pair = {"Год": 2024, "Причина": "рядом"}
    _status, answer = load(filled(
        template, "pairs", pair | {"Код_или_логин": "edu240001", "Код_или_логин_лидера": "edu240002"},
        pair | {"Код_или_логин": "edu240003", "Код_или_логин_лидера": "edu240001"},
    ), "--dry-run")  # fmt: skip
    assert "form_row_repeated" in {rule for rule, _cell in told(answer)}


def test_a_later_load_of_a_project_stands_for_the_earlier(register, template, loads_without_a_question):
    for goal in ("первая", "вторая"):
        loads_without_a_question(filled(template, "projects", PROJECT | {"Раздел": "Цель", "Текст": goal}))
    with register.open() as snapshot:
        assert [one.goal for one in own.projects(snapshot)] == ["вторая"]


def test_decisions_are_taken_over_once_and_then_live_in_the_store(
    register, template, loads_without_a_question, tmp_path
):
    from sqlalchemy import URL

    from pipelines.store import ensure_seeded, open_store
    from pipelines.store.engine import forget

    meeting = {"Дата_заседания": "16.12.2023", "Территория": "Енисейск", "Орган": "Совет", "Тема": "Итоги"}
    meeting |= {"Пункт": "2"}
    loads_without_a_question(filled(
        template, "decisions",
        meeting | {"Номер_решения": "2.1", "Текст_решения": "Назначить наставников.", "Механизм": "methodology",
                   "Срок": "03.2024", "Состояние": "в работе", "На_дату": "01.02.2024", "Группа": "Группа 1",
              "Показатель": "Молодые педагоги с наставником", "Год_до": 2022, "Год_после": "2024",
              "Ожидаемое_значение": "70,5", "Повторяет": "1.1 от 14.12.2022"},
        meeting | {"Номер_решения": "2.2", "Текст_решения": "Проводить семинары.", "Повторяется": "ежегодно, май"},
    ))  # fmt: skip
    store = open_store(URL.create("sqlite", database=str(tmp_path / "store.sqlite")))
    with register.open() as snapshot:
        ensure_seeded(store, snapshot)
        ensure_seeded(store, snapshot)
    (council,) = [one for one in store.councils() if one.collection == "own"]
    (held,) = store.meetings("own", council.territory)
    found = store.decisions([held.id])
    forget()
    assert (held.held, held.body) == ("2023-12-16", "Совет")
    assert [(d.number, d.mechanism, d.due, d.months, d.state) for d in found] == [
        ("2.1", "methodology", "2024-03", (), "under_way"), ("2.2", None, None, (5,), "unknown"),
    ]  # fmt: skip
    expected = [(d.session, d.indicator, d.before_year, d.after_year, d.expected, d.repeats) for d in found]
    assert expected == [
        ("Группа 1", "methodology_young_mentored", 2022, 2024, 70.5, "1.1 от 14.12.2022"), (None,) * 6,
    ]  # fmt: skip


# --- what was withdrawn is gone ---------------------------------------------------------------------------------

SCHOOL = {"Код_или_логин": "edu240001"}
ONE_ROW = {
    "projects": (PROJECT | {"Раздел": "Цель", "Текст": "Цель"}, own.projects),
    "communities": (SCHOOL | {"Год": 2024, "Группа": "Чтение"}, own.groups),
    "mentors": (SCHOOL | {"Роль": "коуч", "Компетенция": "чтение", "Мест": 2, "Занято": 0}, own.offers),
    "support": (SCHOOL | {"Год": 2024, "Список": "ШНОР", "Источник": "приказ № 5"}, own.low_lists),
    "worktable": (SCHOOL | {"Год": 2024, "Документ": "Концепция", "Состояние_документа": "принято"}, own.worktable),
    "pairs": (SCHOOL | {"Год": 2024, "Код_или_логин_лидера": "edu240003", "Причина": "рядом"}, own.pairs),
}


@pytest.mark.parametrize("kind", ONE_ROW)
def test_a_withdrawn_form_leaves_nothing_behind(register, template, loads_without_a_question, kind):
    row, question = ONE_ROW[kind]
    loads_without_a_question(filled(template, kind, row))
    with register.open() as snapshot:
        assert len(question(snapshot)) == 1
    withdraw(register, Loads(register).entries()[-1].id)
    with register.open() as snapshot:
        assert len(question(snapshot)) == 0 and not own.has(snapshot, kind)


# --- what is wrong is said at its cell -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "row", "rule", "stops"),
    [
        ("projects", PROJECT | {"Раздел": "Мероприятие", "Текст": "Т", "Сроки": "когда-нибудь"}, "unread_date", False),
        ("projects", PROJECT | {"Раздел": "Показатель", "Показатель": "Счастье детей"}, "form_indicator_unknown", True),
        ("projects", PROJECT | {"Раздел": "Показатель"}, "form_value_missing", True),
        ("projects", PROJECT | {"Раздел": "Мечта", "Текст": "Стол"}, "not_in_list", True),
        ("projects", PROJECT | {"Раздел": "Руководитель", "Текст": "Иванова М.П."}, "personal_name", True),
        ("projects", PROJECT | {"Раздел": "Мероприятие", "Текст": "Стол", "Этап": "Иной"}, "stage_unknown", False),
        ("mentors", {"Код_или_логин": "edu240001", "Роль": "коуч", "Компетенция": "чтение", "Мест": 2, "Занято": 3},
         "more_than_whole", True),
        ("mentors", {"Код_или_логин": "edu240001", "Роль": "коуч", "Компетенция": "чтение", "Мест": 2},
         "form_value_missing", True),
        ("mentors", {"Код_или_логин": "edu249999", "Роль": "коуч", "Компетенция": "чтение", "Мест": 2, "Занято": 1},
         "unknown_territory", True),
        ("support", {"Год": 2024, "Код_или_логин": "edu240001", "Список": "ШНОР"}, "form_value_missing", True),
        ("worktable", {"Год": 2024, "Код_или_логин": "edu240001", "Документ": "Программа против риска",
                       "Состояние_документа": "принято"}, "form_value_missing", True),
        ("communities", {"Год": 1024, "Группа": "Г", "Код_или_логин": "edu240001"}, "year_impossible", True),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_at_its_cell(register, template, load, kind, row, rule, stops):
    status, answer = load(filled(template, kind, row))
    found = told(answer)
    assert rule in {name for name, _cell in found}, found
    assert all(cell for name, cell in found if name == rule)
    assert (status != 0) == stops


def test_the_same_row_twice_and_two_words_about_one_thing_are_errors(register, template, load):
    one = PROJECT | {"Раздел": "Цель", "Текст": "одна"}
    _status, answer = load(filled(template, "projects", one, one, PROJECT | {
        "Проект": "Иное имя", "Раздел": "Цель", "Текст": "другая"}), "--dry-run")  # fmt: skip
    assert {"form_row_repeated", "form_said_otherwise"} <= {rule for rule, _cell in told(answer)}


def test_a_form_typed_by_hand_without_a_template_is_read_too(register, load, tmp_path):
    book = Workbook()
    book.active.append(["Организация", "Роль", "Компетенция", "Мест", "Занято"])
    book.active.append([name_of(register, "edu240001"), "ментор", "управление школой", 3, 1])
    book.save(tmp_path / "мои наставники.xlsx")
    status, answer = load(tmp_path / "мои наставники.xlsx")
    assert (status, answer["files"][0]["format"]) == (0, "form_mentors")


# --- words -------------------------------------------------------------------------------------------------


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_is_read_as_itself(day):
    assert moment_of(f"{day:%d.%m.%Y}") == day.isoformat()


@pytest.mark.parametrize(("words", "months"), [("ежегодно, май", (5,)), ("в марте и августе", (3, 8)), ("скоро", ())])
def test_months_are_read_by_their_names(words, months):
    assert months_of(words) == months


def test_no_hint_or_choice_of_a_form_looks_like_a_name_or_a_header():
    for form in FORMS.values():
        assert set(form.signature) | set(form.unique) <= {one.header for one in form.fields}
        assert not any(personal_names(one.hint) for one in form.fields)


def name_of(warehouse, code):
    from pipelines import queries

    with warehouse.open() as snapshot:
        register = queries.territories(snapshot, "own")
    return register.loc[register["code"] == code, "name"].iloc[0]
