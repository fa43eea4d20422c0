"""Days and times as readers of each language write them, on Oslo's clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from clinics.domain.calendar import OSLO, oslo_date
from clinics.templatetags.oslo_time import clock, day, day_and_year, numeric_day, week_label
from clinics.templatetags.telephone import phone_link

EVENING = datetime(2026, 11, 26, 16, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "words", "with_year", "time"),
    [
        ("nb", "torsdag 26. november", "26. november 2026", "17.50"),
        ("nn", "torsdag 26. november", "26. november 2026", "17.50"),
        ("en", "Thursday 26 November", "26 November 2026", "17:50"),
    ],
)
def test_a_moment_is_written_as_readers_do_and_as_clocks_in_oslo_show(
    language, words, with_year, time
):
    with translation.override(language):
        assert (day(EVENING), day_and_year(EVENING), clock(EVENING)) == (words, with_year, time)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_day_in_figures_is_as_on_an_id_in_every_language(language):
    with translation.override(language):
        assert numeric_day(date(1991, 3, 4)) == "04.03.1991"


def test_a_moment_late_in_the_evening_utc_is_the_next_day_in_oslo():
    late = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    assert (oslo_date(late), clock(late)) == (date(2026, 11, 27), "00.30")
    assert day(late) == "fredag 27. november"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "01.59"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "03.00"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "02.30 (sommertid)"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "02.30 (vintertid)"),
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), "03.00"),
    ],
)
def test_the_clock_is_right_in_the_nights_when_it_is_changed(moment, shown):
    assert clock(moment) == shown


def test_a_day_with_a_clock_change_is_one_day():
    for change in (date(2026, 3, 29), date(2026, 10, 25)):
        midnight = datetime(change.year, change.month, change.day, tzinfo=OSLO)
        last = datetime(change.year, change.month, change.day, 23, 59, tzinfo=OSLO)
        assert oslo_date(midnight.astimezone(UTC)) == oslo_date(last.astimezone(UTC)) == change
        assert oslo_date(midnight - timedelta(minutes=1)) == change - timedelta(days=1)


@pytest.mark.parametrize(
    ("language", "monday", "words"),
    [
        ("nb", date(2026, 11, 23), "23.–29. november"),
        ("nb", date(2026, 11, 30), "30. november–6. desember"),
        ("nb", date(2026, 12, 28), "28. desember–3. januar"),
        ("en", date(2026, 11, 23), "23–29 November"),
        ("en", date(2026, 11, 30), "30 November–6 December"),
    ],
)
def test_a_week_is_named_by_its_first_and_last_day(language, monday, words):
    with translation.override(language):
        assert week_label(monday) == words


def test_a_telephone_number_dials_and_stays_on_one_line():
    assert phone_link("21 00 00 04") == (
        '<a class="ds-link nowrap" href="tel:21000004">21 00 00 04</a>'
    )


def test_a_telephone_number_cannot_smuggle_in_markup():
    assert "<script>" not in phone_link('"><script>alert(1)</script>')
