"""Ages on a day, with birthdays that common years do not have."""

from datetime import date

import pytest

from eligibility.domain.answers import age_on


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        (date(2000, 6, 1), date(2000, 6, 1), 0),
        (date(2000, 6, 1), date(2018, 5, 31), 17),
        (date(2000, 6, 1), date(2018, 6, 1), 18),
        (date(2000, 2, 29), date(2018, 2, 28), 17),
        (date(2000, 2, 29), date(2018, 3, 1), 18),
        (date(2000, 2, 29), date(2020, 2, 28), 19),
        (date(2000, 2, 29), date(2020, 2, 29), 20),
    ],
)
def test_age(born: date, on: date, age: int) -> None:
    assert age_on(born, on) == age
