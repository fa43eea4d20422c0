import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polib
import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import trans_real

from limits.rules import CODE, limits_of
from notifications.models import Message
from patients.domain.contact import Contact
from patients.models import OneTimeCode
from patients.selectors import contact_hash
from patients.services import codes
from patients.services.code_messages import CodeNotSentError
from patients.services.codes import (
    CodeExpiredError,
    TooManyCodesError,
    WrongCodeError,
    check_code,
    forget_expired,
    send_code,
)
from tests.patients.people import NOW, alice, shapes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

SMS = Contact("sms", "+4741234567")
EMAIL = Contact("email", "alice@example.org")
BROWSER, OTHER_BROWSER = "b" * 64, "c" * 64

Sent = Callable[[], list[dict[str, str]]]


def ask(contact: Contact = SMS, *, browser: str = BROWSER, **more: Any) -> None:
    send_code(contact=contact, browser=browser, **({"language": "nb", "now": NOW} | more))


def newest_code(sent_sms: Sent) -> str:
    found = re.search(r"\b\d{6}\b", sent_sms()[-1]["text"])
    assert found
    return found[0]


def another_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_code_that_was_sent_is_accepted(sent_sms: Sent) -> None:
    ask()
    check_code(contact=SMS, browser=BROWSER, code=newest_code(sent_sms), now=NOW)
    assert OneTimeCode.objects.get().used_at == NOW


def test_an_sms_tells_the_code_and_lets_the_telephone_fill_it_in(
    sent_sms: Sent, settings: Any
) -> None:
    settings.PUBLIC_URL = "https://time.example.no:8443/"
    ask()
    (sms,) = sent_sms()
    code = newest_code(sent_sms)
    assert sms["to"] == "+4741234567"
    assert sms["text"] == (
        f"Koden din er {code}. Den varer i 10 minutter.\n\n@time.example.no #{code}"
    )


def test_an_email_tells_the_code_with_a_neutral_subject() -> None:
    ask(EMAIL)
    (message,) = mail.outbox
    assert message.to == ["alice@example.org"]
    assert message.subject == "Koden din"
    assert re.fullmatch(r"Koden din er \d{6}\. Den varer i 10 minutter\.\n", str(message.body))


def test_the_code_comes_in_the_language_asked_for(
    sent_sms: Sent, settings: Any, tmp_path: Path
) -> None:
    catalogue = polib.POFile()
    catalogue.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    catalogue.append(
        polib.POEntry(
            msgid="Koden din er %(code)s. Den varer i %(minutes)d minutter.",
            msgstr="Your code: %(code)s, for %(minutes)d minutes.",
        )
    )
    (tmp_path / "en/LC_MESSAGES").mkdir(parents=True)
    catalogue.save_as_mofile(str(tmp_path / "en/LC_MESSAGES/django.mo"))
    settings.LOCALE_PATHS = [tmp_path]
    trans_real._translations.pop("en", None)
    try:
        with translation.override("nb"):
            ask(language="en")
    finally:
        trans_real._translations.pop("en", None)
    assert sent_sms()[0]["text"].startswith("Your code: ")


def test_no_row_no_log_and_no_outbox_keeps_code_or_contact_in_plain(
    sent_sms: Sent, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    ask()
    code = newest_code(sent_sms)
    check_code(contact=SMS, browser=BROWSER, code=code, now=NOW)
    row = str(OneTimeCode.objects.values().get())
    assert code not in re.sub(r"[0-9a-f]{64}", "", row)
    assert "41234567" not in row
    assert code not in caplog.text
    assert not Message.objects.exists()


def test_a_code_is_nothing_in_another_browser_or_for_another_contact(sent_sms: Sent) -> None:
    ask()
    code = newest_code(sent_sms)
    with pytest.raises(CodeExpiredError):
        check_code(contact=SMS, browser=OTHER_BROWSER, code=code, now=NOW)
    with pytest.raises(CodeExpiredError):
        check_code(contact=EMAIL, browser=BROWSER, code=code, now=NOW)


def test_one_code_is_kept_under_another_hash_for_another_browser_or_contact() -> None:
    hashes = {codes._hash(browser, contact, "123456") for browser in "ab" for contact in "cd"}
    assert len(hashes) == 4


def test_a_code_is_bound_to_the_browser_even_when_both_browsers_asked(sent_sms: Sent) -> None:
    ask()
    code = newest_code(sent_sms)
    ask(browser=OTHER_BROWSER)
    with pytest.raises(WrongCodeError):
        check_code(contact=SMS, browser=OTHER_BROWSER, code=code, now=NOW)
    check_code(contact=SMS, browser=BROWSER, code=code, now=NOW)


def test_a_code_works_once(sent_sms: Sent) -> None:
    ask()
    code = newest_code(sent_sms)
    check_code(contact=SMS, browser=BROWSER, code=code, now=NOW)
    with pytest.raises(CodeExpiredError):
        check_code(contact=SMS, browser=BROWSER, code=code, now=NOW)


def test_a_code_lasts_until_ten_minutes_have_passed(sent_sms: Sent) -> None:
    ask()
    code = newest_code(sent_sms)
    with pytest.raises(CodeExpiredError):
        check_code(contact=SMS, browser=BROWSER, code=code, now=NOW + timedelta(minutes=10))
    check_code(contact=SMS, browser=BROWSER, code=code, now=NOW + timedelta(minutes=9, seconds=59))


def test_five_wrong_guesses_use_a_code_up(sent_sms: Sent) -> None:
    ask()
    code = newest_code(sent_sms)
    left = []
    for _ in range(5):
        with pytest.raises(WrongCodeError) as wrong:
            check_code(contact=SMS, browser=BROWSER, code=another_than(code), now=NOW)
        left.append(wrong.value.attempts_left)
    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(CodeExpiredError):
        check_code(contact=SMS, browser=BROWSER, code=code, now=NOW)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "\0", "🙂"])  # noqa: RUF001
