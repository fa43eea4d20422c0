"""Nothing personal in a log, on an error page, or in a report of an error."""

import io
import logging
import sys

import pytest
from django.test import Client, RequestFactory
from django.views.debug import ExceptionReporter
from pytest_django import Settings

from mpoxclinic import health
from mpoxclinic.masking import MaskingFormatter, NothingPersonalFilter, masked

PERSONAL = [
    "15108695088",
    "151086 95088",
    "02013299997",
    "201212345603",
    "+47 41 23 45 67",
    "+4741234567",
    "004741234567",
    "412 34 567",
    "41234567",
    "alice@example.org",
    "alice.%C3%A5s%40example.org",
    "Zk3-9xQ_aaBBccDDeeFF12",
    "hunter2hunter2",
]
# In what words they come.
AROUND = {
    "Zk3-9xQ_aaBBccDDeeFF12": ["GET /l/%s/ 404", "/s/%s/ett-klikk/", "kalender/%s.ics"],
    "hunter2hunter2": ["password=%s&x=1", "redis://user:%s@host/0", "token=%s"],
}
SAID = ["no person %s here", "('%s',)", "value=%s;", '"%s"', "DETAIL:  Key (phone)=(%s) exists."]
HARMLESS = [
    "ERROR django.request: Internal Server Error: /min-time/3f2b8c1e-90ab-4cde-8f01-23456789abcd/",
    'File "/lib/site-packages/django_migration_linter/a_very_long_module_name.py", line 1234567',
    "2026-11-29 21.21.04 took 12345678 ns",
    "started at 2026-11-29T21:21:04.123456+01:00 on port 8000",
    "version 4.16.0, 10.0.0.1, 9.0.43",
    "1234567 rows in 123.456 s",
]


def test_what_is_personal_is_masked_in_whatever_words_it_comes() -> None:
    told = [
        text % value
        for value in PERSONAL
        for text in AROUND.get(value, SAID)
        if value in masked(text % value)
    ]

    assert told == []
    assert len(PERSONAL) * len(SAID) > 60


def test_what_a_developer_needs_stays() -> None:
    assert [masked(text) for text in HARMLESS] == HARMLESS


def test_an_exception_that_carries_somebody_s_data_tells_nobody(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the page, in the log with its traceback, and in a report of the error."""
    settings.DEBUG = False
    client.raise_request_exception = False
    secret = " ".join(PERSONAL[:11])

    def fail(_now: object) -> None:
        password = secret  # noqa: F841  # a local variable that a report might show
        raise RuntimeError(f"nobody has {secret}")

    monkeypatch.setattr(health, "_sending", fail)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(MaskingFormatter("{levelname} {name}: {message}", style="{"))
    logging.getLogger("django.request").addHandler(handler)
    try:
        answer = client.get("/healthz?q=alice@example.org")
    finally:
        logging.getLogger("django.request").removeHandler(handler)

    assert answer.status_code == 500
    shown = answer.content.decode() + written.getvalue()
    assert "RuntimeError" in written.getvalue()
    assert [value for value in PERSONAL[:11] if value in shown] == []


def test_a_report_of_an_error_names_variables_and_fields_and_not_what_they_held(
    settings: Settings,
) -> None:
    settings.DEBUG = False
    name, cookie = "nergÅ ecilA"[::-1], "2retnuh"[::-1]  # so that no line of source shows them
    request = RequestFactory().post("/", {"name": name}, HTTP_COOKIE=f"time={cookie}")
    try:
        [][len(name)]
    except IndexError:
        reporter = ExceptionReporter(request, *sys.exc_info())
    assert isinstance(reporter.filter, NothingPersonalFilter)
    report = reporter.get_traceback_html() + reporter.get_traceback_text()

    assert "cookie" in report
    assert name not in report
    assert cookie not in report
