"""The forms of ``verdict`` and ``stats`` that outside checks call, without a subprocess."""

import argparse
import csv
import io
import json

import pytest

from pipelines.commands import stats, verdict


@pytest.fixture
def call(capsys):
    """Run one command line; gives (status, standard output, standard error). argparse itself ends with 2."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(required=True)
    verdict.add_parser(commands)
    stats.add_parser(commands)

    def run(*words):
        try:
            args = parser.parse_args([str(word) for word in words])
            status = args.run(args)
        except SystemExit as stop:
            status = stop.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def table(call, tmp_path):
    """Run ``stats`` over a text; gives its rows as dicts after checking that all went well."""

    def run(kind, text):
        file = tmp_path / "таблица с пробелом.csv"
        file.write_text(text, encoding="utf-8")
        status, out, err = call("stats", kind, file)
        assert (status, err) == (0, "")
        return list(csv.DictReader(io.StringIO(out)))

    return run


def judge(call, x, n, benchmark, *options):
    status, out, err = call("verdict", "--x", x, "--n", n, "--benchmark", benchmark, "--format", "json", *options)
    assert (status, err) == (0, "")
    return json.loads(out)


# -- verdict -----------------------------------------------------------------------------------------------------


def test_verdict_in_json(call):
    found = judge(call, 18, 25, 0.8)
    assert found["percent"] == 72
    # By hand: (39.841459 ∓ 1.959964·√24.001459) / 57.682918.
    assert found["interval_95"] == pytest.approx([0.524234, 0.857161], abs=1e-6)
    assert found["interval_998"][0] < found["interval_95"][0] < found["interval_95"][1] < found["interval_998"][1]
    assert (found["verdict"], found["people_gap"]) == ("not_distinguishable", 2)
    assert found["sentence"] == (
        "72 % (18 из 25), ориентир 80 %: ниже на 8 п.п. = 2 ученика; "
        "при 25 учениках разница меньше 16 п.п. ничего не доказывает"
    )


def test_verdict_options(call):
    assert judge(call, 12, 25, 0.8)["verdict"] == "worse"
    assert judge(call, 12, 25, 0.8, "--direction", "down")["verdict"] == "better"
    neither = judge(call, 12, 25, 0.8, "--direction", "none")
    assert (neither["verdict"], neither["people_gap"]) == ("lower", None)
    assert judge(call, 18, 25, 0.8, "--minimum-n", 26)["verdict"] == "not_enough_data"
    assert "= 2 педагога; при 25 педагогах" in judge(call, 18, 25, 0.8, "--counts", "teachers")["sentence"]
    assert "= 1 школа; при 21 школе" in judge(call, 16, 21, 0.8, "--counts", "schools")["sentence"]


@pytest.mark.parametrize(("benchmark", "gap"), [("0.28", 0), ("0,28", 0), ("7/25", 0), ("0.2800000000000000001", 1)])
def test_the_benchmark_is_read_exactly(call, benchmark, gap):
    assert judge(call, 7, 25, benchmark)["people_gap"] == gap


def test_nobody_is_too_little_data_and_no_error(call):
    found = judge(call, 0, 0, 0.8)
    assert found["verdict"] == "not_enough_data"
    assert found["percent"] is found["interval_95"] is found["people_gap"] is None
    assert judge(call, 3, 5, 0.8)["verdict"] == "not_enough_data"


@pytest.mark.parametrize(
    ("x", "benchmark", "word"), [(0, 0, "not_distinguishable"), (49, 1, "worse"), (1, 0, "better")]
)
def test_a_benchmark_of_exactly_0_or_1(call, x, benchmark, word):
    assert judge(call, x, 50, benchmark)["verdict"] == word


def test_verdict_as_text_is_the_sentence(call):
    status, out, err = call("verdict", "--x", 18, "--n", 25, "--benchmark", 0.8)
    assert (status, err) == (0, "")
    assert out.startswith("72 % (18 из 25)") and out.count("\n") == 1


@pytest.mark.parametrize(
    ("x", "n", "benchmark"), [(26, 25, 0.8), (-1, 25, 0.8), (1, -25, 0.8), (1, 25, 80), (1, 25, -0.1), (1.5, 25, 0.8)]
)
def test_numbers_that_cannot_be_are_refused(call, x, n, benchmark):
    status, out, err = call("verdict", "--x", x, "--n", n, "--benchmark", benchmark, "--format", "json")
    assert (status, out) == (1, "")
    assert "--" in err and "Traceback" not in err


@pytest.mark.parametrize(
    "words",
    [
        ("verdict", "--x", 1, "--n", 25),
        ("verdict", "--x", "one", "--n", 25, "--benchmark", 0.8),
        ("verdict", "--x", "nan", "--n", 25, "--benchmark", 0.8),
        ("verdict", "--x", 1, "--n", 25, "--benchmark", "1/0"),
        ("verdict", "--x", 1, "--n", 25, "--benchmark", 0.8, "--direction", "sideways"),
        ("verdict", "--x", 1, "--n", 25, "--benchmark", 0.8, "--counts", "points"),
        ("stats", "median", "file.csv"),
        ("stats", "wilson"),
        ("stats", "wilson", "there-is-no-such-file.csv"),
        ("stats", "wilson", "."),
    ],
)
def test_unusable_calls_end_with_2(call, words):
    status, out, err = call(*words)
    assert (status, out) == (2, "")
    assert err and "Traceback" not in err


# -- stats -------------------------------------------------------------------------------------------------------


def test_wilson(table):
    row, blank = table("wilson", "name,x,n\nодин,5,100\nдва,,100\n")
    assert list(row) == ["name", "x", "n", "lower_95", "upper_95", "lower_998", "upper_998"]
    assert (row["name"], row["x"], row["n"]) == ("один", "5", "100")
    published = [0.0215436791543680, 0.111750469231919, 0.0138653207259972, 0.164588522825964]
    assert [float(row[name]) for name in list(row)[3:]] == pytest.approx(published, abs=1e-14)
    assert list(blank.values()) == ["два", "", "100", "", "", "", ""]


def test_byar_with_a_blank_line_of_its_only_column(table):
    rows = table("byar", "x\n65\n\n5\n")
    assert list(rows[0]) == ["x", "lower_95", "upper_95", "lower_998", "upper_998"]
    assert float(rows[0]["lower_95"]) == pytest.approx(50.1631877104595, abs=1e-12)
    assert list(rows[1].values()) == [""] * 5
    assert float(rows[2]["upper_95"]) == pytest.approx(11.6683320793227, abs=1e-12)


def test_funnel(table):
    rows = table("funnel", "x,n\n90,100\n50,100\n,\n")
    assert list(rows[0]) == ["x", "n", "baseline", "lower_95", "upper_95", "lower_998", "upper_998", "label"]
    assert [row["baseline"] for row in rows] == ["0.7", "0.7", ""]
    # 0.7 ± 3.09·0.0458 is 0.558–0.842.
    assert [row["label"] for row in rows] == ["above_998", "below_998", ""]


def test_newcombe(table):
    row, blank = table("newcombe", "x1,n1,x2,n2\n120,200,144,200\n1,2,,\n")
    assert list(row)[4:] == ["difference", "lower_95", "upper_95"]
    assert [round(100 * float(row[name]), 1) for name in list(row)[4:]] == [12.0, 2.7, 21.0]
    assert list(blank.values()) == ["1", "2", "", "", "", "", ""]


def test_overdispersion_is_exactly_two_columns_and_one_row(table):
    units = ["18,25", "22,30", "35,40", "40,60", "12,20", "28,35", "44,50", "9,15", "30,33", "25,45"]
    rows = table("overdispersion", "\n".join(["x,n", *units, ","]))
    assert [list(row) for row in rows] == [["phi", "tau2"]]
    assert float(rows[0]["phi"]) == pytest.approx(2.5059966795, abs=5e-11)
    assert float(rows[0]["tau2"]) == pytest.approx(0.0128354652, abs=5e-11)
    assert table("overdispersion", "x,n\n1,2\n") == [{"phi": "", "tau2": ""}]


def test_trend_is_one_row_a_unit(table):
    series = zip(range(2019, 2024), [994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701], strict=True)
    lines = ["unit,year,x,n", *(f"школа,{year},{x},{n}" for year, x, n in series), "новая,2023,5,10", "новая,2022,,"]
    long, new = table("trend", "\n".join(lines))
    assert list(long) == ["unit", "chi2", "significant", "direction"]
    assert float(long["chi2"]) == pytest.approx(47.896677, abs=5e-7)
    assert (long["unit"], long["significant"], long["direction"]) == ("школа", "true", "increasing")
    assert list(new.values()) == ["новая", "", "false", "none"]


def test_quintiles(table):
    rows = table("quintiles", "value\n" + "\n".join(map(str, range(1, 51))) + "\n")
    bounds = ["1.0", "10.8", "20.6", "30.4", "40.2", "50.0"]
    assert list(rows[0].values()) == ["1", *bounds, "1"]
    assert list(rows[49].values()) == ["50", *bounds, "5"]
    alike = table("quintiles", "value,name\n7,a\n,b\n7,c\n")
    assert list(alike[0].values()) == ["7", "a", *["7.0"] * 6, ""]
    assert list(alike[1].values()) == ["", "b", *[""] * 7]


def test_round_reads_text(table):
    rows = table("round", "value,digits\n2.85,1\n2.675,2\n2.5,0\n-2.25,1\n25,-1\n,1\n1e30,0\n")
    assert [row["rounded"] for row in rows] == ["2.9", "2.68", "3", "-2.3", "30", "", "1" + "0" * 30]


def test_numbers_keep_full_precision(table):
    row = table("wilson", "x,n\n1,3\n")[0]
    assert all(repr(float(row[name])) == row[name] for name in ("lower_95", "upper_95", "lower_998", "upper_998"))


def test_a_header_alone_gives_a_header_alone(table):
    for kind, (columns, _) in stats.KINDS.items():
        if kind != "overdispersion":
            assert table(kind, ",".join(columns) + "\n") == []


@pytest.mark.parametrize(
    ("kind", "text", "line"),
    [
        ("wilson", "x,n\n1,2\n3,2\n", 3),
        ("wilson", "x,n\n1,2\n1,0\n", 3),
        ("wilson", "x,n\n-1,2\n", 2),
        ("wilson", "x,n\none,2\n", 2),
        ("wilson", "x,n\n1,1e999\n", 2),
        ("wilson", 'name,x,n\n"a\nb",1,2\n\nc,3,2\n', 5),  # a cell of two lines, then an empty line
        ("wilson", "x,n\n1,5,2\n", 2),  # a decimal comma makes a cell too many
        ("byar", "x\n5\n-5\n", 3),
        ("funnel", "x,n\n1,2\n9,2\n", 3),
        ("newcombe", "x1,n1,x2,n2\n1,2,3,2\n", 2),
        ("overdispersion", "x,n\n1,2\n1,2\n1,-2\n", 4),
        ("trend", "unit,year,x,n\na,2019,1,2\na,2019,1,2\n", 3),
        ("trend", "unit,year,x,n\na,2019.5,1,2\n", 2),
        ("quintiles", "value\n1\nfar\n", 3),
        ("round", "value,digits\n1,1\n1,one\n", 3),
        ("round", "value,digits\nx,1\n", 2),
    ],
)
def test_an_impossible_row_stops_the_call_with_its_line(call, tmp_path, kind, text, line):
    file = tmp_path / "t.csv"
    file.write_text(text, encoding="utf-8")
    status, out, err = call("stats", kind, file)
    assert (status, out) == (1, "")
    assert f"строка {line}: " in err


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"x;n\n1;2\n", b"x,x,n\n1,2,3\n", "x,n\nдва,2\n".encode("cp1251"), b'x,n\n"1,2\n', b"\0"],
)
def test_a_file_that_is_no_such_table_ends_with_2(call, tmp_path, content):
    file = tmp_path / "t.csv"
    file.write_bytes(content)
    status, out, err = call("stats", "wilson", file)
    assert (status, out) == (2, "")
    assert "t.csv" in err and "Traceback" not in err


def test_a_byte_order_mark_is_no_part_of_the_first_column(call, tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("x,n\r\n1,2\r\n", encoding="utf-8-sig", newline="")
    assert call("stats", "wilson", file)[0] == 0
