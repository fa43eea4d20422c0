"""What every SMS gateway promises: the file one, and Sinch's against a server that behaves like it.

Then what each misbehaviour of Sinch means: sent, not sent, or in doubt.
"""

import json
import logging
import socket
from datetime import timedelta

import httpx
import pytest

from notifications.gateways import (
    FileSmsGateway,
    PermanentGatewayError,
    SearchableGateway,
    TemporaryGatewayError,
    send_sms,
)
from notifications.sinch import SinchGateway, UnreadableAnswerError
from tests.notifications import sinch_server as moods
from tests.notifications.sample_kind import NOW
from tests.notifications.sinch_server import says

TO, TEXT, REFERENCE = "+4740000001", "Timen din: Åse – 👋 €", "4f0c7b0e-9d0e-4f8e-8a62-1a2b3c4d5e6f"
ERRORS = (PermanentGatewayError, TemporaryGatewayError)


@pytest.fixture(params=["file", "sinch"])
def gateway(request, settings, tmp_path):
    """A gateway, and what it has sent so far."""
    if request.param == "file":
        settings.OUTBOX_DIR = tmp_path

        def written():
            files = (tmp_path / "sms").glob("*.json") if (tmp_path / "sms").exists() else []
            return [(sms["from"], sms["to"], sms["text"]) for sms in map(read, files)]

        settings.SMS_GATEWAY = "notifications.gateways.FileSmsGateway"
        return FileSmsGateway(), written
    server = request.getfixturevalue("server")

    def taken():
        return [(one["from"], one["to"][0], one["body"]) for one in server.batches]

    return SinchGateway(), taken


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def send(**given):
    return send_sms(**{"to": TO, "text": TEXT, "reference": REFERENCE} | given)


class TestEveryGateway:
    def test_it_is_a_gateway_that_can_be_asked(self, gateway):
        asked, _sent = gateway
        assert isinstance(asked, SearchableGateway)

    def test_an_sms_arrives_as_it_was_written_from_a_neutral_sender(self, gateway):
        _asked, sent = gateway
        reference = send()
        assert 0 < len(reference) <= 80
        assert sent() == [("Time", TO, TEXT)]

    def test_after_an_attempt_in_doubt_it_is_found_and_not_sent_again(self, gateway):
        asked, sent = gateway
        first = send()
        assert asked.find(reference=REFERENCE, since=NOW) == first
        assert send(in_doubt_since=NOW) == first
        assert len(sent()) == 1

    def test_what_was_not_sent_is_not_found_and_is_sent(self, gateway):
        asked, sent = gateway
        send(reference="another")
        assert asked.find(reference=REFERENCE, since=NOW) is None
        send(in_doubt_since=NOW)
        assert len(sent()) == 2

    def test_two_references_are_two_sms(self, gateway):
        _asked, sent = gateway
        assert send(reference="one") != send(reference="two")
        assert len(sent()) == 2


