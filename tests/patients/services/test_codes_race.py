"""Twenty browsers' worth of guesses at once, on real PostgreSQL."""

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from patients.domain.contact import Contact
from patients.models import OneTimeCode
from patients.services.codes import (
    ATTEMPTS,
    CodeExpiredError,
    TooManyCodesError,
    WrongCodeError,
    check_code,
    send_code,
)
from tests.invariants import assert_integrity
from tests.patients.people import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("valkey")]

SMS = Contact("sms", "+4741234567")
BROWSER = "b" * 64
GUESSES = 20

Sent = Callable[[], list[dict[str, str]]]


def all_at_once(act: Callable[[int], str]) -> Counter[str]:
    together = Barrier(GUESSES)

    def run(number: int) -> str:
        try:
            OneTimeCode.objects.exists()  # connected before the start
            together.wait(10)
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(GUESSES) as pool:
        return Counter(pool.map(run, range(GUESSES)))


def guess(code: str) -> str:
    try:
        check_code(contact=SMS, browser=BROWSER, code=code, now=NOW)
    except WrongCodeError:
        return "tried"
    except CodeExpiredError:
        return "refused"
    return "accepted"


def ask_for_code(sent_sms: Sent) -> str:
    send_code(contact=SMS, browser=BROWSER, language="nb", now=NOW)
    found = re.search(r"\b\d{6}\b", sent_sms()[-1]["text"])
    assert found
    return found[0]


def test_twenty_guesses_at_once_get_five_tries(sent_sms: Sent) -> None:
    right = int(ask_for_code(sent_sms))
    outcomes = all_at_once(lambda n: guess(f"{(right + 1 + n) % 10**6:06}"))
    assert outcomes == {"tried": ATTEMPTS, "refused": GUESSES - ATTEMPTS}
    assert OneTimeCode.objects.get().attempts_left == 0
    assert_integrity(now=NOW)


def test_control_reading_before_writing_lets_more_guesses_through(sent_sms: Sent) -> None:
    ask_for_code(sent_sms)
    has_read = Barrier(GUESSES)

    def guess_unguarded(_: int) -> str:
        sent = OneTimeCode.objects.get()
        has_read.wait(10)
        if sent.attempts_left == 0:
            return "refused"
        sent.attempts_left -= 1
        sent.save(update_fields=["attempts_left"])
        return "tried"

    assert all_at_once(guess_unguarded)["tried"] > ATTEMPTS


def test_the_right_code_twenty_times_at_once_is_accepted_once(sent_sms: Sent) -> None:
    code = ask_for_code(sent_sms)
    outcomes = all_at_once(lambda _: guess(code))
    assert outcomes == {"accepted": 1, "refused": GUESSES - 1}
    assert_integrity(now=NOW)


def test_twenty_requests_at_once_send_no_more_codes_than_the_limit(sent_sms: Sent) -> None:
    def ask(number: int) -> str:
        try:
            send_code(contact=SMS, browser=f"{number:064}", language="nb", now=NOW)
        except TooManyCodesError:
            return "refused"
        return "sent"

    assert all_at_once(ask) == {"sent": 5, "refused": 15}
    assert len(sent_sms()) == 5
    assert_integrity(now=NOW)
