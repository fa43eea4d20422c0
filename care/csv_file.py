"""A CSV file as staff open it: in a spreadsheet, which must not run what a person has typed."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

# A spreadsheet takes a cell that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What it may skip before it looks.
_SKIPPED = " \u00a0\u200b\ufeff"
# Without it a spreadsheet reads the letters of our alphabet wrongly.
_BYTE_ORDER_MARK = "\ufeff"


def safe_cell(value: object) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text.lstrip(_SKIPPED).startswith(_FORMULA) else text


def csv_text(rows: Iterable[Sequence[object]], *, quote_all: bool = False) -> str:
    """Write rows as CSV, separated by semicolons as Norwegian spreadsheets expect.

    Every file of ours is written here: nothing else imports ``csv``. ``quote_all`` keeps a
    spreadsheet from reading figures as numbers or days.
    """
    text = StringIO()
    text.write(_BYTE_ORDER_MARK)
    writer = csv.writer(
        text,
        delimiter=";",
        lineterminator="\r\n",
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return text.getvalue()