class TestSinch:
    def test_it_is_asked_to_say_what_becomes_of_each_sms(self, server, settings):
        send()
        [batch] = server.batches
        assert batch["delivery_report"] == "per_recipient_final"
        assert batch["client_reference"] == REFERENCE
        assert batch["callback_url"] == f"{settings.PUBLIC_URL}/meldinger/kvittering/sinch/"

    def test_a_connection_is_kept_for_the_next(self, server):
        ports = set()
        keep = server.process_request
        server.process_request = lambda *call: (ports.add(call[1][1]), keep(*call))[1]
        for number in range(5):
            send(reference=str(number))
        assert len(ports) == 1

    @pytest.mark.parametrize(
        ("mood", "error"),
        [
            (says(400, {"code": "syntax_invalid_parameter_format"}), PermanentGatewayError),
            (says(400, b"<html>"), PermanentGatewayError),
            (says(401, {"code": "unauthorized"}), TemporaryGatewayError),
            (says(403, {"code": "forbidden"}), TemporaryGatewayError),
            (says(404, b""), TemporaryGatewayError),
            (says(302, b"", Location="https://example.org/"), TemporaryGatewayError),
            (says(503, b"<html>"), TemporaryGatewayError),
        ],
        ids=["400", "400 html", "401", "403", "404", "302", "503"],
    )
    def test_a_no_is_known_not_to_be_sent(self, server, mood, error):
        server.next = [mood]
        with pytest.raises(error):
            send()
        assert server.batches == []

    def test_a_number_that_none_can_have_is_refused_for_good(self, server):
        with pytest.raises(PermanentGatewayError):
            send(to="12")

    @pytest.mark.parametrize("wrong", ["SINCH_TOKEN", "SINCH_PLAN"])
    def test_wrong_credentials_are_a_matter_of_time_and_logged_without_them(
        self, server, settings, caplog, wrong
    ):
        setattr(settings, wrong, "mistyped")
        with pytest.raises(TemporaryGatewayError):
            send()
        [line] = [one for one in caplog.records if one.name == "notifications.sinch"]
        assert line.levelno == logging.ERROR
        assert "mistyped" not in caplog.text

    def test_the_log_of_a_refusal_has_the_code_and_nothing_of_the_sms(self, server, caplog):
        with pytest.raises(PermanentGatewayError):
            send(to="12")
        assert "400 (syntax_invalid_parameter_format)" in caplog.text
        assert "'12'" not in caplog.text
        assert TEXT not in caplog.text

    @pytest.mark.parametrize(
        ("headers", "wait"),
        [
            ({"Retry_After": "90"}, timedelta(seconds=90)),
            ({"Retry_After": "999999999"}, timedelta(hours=1)),
            ({"Retry_After": "-5"}, None),
            ({"Retry_After": "soon"}, None),
            ({}, None),
        ],
    )
    def test_throttled_it_is_known_when_to_come_back(self, server, headers, wait):
        server.next = [says(429, {"code": "too_many_requests"}, **headers)]
        with pytest.raises(TemporaryGatewayError) as raised:
            send()
        assert raised.value.retry_after == wait

    def test_the_time_to_come_back_may_be_a_date(self, server):
        def mood(call):
            call.date_time_string = lambda *_: "Sun, 29 Nov 2026 10:00:00 GMT"
            call.answer(429, b"", Retry_After="Sun, 29 Nov 2026 10:02:00 GMT")

        server.next = [mood]
        with pytest.raises(TemporaryGatewayError) as raised:
            send()
        assert raised.value.retry_after == timedelta(minutes=2)

    def test_a_server_that_is_down_has_taken_nothing(self, server, settings):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            settings.SINCH_URL = f"http://127.0.0.1:{unused.getsockname()[1]}"
            with pytest.raises(TemporaryGatewayError):
                send()

    @pytest.mark.parametrize(
        "mood",
        [
            moods.takes_and_falls_silent,
            moods.takes_and_hangs_up,
            moods.takes_and_says(500),
            moods.takes_and_says(502, b"<html>bad gateway</html>"),
            moods.takes_and_says(201, b""),
            moods.takes_and_says(201, b"<html>login</html>"),
            moods.takes_and_says(201, [1, 2]),
            moods.takes_and_says(201, {"id": 17}),
            moods.takes_and_says(201, {"id": ""}),
            moods.takes_and_says(201, {"id": "x" * 81}),
            moods.takes_and_says(201, b'{"id": "' + b"x" * 1_000_000),
            moods.takes_and_says(201, b"[" * 60_000),
            moods.takes_and_says(201, b"\xff\xfe\x00"),
        ],
        ids=[
            "silent",
            "cut off",
            "500",
            "502",
            "empty",
            "html",
            "a list",
            "a number for an id",
            "no id",
            "a long id",
            "a megabyte",
            "deep",
            "no text",
        ],
    )
    def test_what_it_may_have_taken_is_in_doubt_and_found_the_next_time(self, server, mood):
        server.next = [mood]
        with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, it is none of two
            send()
        assert not isinstance(raised.value, ERRORS)
        assert isinstance(raised.value, httpx.HTTPError | UnreadableAnswerError)
        [batch] = server.batches
        assert send(in_doubt_since=NOW) == batch["id"]
        assert server.asked == ["POST", "GET"]

    @pytest.mark.parametrize(
        "mood",
        [
            moods.falls_silent,
            moods.hangs_up,
            says(500),
            says(401, {"code": "unauthorized"}),
            says(200, b""),
            says(200, b"<html>"),
            says(200, []),
            says(200, {"count": 1}),
            says(200, {"count": 1, "batches": {}}),
            says(200, {"count": 1, "batches": [3]}),
            says(200, b'{"count": 0, "batches": []' + b" " * 1_000_000 + b"}"),
        ],
        ids=[
            "silent",
            "cut off",
            "500",
            "401",
            "empty",
            "html",
            "a list",
            "no batches",
            "no list",
            "no batch",
            "a megabyte",
        ],
    )
    def test_while_it_cannot_be_told_nothing_is_sent_again(self, server, mood):
        server.next = [mood]
        with pytest.raises(TemporaryGatewayError):
            send(in_doubt_since=NOW)
        assert server.asked == ["GET"]

    def test_the_batches_of_others_are_not_taken_for_ours(self, server):
        others = {"count": 1, "batches": [{"id": "01", "client_reference": "another"}]}
        server.next = [says(200, others)]
        assert SinchGateway().find(reference=REFERENCE, since=NOW) is None

    def test_throttled_while_it_is_asked_it_is_known_when_to_come_back(self, server):
        server.next = [says(429, Retry_After="60")]
        with pytest.raises(TemporaryGatewayError) as raised:
            send(in_doubt_since=NOW)
        assert raised.value.retry_after == timedelta(seconds=60)
