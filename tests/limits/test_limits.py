"""How often what may be done: by whom it is counted, and what a refusal is like."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import redis
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from clinics.domain.roles import Role
from limits import counting, middleware, rules
from limits.rules import BOOKING, CODE, LOOK_UP, RULES, UNKNOWN_LINK, WithoutValkey, count_one
from tests.access.logins import log_in
from tests.access.objects import NOW, Objects, make_objects, make_staff
from tests.access.pages import all_pages

LANGUAGES = {"nb": "Du har prøvd for mange ganger", "nn": "Du har prøvd", "en": "too many times"}


@pytest.fixture
def objects(db: None, valkey: redis.Redis) -> Iterator[Objects]:
    with time_machine.travel(NOW, tick=False):
        yield make_objects()


def test_an_address_is_allowed_much_more_than_one_person() -> None:
    """A clinic, a student village or a telephone company shares one."""
    shared = [rule for rule in RULES if rule.address and (rule.account or rule.browser)]

    assert len(shared) == 7
    for rule in shared:
        assert rule.address >= 3 * max(rule.account, rule.browser, rule.contact), rule.name


def test_who_may_book_from_an_address_gets_a_code_there() -> None:
    """When a day opens, hundreds come at once by the few addresses of a telephone company."""
    assert CODE.address >= BOOKING.address


def test_each_is_counted_by_themselves_and_only_as_a_hash(valkey: redis.Redis) -> None:
    rule = replace(CODE, contact=2, browser=3, address=5)
    counted = []
    for contact, browser, address in [
        ("+4741234567", "a", "192.0.2.7"),
        ("+4741234567", "a", "192.0.2.7"),
        ("+4741234567", "a", "192.0.2.7"),  # the contact's third
        ("alice@example.org", "a", "192.0.2.7"),
        ("bob@example.org", "a", "192.0.2.7"),  # the browser's fourth
        ("bob@example.org", "b", "192.0.2.7"),
        ("eve@example.org", "c", "192.0.2.7"),
        ("kim@example.org", "d", "192.0.2.7"),  # the address's sixth
        ("kim@example.org", "d", "192.0.2.8"),
        ("kim@example.org", "d", ""),
    ]:
        wait = count_one(rule, contact=contact, browser=browser, address=address)
        counted.append(wait == 0)
        assert wait <= rule.seconds

    assert counted == [True, True, False, True, False, True, True, False, True, True]
    kept = b" ".join(valkey.keys("*"))
    for plain in (b"41234567", b"example.org", b"192.0.2"):
        assert plain not in kept


def test_what_becomes_of_an_attempt_that_nobody_counts(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Staff find people and links open; codes and bookings wait, for they need Valkey anyway."""

    def away(*_: object, **__: object) -> int:
        raise redis.ConnectionError

    monkeypatch.setattr(rules, "count", away)
    for rule in RULES:
        if rule.without_valkey is WithoutValkey.OPEN:
            assert count_one(rule, account="1", address="192.0.2.7") == 0
            assert f"nobody counts {rule.name}" in caplog.text
        else:
            with pytest.raises(redis.ConnectionError):
                count_one(rule, contact="a", browser="b", address="192.0.2.7")
    assert [rule.name for rule in RULES if rule.without_valkey is WithoutValkey.OPEN] == [
        LOOK_UP.name,
        UNKNOWN_LINK.name,
    ]


def test_who_looks_up_too_many_is_told_when_to_go_on_and_keeps_what_was_typed(
    objects: Objects, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "limits_of", _with(account=2, address=5))
    address = reverse("desk:find", args=[objects.clinic.slug])
    kari = log_in(client, make_staff("kari", (objects.clinic, Role.VACCINATOR)))
    ola = log_in(Client(), make_staff("ola", (objects.clinic, Role.VACCINATOR)))
    typed = {"name": '"><b>Ås', "birth_date": "14.03.1991"}

    answers = [kari.post(address, typed) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= LOOK_UP.seconds
    page = answers[-1].content.decode()
    assert 'name="name" value="&quot;&gt;&lt;b&gt;Ås"' in page
    assert "Send på nytt" in page
    assert kari.get(address).status_code == 200, "opening the page is no search"
    assert ola.post(address, typed).status_code == 200, "a colleague at the same address goes on"
    for language, words in LANGUAGES.items():
        kari.cookies["django_language"] = language
        assert words in kari.post(address, typed).content.decode()


def test_every_search_for_people_is_counted() -> None:
    counted = {page.name for page in all_pages() if getattr(page.view, "limit", None) is LOOK_UP}

    assert counted == {
        "dayboard:find",
        "dayboard:walk_in",
        "desk:access_log_person",
        "desk:find",
        "desk:phone",
    }


def test_links_that_lead_nowhere_are_counted_on_every_address_with_a_token(
    objects: Objects, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_token = [page for page in all_pages() if any(n.endswith("token") for n in page.arguments)]
    assert len(with_token) >= 11
    few = replace(UNKNOWN_LINK, address=len(with_token))
    monkeypatch.setattr(middleware, "UNKNOWN_LINK", few)
    for page in with_token:
        unknown = {name: f"{number:022}" for number, name in enumerate(page.arguments)}
        assert client.get(page.address(unknown)).status_code == 404, page

    refused = [client.get(page.address(dict.fromkeys(page.arguments, "x"))) for page in with_token]

    assert {answer.status_code for answer in refused} == {429}
    assert client.get(f"/l/{objects.token}/").status_code == 302, "one that leads somewhere"
    assert client.get("/l/x/", REMOTE_ADDR="192.0.2.8").status_code == 404
    assert client.get("/").status_code == 200


def test_a_robot_with_many_addresses_in_a_header_is_one_address(
    objects: Objects, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PROXIES = ["10.0.0.0/8"]
    monkeypatch.setattr(middleware, "UNKNOWN_LINK", replace(UNKNOWN_LINK, address=3))
    answers = [
        client.get(
            "/l/x/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=f"1.1.1.{number}, 198.51.100.1"
        ).status_code
        for number in range(5)
        for peer in ("203.0.113.9", "10.0.0.1")
    ]

    assert answers == [404] * 6 + [429] * 4


def test_ten_bookings_an_hour_are_one_person_s_most(valkey: redis.Redis) -> None:
    whom = {"contact": "c", "browser": "b", "address": "192.0.2.7"}
    waits = [count_one(BOOKING, **whom) for _ in range(BOOKING.contact + 1)]

    assert waits[:-1] == [0] * BOOKING.contact
    assert 0 < waits[-1] <= BOOKING.seconds


def test_a_refused_attempt_makes_no_wait_longer(valkey: redis.Redis) -> None:
    one = [counting.Limit("x", 1)]
    assert counting.count(one, seconds=100) == 0
    assert counting.count(one, seconds=100) == 100
    valkey.pexpire("limit:x", 500)
    assert counting.count(one, seconds=100) == 1


def _with(**most: int) -> object:
    """Count as ever, with other numbers."""
    ours = rules.limits_of
    return lambda rule, **whom: ours(replace(rule, **most), **whom)
