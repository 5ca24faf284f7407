"""What becomes of the register is told before it is published: who is new, what is described otherwise."""

from pipelines.loads import Loads

REGISTER = [
    ["Логин", "Название", "Уровень", "Тип", "Муниципалитет", "Регион", "Год закрытия", "Присоединена к"],
    ["", "город Лесосибирск", "муниципалитет", "", "", "Красноярский край", "", ""],
    ["edu240001", "СОШ № 1", "организация", "школа", "город Лесосибирск", "Красноярский край", "", ""],
    ["edu240002", "СОШ № 2", "организация", "школа", "город Лесосибирск", "Красноярский край", "", ""],
]


def test_first_register_is_all_new(book, checked):
    prepared = checked(book("реестр.xlsx", *REGISTER))
    assert all(unit.new for unit in prepared.units)
    assert sorted(unit.level for unit in prepared.units) == ["district", "region", "school", "school"]


def test_later_register_tells_only_what_differs(book, published, checked):
    """School 2 is renamed, closed and joined to school 1; school 3 is new; an empty cell takes nothing away."""
    published(book("реестр.xlsx", *REGISTER))
    assert checked(book("тот же.xlsx", *REGISTER[:2], *REGISTER[:1:-1])).units == (), "the order of rows is no change"
    later = [list(row) for row in REGISTER]
    later[3][1], later[3][6], later[3][7] = "Школа № 2", 2024, "edu240001"
    later[2][3] = ""
    later.append(["edu240003", "СОШ № 3", "организация", "школа", "город Лесосибирск", "Красноярский край", "", ""])
    units = {unit.code: unit for unit in checked(book("новый.xlsx", *later)).units}
    assert set(units) == {"edu240002", "edu240003"}
    assert units["edu240003"].new and not units["edu240002"].new
    assert dict(units["edu240002"].was) == {"name": "СОШ № 2", "closed": None, "merged_into": None}
    assert dict(units["edu240002"].becomes) == {"name": "Школа № 2", "closed": 2024, "merged_into": "edu240001"}


def test_file_of_marks_without_a_register_tells_whom_it_founds(marks, book, checked):
    head = ["Год", "Класс", "Предмет", "Муниципалитет", "Логин", "ОО", "Кол-во участников", 2, 3, 4, 5]
    row = [2023, 5, "Математика", "город Лесосибирск", "edu240001", "СОШ № 1", 25, 8, 40, 36, 16]
    units = checked(book("отметки.xlsx", head, row)).units
    assert {(unit.level, unit.name) for unit in units} == {
        ("region", "Красноярский край"), ("district", "город Лесосибирск"), ("school", "СОШ № 1"),
    }  # fmt: skip


def test_replaced_register_tells_whom_it_lets_go_and_who_stays_by_its_figures(
    book, marks, warehouse, published, checked
):
    """Schools 1 and 2 leave the register; figures of school 1 are loaded, so the data still know it."""
    published(book("реестр.xlsx", *REGISTER))
    published(marks("отметки.xlsx", ("город Лесосибирск", "СОШ № 1")))
    newer = book(
        "новый.xlsx", *REGISTER[:2],
        ["edu240009", "СОШ № 9", "организация", "школа", "город Лесосибирск", "Красноярский край", "", ""],
    )  # fmt: skip
    register = Loads(warehouse).entries()[0]
    units = {unit.code: unit for unit in checked(newer, replaces=register.sha256).units}
    assert {code: unit.kind for code, unit in units.items()} == {
        "edu240009": "new", "edu240001": "withdrawn", "edu240002": "withdrawn",
    }  # fmt: skip
    assert (units["edu240001"].stays, units["edu240002"].stays) == (True, False)
    assert {unit.district for unit in units.values()} == {"город Лесосибирск"}
    assert not any(unit.withdrawn for unit in checked(newer).units), "without --replaces nobody goes"


def test_change_of_municipality_and_merger_name_the_other_unit(book, published, checked):
    published(book("реестр.xlsx", *REGISTER))
    later = [list(row) for row in REGISTER]
    later.insert(2, ["", "Енисейский район", "муниципалитет", "", "", "Красноярский край", "", ""])
    later[3][4], later[4][7] = "Енисейский район", "edu240001"
    units = {unit.code: unit for unit in checked(book("новый.xlsx", *later)).units}
    assert (units["edu240001"].kind, units["edu240001"].district) == ("changed", "Енисейский район")
    assert dict(units["edu240001"].names) == {
        "RU-KYA-lesosibirsk": "город Лесосибирск", "RU-KYA-eniseyskiy": "Енисейский район",
    }  # fmt: skip
    assert units["edu240002"].kind == "merged"
    assert units["edu240002"].names["edu240001"] == "СОШ № 1"