def test_nonsense_is_a_wrong_code(sent_sms: Sent, typed: str) -> None:
    ask()
    with pytest.raises(WrongCodeError):
        check_code(contact=SMS, browser=BROWSER, code=typed, now=NOW)


def test_a_new_code_voids_the_one_before(sent_sms: Sent) -> None:
    ask()
    first = newest_code(sent_sms)
    ask()
    second = newest_code(sent_sms)
    if first != second:
        with pytest.raises(WrongCodeError):
            check_code(contact=SMS, browser=BROWSER, code=first, now=NOW)
    check_code(contact=SMS, browser=BROWSER, code=second, now=NOW)
    with pytest.raises(CodeExpiredError):
        check_code(contact=SMS, browser=BROWSER, code=first, now=NOW)


def test_a_code_for_nobody_costs_what_a_code_for_a_patient_costs(
    sent_sms: Sent, django_assert_num_queries: Any
) -> None:
    alice()
    with django_assert_num_queries(3) as known:
        ask(SMS)
    with django_assert_num_queries(3) as unknown:
        ask(Contact("sms", "+4798765432"))

    assert shapes(known) == shapes(unknown)
    assert "patients_patient" not in str(shapes(known))
    first, second = (sms["text"] for sms in sent_sms())
    assert re.sub(r"\d{6}", "", first) == re.sub(r"\d{6}", "", second)


@pytest.mark.parametrize(
    ("limit", "asked"),
    [
        (5, lambda n: {"browser": f"{n:064}"}),
        (10, lambda n: {"contact": Contact("sms", f"+47412345{n:02}")}),
        (
            200,
            lambda n: {
                "contact": Contact("sms", f"+4741234{n:03}"),
                "browser": f"{n:064}",
                "address": "192.0.2.1",
            },
        ),
    ],
    ids=["five a contact", "ten a browser", "two hundred an address"],
)
def test_more_codes_than_the_hour_allows_are_refused_with_the_wait(
    sent_sms: Sent, limit: int, asked: Callable[[int], dict[str, Any]]
) -> None:
    for n in range(limit):
        ask(**asked(n))
    with pytest.raises(TooManyCodesError) as refused:
        ask(**asked(limit))
    assert 3500 < refused.value.retry_after <= 3600
    assert len(sent_sms()) == limit
    assert OneTimeCode.objects.count() == limit


def test_a_refused_request_does_not_make_the_wait_longer(sent_sms: Sent, valkey: Any) -> None:
    for _ in range(5):
        ask()
    key, browser = (
        f"limit:{limit.key}"
        for limit in limits_of(CODE, contact=contact_hash(SMS), browser=BROWSER)
    )
    assert valkey.pexpire(key, 900)
    for _ in range(3):
        with pytest.raises(TooManyCodesError) as refused:
            ask()
        assert refused.value.retry_after == 1
    valkey.delete(key)
    ask()
    assert int(valkey.get(browser)) == 6


def test_the_counters_keep_no_contact_and_no_address_in_plain_and_all_end(
    sent_sms: Sent, valkey: Any
) -> None:
    ask(address="192.0.2.1")
    keys = [key.decode() for key in valkey.scan_iter()]
    assert len(keys) == 3
    assert not any("41234567" in key or "192.0.2.1" in key for key in keys)
    assert all(0 < valkey.ttl(key) <= 3600 for key in keys)


def test_a_gateway_that_does_not_answer_is_told_apart_from_a_sent_code(settings: Any) -> None:
    settings.SMS_GATEWAY = "notifications.gateways.NoSuchGateway"
    with pytest.raises(CodeNotSentError):
        ask()


def test_an_attempt_is_never_taken_inside_a_transaction_that_could_give_it_back(
    sent_sms: Sent, transactional_db: None
) -> None:
    ask()
    with pytest.raises(RuntimeError), transaction.atomic():
        check_code(contact=SMS, browser=BROWSER, code="000000", now=NOW)


def test_old_codes_are_forgotten_and_live_ones_kept(sent_sms: Sent) -> None:
    ask(now=NOW - timedelta(minutes=10))
    ask(EMAIL)
    assert forget_expired(now=NOW) == 1
    assert OneTimeCode.objects.get().contact_hash == contact_hash(EMAIL)
