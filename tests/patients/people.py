"""The people of these tests, and numbers that nobody has."""

import re
from datetime import UTC, date, datetime
from typing import Any

from patients.models import Patient
from patients.services.registration import register

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

# The tax authority's examples of numbers given out from 2032.
FROM_2032 = ["02013299997", "30108299920", "30108299939"]
# The tax authority's invented people: a national number and a D-number.
SYNTHETIC, SYNTHETIC_D_NUMBER = "03882049433", "66847800373"
D_NUMBER = "42013299980"
DUF_NUMBER = "201212345603"


def alice(**changes: Any) -> Patient:
    """Register Alice, who is reached by SMS."""
    details: dict[str, Any] = {
        "given_name": "Alice",
        "family_name": "Ågren",
        "birth_date": date(1991, 5, 17),
        "phone": "+47 41 23 45 67",
        "contact_by": "sms",
        "language": "nb",
        "now": NOW,
    }
    return register(**(details | changes))


def shapes(queries: Any) -> list[str]:
    """Return what captured queries do, without their values and the names of savepoints."""
    return [
        re.sub(r'"s\d+_x\d+"', "", query["sql"].split("VALUES")[0])
        for query in queries.captured_queries
    ]
