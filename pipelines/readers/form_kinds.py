"""The forms of the programmes: which columns each has, what may stand in them, and what makes a row one row.

One declaration for both sides: :mod:`pipelines.templates.programmes` writes the workbook from it, and
:mod:`pipelines.readers.programme_forms` reads, checks and stages what was filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "choice", "mechanism", "indicator", "whole", "number", "year", "moment", "wording", "months"]

ORGANISATION, ORGANISATION_CODE, TERRITORY = "Организация", "Код или логин", "Территория"
LEADER, LEADER_CODE = "Школа-лидер", "Код или логин лидера"
STATES: Mapping[str, str] = {
    "запланировано": "planned", "в работе": "under_way", "выполнено": "done", "не выполнено": "not_done",
}  # fmt: skip
"""What can be known of a step or a decision; an empty cell is «сведений об исполнении нет»."""

SECTIONS = (
    "Уникальная идея", "Цель", "Задача", "Участники", "Руководитель", "Норма", "Направление НП", "Инструмент",
    "Финансирование", "Ожидаемый результат", "Достигнутый результат", "Этап", "Мероприятие", "Показатель",
)  # fmt: skip
ROLES: Mapping[str, str] = {
    "ментор": "mentor", "наставник": "adviser", "куратор": "curator", "тьютор": "tutor", "коуч": "coach",
}  # fmt: skip
PAPERS: Mapping[str, str] = {
    "рисковый профиль": "profile", "самообследование": "examination", "концепция": "concept",
    "среднесрочная программа": "programme", "программа против риска": "measures", "мониторинг": "monitoring",
}  # fmt: skip
PAPER_STATES: Mapping[str, str] = {
    "не загружено": "none", "на проверке": "sent", "возвращено": "returned", "принято": "accepted",
}  # fmt: skip
LISTS: Mapping[str, str] = {"ШНОР": "low", "ШНСУ": "hard", "ШНОР и ШНСУ": "both"}
TYPES: Mapping[str, str] = {
    "школы": "school", "детские сады": "preschool", "дополнительное образование": "additional",
    "методические центры": "methodical", "ЦНППМ": "cnppm",
}  # fmt: skip
"""Whose organisations a project is about."""
CLUSTERS = ("Сильно неуспевающие", "Умеренно неуспевающие", "Базово неуспевающие")
DEFICITS = ("кадровые дефициты", "инфраструктурные дефициты")
STAGES = (
    "Выбор школ", "Назначение кураторов", "Диагностика рисков", "Программы и дорожные карты", "Реализация мер",
    "Мониторинг и оценка",
)  # fmt: skip
"""The six stages of support, in their order."""
LEVELS = ("высокий", "средний", "низкий")
YES_NO: Mapping[str, bool] = {"да": True, "нет": False}
MOST_FACTORS = 12
"""So many factors of risk an edition of their list holds at most (domain: later profiles carry up to twelve)."""


@dataclass(frozen=True)
class Field:
    """A column. ``needed`` ones must be filled; ``most_in`` names the column that bounds a number from above."""

    header: str
    hint: str
    kind: Kind = "text"
    width: int = 16
    needed: bool = False
    choices: tuple[str, ...] = ()
    most_in: str | None = None


@dataclass(frozen=True)
class Form:
    """``unique`` columns together make a row: the same ones twice are an error. ``signature`` columns tell the form.

    ``within`` is the form in whose workbook this one is a sheet more: it has no template of its own. ``rows`` is how
    many open ones a template offers: nothing can be written below them.
    """

    code: str
    name: str
    sheet: str
    title: str
    note: str
    fields: tuple[Field, ...]
    signature: tuple[str, ...]
    unique: tuple[str, ...]
    instructions: tuple[str, ...] = ()
    within: str | None = None
    rows: int = 300

    def field(self, header: str) -> Field:
        """The column of this header."""
        return next(one for one in self.fields if one.header == header)


_CODE = Field(ORGANISATION_CODE, "Ключ организации из реестра. Если пуст, её узнают по названию.", width=16)
_ORGANISATION = Field(ORGANISATION, "Название из реестра: выберите из списка.", width=40, needed=True)
_NOTE = Field("Примечание", "Что важно знать о строке.", width=30)
_ROLES_ONLY = "Людей называют ролью («директор школы», «методист»): строку с именем программа не примет."

FORMS: Mapping[str, Form] = {
    form.code: form
    for form in (
        Form(
            "projects", "проекты", "Проекты", "Проекты: паспорт, этапы и мероприятия",
            "Одна строка — одно сведение о проекте: цель, задача, этап, мероприятие. Код проекта повторяют в каждой.",
            (
                Field("Код проекта", "Короткое слово латиницей, одно на проект: mentors.", width=14, needed=True),
                Field("Проект", "Название проекта, одинаковое во всех его строках.", width=30, needed=True),
                Field("Раздел", "Что это за сведение: выберите из списка.", "choice", 20, True, SECTIONS),
                Field("Текст", "Само сведение; у этапа и мероприятия — его название.", width=50, needed=True),
                Field("Сроки", "У этапа и мероприятия: «09.2023–05.2024», «ежегодно, октябрь», «до 31.10.2025».",
                      "wording", 22),
                Field("Этап", "У мероприятия: название этапа этого проекта.", width=24),
                Field("Ответственный", "Роль, а не имя: «методист».", width=22),
                Field("Результат", "Что даст мероприятие.", width=30),
                Field("Состояние", "Пусто — сведений нет.", "choice", 14, choices=tuple(STATES)),
                Field("На дату", "Когда записано состояние: 15.03.2024.", "moment", 12),
                Field("Механизм", "Какому механизму служит проект (ваше отнесение); хватит одной строки.",
                      "mechanism", 26),
                Field("Показатель", "Что проект должен сдвинуть (ваше отнесение): из списка или код; по одному в "
                      "строке.", "indicator", 36),
                Field(TERRITORY, "Где идёт проект: регион, муниципалитет или организация; хватит одной строки.",
                      width=28),
                Field("Тип организаций", "Для кого проект: по одному типу в строке; пусто — для всех.", "choice", 20,
                      choices=tuple(TYPES)),
                _NOTE,
            ),
            signature=("Код проекта", "Раздел", "Текст"),
            unique=("Код проекта", "Раздел", "Текст", "Сроки", "Показатель"),
            instructions=(
                "У каждого проекта нужны хотя бы название и одна строка «Цель», «Этап» или «Мероприятие».",
                "Сроки пишут словами, как в документе; слова, которые программа не прочтёт, она назовёт при загрузке.",
                "Просроченным мероприятие станет только там, где записано «не выполнено» и срок прошёл.",
                "Показатели — те, что проект должен сдвинуть: на странице «Проекты» встанут их значения до и после "
                "него на его территории. Для каждого — своя строка с разделом «Показатель»; столбец «Текст» в ней "
                "можно не заполнять.",
                _ROLES_ONLY,
            ),
        ),
        Form(
            "communities", "сообщества и фокус-группы", "Сообщества", "Сообщества: кто и когда участвовал",
            "Одна строка — одно участие организации в группе этого года.",
            (
                Field("Год", "Год группы; учебный — по первому году.", "year", 9, True),
                Field("Группа", "Название группы, одинаковое во всех её строках.", width=30, needed=True),
                Field("Период", "«2023-2024 учебный год», «01.2024–05.2024».", "wording", 22),
                Field("Тема", "Тема группы; хватит одной строки.", width=30),
                Field("Цель", "Цель группы; хватит одной строки.", width=30),
                _CODE,
                _ORGANISATION,
                Field("Форма работы", "«взаимопосещение уроков»; хватит одной строки на форму.", width=26),
                _NOTE,
            ),
            signature=("Год", "Группа", "Форма работы"),
            unique=("Год", "Группа", ORGANISATION_CODE, ORGANISATION),
            instructions=("Тему, цель и период пишут один раз на группу; разные слова об одном — ошибка.", _ROLES_ONLY),
        ),
        Form(
            "mentors", "наставники: роли, компетенции, места", "Наставники", "Карта наставников",
            "Одна строка — одна компетенция, по которой организация предлагает места. Имён здесь нет.",
            (
                _CODE,
                _ORGANISATION,
                Field("Роль", "Выберите из списка: роли не смешивают.", "choice", 14, True, tuple(ROLES)),
                Field("Компетенция", "Чему помогают: «подготовка к ГИА».", width=34, needed=True),
                Field("Мест", "Сколько подопечных могут взять.", "whole", 9, True),
                Field("Занято", "Сколько мест уже занято; не больше мест.", "whole", 9, True, most_in="Мест"),
                _NOTE,
            ),
            signature=("Компетенция", "Мест", "Занято"),
            unique=(ORGANISATION_CODE, ORGANISATION, "Роль", "Компетенция"),
            instructions=("Ноль занятых мест пишут цифрой 0: пустая ячейка — «не сказано».", _ROLES_ONLY),
        ),
        Form(
            "pairs", "пары «Школа – Школе»", "Пары школ", "Пары «Школа – Школе», которые выбрали люди",
            "Одна строка — пара этого года и почему выбрали именно её. Остальные пары найдёт программа.",
            (
                Field("Год", "Год пары; учебный — по первому году.", "year", 9, True),
                _CODE,
                _ORGANISATION,
                Field(LEADER_CODE, "Ключ лидера из реестра. Если пуст, его узнают по названию.", width=16),
                Field(LEADER, "Название лидера из реестра: выберите из списка.", width=40, needed=True),
                Field("Причина", "Почему эти школы стоят в паре.", width=50, needed=True),
                _NOTE,
            ),
            signature=("Год", LEADER, "Причина"),
            unique=("Год", ORGANISATION_CODE, ORGANISATION),
            instructions=("Школа стоит в одной паре года: и слабая, и лидер.", _ROLES_ONLY),
        ),
        Form(
            "support", "официальные списки ШНОР и ШНСУ", "Списки ШНОР", "Официальные списки школ",
            "Одна строка — школа в официальном списке года и документ, которым список утверждён.",
            (
                Field("Год", "Год списка; учебный — по первому году.", "year", 9, True),
                _CODE,
                _ORGANISATION,
                Field("Список", "В каком списке школа: выберите.", "choice", 16, True, tuple(LISTS)),
                Field("Источник", "Документ, которым список утверждён: название, дата, номер.", width=46, needed=True),
                Field("Ступень отбора", "Если был отбор: 1, 2, 3 — до какой ступени школа дошла.", "whole", 12),
                Field("Кластер", "Если назван: выберите из списка.", "choice", 22, choices=CLUSTERS),
                Field("Дефициты", "Если названы: выберите из списка.", "choice", 24, choices=DEFICITS),
                _NOTE,
            ),
            signature=("Список", "Источник", "Ступень отбора"),
            unique=("Год", ORGANISATION_CODE, ORGANISATION),
            instructions=(
                "Список без источника не загружается: официальным его делает документ.",
                "Ступени отбора: 1 — начальный список, 2 — перечень ШНОР, 3 — проект «500+».",
            ),
            rows=1000,
        ),
        Form(
            "risks", "рисковые профили школ", "Рисковые профили", "Рисковые профили школ",
            "Одна строка — один фактор риска одной школы: уровень из анкет и то, выбрала ли школа работать с ним.",
            (
                Field("Год", "Год профиля.", "year", 9, True),
                _CODE,
                _ORGANISATION,
                Field("Редакция перечня", "Как назван перечень факторов: «2024»; пусто — год профиля.", width=14),
                Field("Фактор риска", "Слова профиля этой редакции.", width=40, needed=True),
                Field("Другие названия", "Как этот фактор назван в других редакциях; через точку с запятой. Хватит "
                      "одной строки.", width=40),
                Field("Уровень", "Выявлен в профиле: из анкет, здесь не вычисляется.", "choice", 12,
                      choices=LEVELS),
                Field("Выбран школой", "Другой факт: школа решила работать с фактором.", "choice", 12,
                      choices=tuple(YES_NO)),
                Field("Программа есть", "Против выбранного фактора.", "choice", 12, choices=tuple(YES_NO)),
                _NOTE,
            ),
            signature=("Фактор риска", "Уровень", "Выбран школой"),
            unique=("Год", ORGANISATION_CODE, ORGANISATION, "Фактор риска"),
            instructions=(
                f"В одной редакции перечня не больше {MOST_FACTORS} факторов; их слова не меняют.",
                "Уровень («выявлен») и выбор школы — два факта: одного без другого достаточно, но хотя бы один нужен.",
            ),
            within="support",
            rows=3000,  # two hundred schools of twelve factors
        ),
        Form(
            "worktable", "сопровождение ШНОР", "Рабочая таблица", "Сопровождение школ: рабочая таблица",
            "Одна строка — один документ школы в ИС МЭДК и что с ним. Кто сопровождает школу, хватит одной строки.",
            (
                Field("Год", "Год сопровождения.", "year", 9, True),
                _CODE,
                _ORGANISATION,
                Field("Куратор", "Роль, а не имя: «методист ИМЦ».", width=20),
                Field("Муниципальный координатор", "Роль, а не имя.", width=22),
                Field("Ментор", "Роль, а не имя: «директор школы-лидера».", width=20),
                Field("Этап", "На каком из шести этапов школа; хватит одной строки.", "choice", 22, choices=STAGES),
                Field("Документ", "Выберите из списка.", "choice", 24, True, tuple(PAPERS)),
                Field("Риск", "Только у программы против риска: какой.", width=24),
                Field("Состояние документа", "Выберите из списка.", "choice", 16, True, tuple(PAPER_STATES)),
                Field("Дата", "Когда записано: 15.03.2024.", "moment", 12),
                Field("Ссылка", "Где лежит документ.", width=24),
                Field("Что дальше", "Следующий шаг.", width=30),
                _NOTE,
            ),
            signature=("Документ", "Состояние документа", "Что дальше"),
            unique=("Год", ORGANISATION_CODE, ORGANISATION, "Документ", "Риск"),
            instructions=("Программ против рисков столько строк, сколько рисков школа выбрала.", _ROLES_ONLY),
            rows=2000,
        ),
        Form(
            "decisions", "решения совета", "Решения", "Решения совета",
            "Одна строка — одно решение одного заседания. После загрузки решения живут на странице «Совет».",
            (
                Field("Дата заседания", "День: 16.12.2019.", "moment", 14, True),
                Field("Номер заседания", "Если есть.", width=11),
                Field(TERRITORY, "Чей совет: регион, муниципалитет или организация из реестра.", width=30, needed=True),
                Field("Орган", "Кто заседал: название совета или органа.", width=34, needed=True),
                Field("Тема", "Тема заседания.", width=30, needed=True),
                Field("Пункт", "Пункт повестки: 2.", width=9, needed=True),
                Field("Номер решения", "Номер внутри протокола: 2.3.", width=10, needed=True),
                Field("Текст решения", "Слова протокола.", width=54, needed=True),
                Field("Механизм", "Выберите из списка; пусто — не указан.", "mechanism", 26),
                Field("Ответственный", "Роль, а не имя.", width=24),
                Field("Начало", "С какого времени: 01.2020.", "moment", 11),
                Field("Срок", "До какого времени: 03.2020, 15.03.2020 или 2020.", "moment", 11),
                Field("Повторяется", "«ежегодно, май»: месяцы словами.", "months", 18),
                Field("Состояние", "Пусто — сведений нет.", "choice", 14, choices=tuple(STATES)),
                Field("На дату", "Когда записано состояние.", "moment", 12),
                Field("Что сделано", "Если сделано.", width=30),
                Field("Группа", "Если решение группы заседания: «Группа 1».", width=12),
                Field("Показатель", "Что решение должно изменить: из списка или код.", "indicator", 36),
                Field("Предмет", "Если показатель по предмету.", width=16),
                Field("Класс", "Если показатель по классу: 4.", width=8),
                Field("Год до", "С каким годом сравнить.", "year", 9),
                Field("Год после", "В каком году ждут изменения.", "year", 9),
                Field("Ожидаемое значение", "70,5. Без показателя — процент самого механизма.", "number", 13),
                Field("Что изменилось", "Словами, если известно.", width=30),
                Field("Повторяет", "Номер прежнего решения: «2.1» или «2.1 от 14.12.2022».", width=14),
                _NOTE,
            ),
            signature=("Номер решения", "Текст решения"),
            unique=("Дата заседания", TERRITORY, "Номер решения"),
            instructions=(
                "Решения появляются на странице «Совет» и дальше живут там. Новая загрузка меняет только те, что там "
                "не правили; где правили, покажет оба текста. Отзыв загрузки уберёт то, чего никто не касался.",
                _ROLES_ONLY,
            ),
        ),
    )
}  # fmt: skip
