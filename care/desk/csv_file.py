"""A CSV file as staff open it: in a spreadsheet, which must not run what a person has typed."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
# Without it a spreadsheet reads the letters of our alphabet wrongly.
_BYTE_ORDER_MARK = "\ufeff"


def safe_cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Write rows as CSV, separated by semicolons as Norwegian spreadsheets expect."""
    text = StringIO()
    text.write(_BYTE_ORDER_MARK)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue()
