"""The work of a load as somebody would do it with pandas and openpyxl: read, check, unfold, count what would change.

Only for comparison, and shorter than what it is compared with: no territories are matched, no cell is pointed at, no
number format is looked at, and two thirds of the checks are left out.
"""

from __future__ import annotations

import sys

import pandas as pd

SHARES = ["2", "3", "4", "5"]
KEY = ["Год", "Класс", "Предмет", "Логин"]


def read_and_check(path: str) -> tuple[int, dict[str, int], pd.DataFrame]:
    """Rows read, offending rows a rule, and the number of figures an indicator, district and year."""
    table = pd.read_excel(path, engine="openpyxl")
    table.columns = table.columns.map(str)
    n = pd.to_numeric(table["Кол-во участников"], errors="coerce")
    shares = table[SHARES].apply(pd.to_numeric, errors="coerce")
    found = {
        "not_a_number": int((shares.isna() & table[SHARES].notna()).any(axis=1).sum() + n.isna().sum()),
        "not_a_count": int(((n < 0) | (n % 1 != 0)).sum()),
        "percent_out_of_range": int(((shares < 0) | (shares > 100)).any(axis=1).sum()),
        "shares_not_100": int(((shares.sum(axis=1) - 100).abs() > 0.05).sum()),
        "duplicate_rows": int(table.duplicated().sum()),
        "conflicting_rows": int(table.drop_duplicates().duplicated(KEY).sum()),
        "one_school_many_names": int((table.groupby("Логин")["ОО"].nunique() > 1).sum()),
        "one_name_many_schools": int((table.groupby(["Муниципалитет", "ОО"])["Логин"].nunique() > 1).sum()),
        "year_impossible": int((~table["Год"].between(1990, 2030)).sum()),
    }
    counts = (shares.mul(n, axis=0) / 100).round()
    found["no_whole_numerator"] = int(((counts.div(n, axis=0) * 100 - shares).abs() > 0.005 + 1e-9).any(axis=1).sum())
    figures = pd.concat(
        [
            table[[*KEY, "Муниципалитет"]].assign(indicator=name, numerator=counts[parts].sum(axis=1), denominator=n)
            for name, parts in (("pass", SHARES[1:]), ("quality", SHARES[2:]), ("low", SHARES[:1]))
        ],
        ignore_index=True,
    )
    percent = 100 * figures["numerator"] / figures["denominator"]
    found["numerator_above_denominator"] = int((figures["numerator"] > figures["denominator"]).sum())
    found["all_hundred"] = int(percent.eq(100).groupby(figures["indicator"]).all().sum())
    preview = figures.groupby(["indicator", "Муниципалитет", "Год"]).size().rename("new").reset_index()
    return len(table), found, preview


if __name__ == "__main__":
    print(read_and_check(sys.argv[1]))
