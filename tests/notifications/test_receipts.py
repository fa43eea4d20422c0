"""Receipts of a provider: believed if signed, in any order, any number of times."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import permutations
from threading import Barrier
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from audit.domain import Actor
from notifications.domain.signed_receipts import MOST_BYTES
from notifications.models import Message
from notifications.selectors import could_not_be_reached
from notifications.services import claims, receipts
from notifications.services.delivery import deliver_due
from notifications.services.resending import resend
from notifications.words import fate_in_words
from tests.invariants import assert_integrity
from tests.notifications.receipts import a_receipt, tell
from tests.notifications.sample_kind import NOW
from tests.notifications.sinch_server import SECRET

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(settings):
    settings.SINCH_WEBHOOK_SECRET = SECRET
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sent(a_message):
    def make(**given):
        return a_message(
            **{
                "state": "sent",
                "attempts": 1,
                "attempt_started_at": NOW,
                "ended_at": NOW,
                "provider_reference": "batch-1",
            }
            | given
        )

    return make


def now_of(message):
    message.refresh_from_db()
    return message.state, message.fate, message.delivered_at


def test_what_has_arrived_is_known_to_have(sent):
    message = sent()
    assert tell(a_receipt(message.pk, "Delivered")) == 200
    assert now_of(message) == ("sent", "", NOW)
    assert str(fate_in_words(message).meaning) == "Den har kommet fram til telefonen."
    assert_integrity(now=NOW)


@pytest.mark.parametrize("status", ["Failed", "Expired", "Rejected", "Aborted", "Deleted"])
def test_what_was_lost_is_on_the_list_of_those_that_were_not_reached(sent, status):
    message = sent()
    assert tell(a_receipt(message.pk, status)) == 200
    assert now_of(message) == ("failed", "undelivered", None)
    assert list(Message.objects.filter(could_not_be_reached())) == [message]
    assert "rett kontaktopplysningene" in str(fate_in_words(message).remedy)
    assert_integrity(now=NOW)


@pytest.mark.parametrize("status", ["Queued", "Dispatched", "Unknown"])
def test_what_is_on_its_way_changes_nothing(sent, status):
    message = sent()
    assert tell(a_receipt(message.pk, status)) == 200
    assert now_of(message) == ("sent", "", None)


@pytest.mark.parametrize(
    "order", list(permutations(["Dispatched", "Failed", "Delivered", "Delivered"]))
)
def test_in_any_order_what_has_arrived_has_arrived(sent, order):
    message = sent()
    for status in order:
        assert tell(a_receipt(message.pk, status)) == 200
    assert now_of(message) == ("sent", "", NOW)


def test_a_receipt_that_is_replayed_changes_nothing(sent):
    message = sent()
    for _ in range(3):
        tell(a_receipt(message.pk, "Failed"))
    Message.objects.update(ended_at=NOW - timedelta(days=1))
    assert tell(a_receipt(message.pk, "Failed")) == 200
    message.refresh_from_db()
    assert message.ended_at == NOW - timedelta(days=1)


@pytest.mark.parametrize(
    ("status", "known"),
    [("Delivered", ("sent", "", NOW)), ("Failed", ("failed", "undelivered", None))],
)
@pytest.mark.parametrize(
    "doubt",
    [
        {"state": "unknown", "fate": "interrupted"},
        {"state": "waiting", "fate": "interrupted", "ended_at": None, "attempt_started_at": None},
    ],
    ids=["given up", "to be tried again"],
)
def test_a_receipt_ends_the_doubt_about_an_attempt(sent, clock, doubt, status, known):
    message = sent(provider_reference="", **doubt)
    assert tell(a_receipt(message.pk, status)) == 200
    assert now_of(message) == known
    assert message.provider_reference == "batch-1"
    assert_integrity(now=NOW)


@pytest.mark.django_db(transaction=True)
def test_what_a_receipt_has_ended_is_not_sent_again(server, sent, clock):
    message = sent(state="waiting", fate="interrupted", ended_at=None, attempt_started_at=None)
    tell(a_receipt(message.pk, "Delivered"))
    assert deliver_due(now=clock) == {}
    assert server.asked == []


def test_one_that_was_never_tried_cannot_have_arrived(a_message):
    message = a_message()
    assert tell(a_receipt(message.pk, "Delivered")) == 200
    assert now_of(message) == ("waiting", "", None)


def test_while_an_attempt_is_under_way_the_provider_is_asked_to_come_back(sent):
    message = sent(state="claimed", lease_until=NOW + timedelta(minutes=5), ended_at=None)
    assert tell(a_receipt(message.pk, "Delivered")) == 503
    assert now_of(message) == ("claimed", "", None)
    claims.end_sent([(message, "batch-1")], now=NOW)
    assert tell(a_receipt(message.pk, "Delivered")) == 200
    assert now_of(message) == ("sent", "", NOW)


def test_a_receipt_of_the_first_sending_says_nothing_of_the_second(sent):
    old = sent()
    tell(a_receipt(old.pk, "Failed"))
    new = resend(message_id=old.pk, by=Actor.staff(7, clinic_id=1, role="admin"), now=NOW)
    tell(a_receipt(old.pk, "Delivered"))
    assert now_of(old) == ("sent", "", NOW)
    assert now_of(new) == ("waiting", "", None)


@pytest.mark.parametrize("state", ["skipped"])
def test_what_was_never_to_be_sent_stays_so(sent, state):
    message = sent(state=state, fate="moved", attempts=0, attempt_started_at=None)
    assert tell(a_receipt(message.pk, "Delivered")) == 200
    assert now_of(message) == (state, "moved", None)


def test_an_email_is_none_of_its_business(sent):
    message = sent(channel="email", state="unknown", fate="interrupted")
    assert tell(a_receipt(message.pk, "Delivered")) == 200
    assert now_of(message) == ("unknown", "interrupted", None)


@pytest.mark.parametrize("reference", [uuid4(), "a log-in code", None])
def test_what_is_no_message_of_ours_need_not_come_again(reference):
    assert tell(a_receipt(reference, "Delivered")) == 200


class TestWhoMayTell:
    @pytest.mark.parametrize(
        "headers",
        [
            {"X-Sinch-Webhook-Signature": "AAAA"},
            {"X-Sinch-Webhook-Signature-Nonce": "x"},
            {"X-Sinch-Webhook-Signature-Algorithm": "none"},
        ],
    )
    def test_nobody_without_the_secret(self, sent, headers):
        message = sent()
        assert tell(a_receipt(message.pk, "Failed"), **headers) == 400
        assert now_of(message) == ("sent", "", None)

    def test_nobody_where_there_is_no_secret(self, sent, settings):
        settings.SINCH_WEBHOOK_SECRET = ""
        assert tell(a_receipt(sent().pk, "Failed")) == 400

    def test_no_receipt_of_the_day_before(self, sent):
        assert tell(a_receipt(sent().pk, "Failed"), at=NOW - timedelta(hours=25)) == 400

    def test_without_headers_the_answer_has_no_words(self, client):
        response = client.post(
            reverse("notifications:sinch_receipt"), b"{}", content_type="application/json"
        )
        assert (response.status_code, response.content) == (400, b"")
        assert "no-store" in response["Cache-Control"]

    @pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b"{}", b"\xff"])
    def test_nonsense_is_refused_though_it_is_signed(self, body):
        assert tell(body) == 400

    def test_a_body_that_is_too_long_is_not_read(self, monkeypatch):
        monkeypatch.setattr("notifications.views.is_signed", pytest.fail)
        assert tell(b" " * (MOST_BYTES + 1)) == 400

    @pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
    def test_it_is_only_posted_to(self, method):
        ask = getattr(Client(), method)
        assert ask(reverse("notifications:sinch_receipt")).status_code == 405


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def all_at_once(self, *calls):
        start = Barrier(len(calls))

        def call(one):
            connection.ensure_connection()
            try:
                start.wait(timeout=30)
                return one()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(calls)) as pool:
            return list(pool.map(call, calls))

    @pytest.mark.parametrize("turn", range(5))
    def test_arrived_and_lost_at_once_is_arrived(self, sent, turn):
        message = sent()
        said = ["Delivered", "Failed"] * 4
        answers = self.all_at_once(
            *(lambda status=status: tell(a_receipt(message.pk, status)) for status in said)
        )
        assert set(answers) == {200}
        assert now_of(message) == ("sent", "", NOW)

    def test_eight_of_the_same_are_recorded_once(self, sent, monkeypatch):
        message, outcomes = sent(), Counter()
        take = receipts.take

        def counted(*given, **more):
            outcome = take(*given, **more)
            outcomes[outcome.name] += 1
            return outcome

        monkeypatch.setattr("notifications.views.take", counted)
        self.all_at_once(*[lambda: tell(a_receipt(message.pk, "Failed"))] * 8)
        assert outcomes == {"CHANGED": 1, "NOTHING_NEW": 7}

    @pytest.mark.parametrize("turn", range(5))
    def test_a_receipt_and_the_next_attempt_do_not_both_have_it(self, sent, server, clock, turn):
        message = sent(state="waiting", fate="interrupted", ended_at=None, attempt_started_at=None)
        status, _counts = self.all_at_once(
            lambda: tell(a_receipt(message.pk, "Delivered")), lambda: deliver_due(now=clock)
        )
        message.refresh_from_db()
        assert message.state == "sent"
        # Either it came first and nothing was sent, or it was asked to come back.
        assert (status, len(server.batches)) in {(200, 0), (503, 1), (200, 1)}
        assert tell(a_receipt(message.pk, "Delivered")) == 200
        assert now_of(message) == ("sent", "", NOW)
        assert_integrity(now=NOW)
