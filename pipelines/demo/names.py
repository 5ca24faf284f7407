"""Plainly invented names: nobody may take a demonstration territory for a real one.

Every adjective is kept as a stem that takes the endings -ый/-ая/-ого, so that the names decline rightly.
"""

from __future__ import annotations

_REGION_STEMS = (
    "Вымышленн", "Придуманн", "Воображаем", "Сочинённ", "Мним", "Небывал", "Нарисованн", "Сказочн", "Выдуманн",
    "Картонн", "Абстрактн", "Предположительн", "Отвлечённ", "Иллюстративн", "Былинн", "Задуманн", "Кукольн",
    "Игрушечн", "Репетиционн", "Тренировочн", "Набросанн", "Начерченн", "Безымянн", "Бумажн", "Мечтаем",
    "Гадательн", "Фантазийн",
)  # fmt: skip
_REGION_KINDS = ("{}ая область", "{}ый край", "Республика {}ая")

_DISTRICT_STEMS = (
    "Примерн", "Условн", "Модельн", "Пробн", "Учебн", "Эскизн", "Шаблонн", "Макетн", "Показательн", "Наглядн",
    "Демонстрационн", "Чертёжн", "Схемн", "Опытн", "Пилотн", "Справочн", "Намеченн", "Пояснительн", "Табличн",
    "Графичн", "Черновиков", "Образцов", "Стендов", "Тестов",
)  # fmt: skip
_TOWNS = (
    "Образцовск", "Примерск", "Макетинск", "Эскизноград", "Шаблонск", "Черновиковск", "Модельск", "Условск",
    "Тестовск", "Вымыслоград",
)  # fmt: skip

TOWN_EVERY = 5
"""One district in so many is a town."""


def region_name(number: int) -> str:
    """The name of region ``number`` (from 0); the first is «Вымышленная область»."""
    stem = _REGION_STEMS[number % len(_REGION_STEMS)]
    kind = _REGION_KINDS[number // len(_REGION_STEMS) % len(_REGION_KINDS)]
    lap = number // (len(_REGION_STEMS) * len(_REGION_KINDS))
    return kind.format(stem) + (f" {lap + 1}" if lap else "")


def is_town(number: int, count: int) -> bool:
    """Whether district ``number`` (from 0) of ``count`` is a town: the first, and then one in five."""
    return number % TOWN_EVERY == 0 or is_closed_town(number, count)


def is_closed_town(number: int, count: int) -> bool:
    """Whether the district is the closed town with a single school: the last of at least twelve."""
    return count >= 12 and number == count - 1


class DistrictName:
    """The name of district ``number`` (from 0) of region ``region``, and the forms its schools need."""

    def __init__(self, region: int, number: int, count: int) -> None:
        self.town = is_town(number, count)
        self.closed = is_closed_town(number, count)
        # Every region begins at another word, so that equal names in two regions are met, but not always.
        stem = _DISTRICT_STEMS[(number + 7 * region) % len(_DISTRICT_STEMS)]
        town = _TOWNS[(number // TOWN_EVERY + 3 * region) % len(_TOWNS)]
        self.feminine = f"{stem}ая"
        if self.closed:
            self.name = self.genitive = "ЗАТО Безымянск"
        elif self.town:
            self.name, self.genitive = f"город {town}", f"города {town}а"
        elif number % 2:
            self.name, self.genitive = f"{stem}ый район", f"{stem}ого района"
        else:
            self.name = f"{stem}ый муниципальный округ"
            self.genitive = f"{stem}ого муниципального округа"

    @property
    def earlier(self) -> str:
        """What the district was called before its renaming."""
        return self.name.replace("муниципальный округ", "район")

    def school(self, kind: str, number: int, form: str = "МБОУ") -> str:
        """The name of a school; ``kind`` is «СОШ», «ООШ», «НОШ», «Гимназия» or «Лицей»."""
        if self.town:
            return f"{form} «{kind} № {number}» {self.genitive}"
        # «гимназия» is feminine like «школа»; a lyceum is met in towns only.
        return f"{form} «{self.feminine} {kind if kind.isupper() else kind.lower()} № {number}»"

    def preschool(self, number: int) -> str:
        """The name of a preschool."""
        return f"МБДОУ «Детский сад № {number}» {self.genitive}"

    def additional(self, number: int) -> str:
        """The name of an organisation of additional education."""
        return f"МБУ ДО «Дом творчества № {number}» {self.genitive}"

    def methodical(self) -> str:
        """The name of the district's methodical centre."""
        return f"МКУ «Методический центр» {self.genitive}"


def region_centre(region: str) -> str:
    """The name of a region's centre of continuous professional development (ЦНППМ)."""
    return f"ЦНППМ, {region}"
