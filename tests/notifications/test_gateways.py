import json
import smtplib
import socket
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.mail import EmailMessage

from notifications.gateways import (
    FileSmsGateway,
    MailLine,
    PermanentGatewayError,
    TemporaryGatewayError,
    send_email,
    sms_gateway,
)
from notifications.services.transmitting import NotSentError, send_at_once
from tests.notifications.mail_server import HANG_UP, mail_server


def an_email() -> EmailMessage:
    return EmailMessage("Time", "Hei\n", "time@example.invalid", ["alice@example.org"])


@pytest.fixture
def smtp(settings: Any) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_USE_TLS = False
    return settings


class TestFileSmsGateway:
    def test_the_settings_choose_it_in_the_demo(self) -> None:
        assert isinstance(sms_gateway(), FileSmsGateway)

    def test_an_sms_becomes_a_file(self, outbox_dir: Path) -> None:
        FileSmsGateway().send(to="+4740000001", text="Hei på deg 👋", reference="r1")

        (path,) = (outbox_dir / "sms").iterdir()
        assert json.loads(path.read_text(encoding="utf-8")) == {
            "from": "Time",
            "to": "+4740000001",
            "text": "Hei på deg 👋",
            "reference": "r1",
        }

    def test_the_same_reference_sends_once_and_answers_the_same(self, outbox_dir: Path) -> None:
        first = FileSmsGateway().send(to="+4740000001", text="first", reference="r1")
        second = FileSmsGateway().send(to="+4740000001", text="second", reference="r1")

        assert first == second
        (path,) = (outbox_dir / "sms").iterdir()
        assert json.loads(path.read_text())["text"] == "first"

    def test_senders_at_the_same_time_with_one_reference_write_one_whole_file(
        self, outbox_dir: Path
    ) -> None:
        start = Barrier(8, timeout=10)

        def send(number: int) -> None:
            start.wait()
            FileSmsGateway().send(to="+4740000001", text=str(number) * 50_000, reference="r1")

        senders = [Thread(target=send, args=[number]) for number in range(8)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()

        (path,) = (outbox_dir / "sms").iterdir()
        text = json.loads(path.read_text())["text"]
        assert text == text[0] * 50_000


class TestSendEmail:
    def test_a_server_that_takes_it_has_it(self, smtp: Any) -> None:
        with mail_server() as server:
            smtp.EMAIL_PORT = server.port
            send_email(an_email())

        (words,) = server.accepted
        assert b"Subject: Time" in words

    def test_a_server_that_is_down_is_a_matter_of_time(self, smtp: Any) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            smtp.EMAIL_PORT = unused.getsockname()[1]
            with pytest.raises(TemporaryGatewayError):
                send_email(an_email())

    @pytest.mark.parametrize(
        "answer",
        [
            {"hello": "421 too busy"},
            {"hello": HANG_UP},
            {"MAIL": "451 not now"},
            {"RCPT": "450 greylisted"},
            {"DATA": "451 not now"},
            {"end": "452 full"},
        ],
    )
    def test_a_server_that_says_not_now_has_not_taken_it(
        self, smtp: Any, answer: dict[str, str]
    ) -> None:
        with mail_server(**answer) as server:
            smtp.EMAIL_PORT = server.port
            with pytest.raises(TemporaryGatewayError):
                send_email(an_email())

        assert server.accepted == []

    @pytest.mark.parametrize(
        "answer",
        [
            {"MAIL": "550 not from you"},
            {"RCPT": "550 no such mailbox"},
            {"DATA": "554 no"},
            {"end": "554 looks like spam"},
        ],
    )
    def test_a_server_that_says_no_will_never_take_it(
        self, smtp: Any, answer: dict[str, str]
    ) -> None:
        with mail_server(**answer) as server:
            smtp.EMAIL_PORT = server.port
            with pytest.raises(PermanentGatewayError):
                send_email(an_email())

        assert server.accepted == []

    def test_a_server_that_hangs_up_after_the_words_leaves_us_in_doubt(self, smtp: Any) -> None:
        with mail_server(end=HANG_UP) as server:
            smtp.EMAIL_PORT = server.port
            with pytest.raises(smtplib.SMTPServerDisconnected):
                send_email(an_email())

    def test_a_server_that_falls_silent_after_the_words_leaves_us_in_doubt(self, smtp: Any) -> None:
        smtp.EMAIL_TIMEOUT = 0.3
        # A reply that never ends: the dash says that more lines follow.
        with mail_server(end="250-wait") as server:
            smtp.EMAIL_PORT = server.port
            with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
                send_email(an_email())

    @pytest.mark.parametrize("goodbye", [HANG_UP, "2" * 9000], ids=["none", "nonsense"])
    def test_a_server_with_bad_manners_at_the_end_has_taken_it(
        self, smtp: Any, goodbye: str
    ) -> None:
        with mail_server(QUIT=goodbye) as server:
            smtp.EMAIL_PORT = server.port
            send_email(an_email())

        assert len(server.accepted) == 1


class TestMailLine:
    def test_several_emails_go_over_one_connection(self, smtp: Any) -> None:
        with mail_server() as server:
            smtp.EMAIL_PORT = server.port
            with MailLine() as line:
                for _ in range(5):
                    line.send(an_email())

        assert (len(server.accepted), server.talks) == (5, 1)

    @pytest.mark.parametrize("answer", [{"RCPT": "550 no such mailbox"}, {"end": "452 full"}])
    def test_after_a_no_the_next_one_goes_over_a_new_connection(
        self, smtp: Any, answer: dict[str, str]
    ) -> None:
        with mail_server() as server:
            smtp.EMAIL_PORT = server.port
            with MailLine() as line:
                line.send(an_email())
                polite, server.answers = server.answers, server.answers | answer
                with pytest.raises((PermanentGatewayError, TemporaryGatewayError)):
                    line.send(an_email())
                server.answers = polite
                line.send(an_email())

        assert (len(server.accepted), server.talks) == (2, 2)

    @pytest.mark.parametrize("noop", [HANG_UP, "421 you were silent for too long"])
    def test_a_server_that_left_meanwhile_is_called_again_and_nothing_is_in_doubt(
        self, smtp: Any, noop: str
    ) -> None:
        with mail_server(NOOP=noop) as server:
            smtp.EMAIL_PORT = server.port
            with MailLine() as line:
                line.send(an_email())
                line.send(an_email())

        assert (len(server.accepted), server.talks) == (2, 2)

    def test_a_server_that_is_gone_for_good_has_not_taken_the_next_one(self, smtp: Any) -> None:
        line = MailLine()
        with mail_server(NOOP=HANG_UP) as server:
            smtp.EMAIL_PORT = server.port
            line.send(an_email())
        with pytest.raises(TemporaryGatewayError):
            line.send(an_email())

    def test_a_server_that_hangs_up_after_the_words_leaves_only_that_one_in_doubt(
        self, smtp: Any
    ) -> None:
        with mail_server() as server:
            smtp.EMAIL_PORT = server.port
            with MailLine() as line:
                line.send(an_email())
                polite, server.answers = server.answers, server.answers | {"end": HANG_UP}
                with pytest.raises(smtplib.SMTPServerDisconnected):
                    line.send(an_email())
                server.answers = polite
                line.send(an_email())

        assert server.talks == 2


class TestSendAtOnce:
    def test_a_code_goes_by_sms(self, outbox_dir: Path) -> None:
        send_at_once(channel="sms", to="+4740000001", subject="Koden din", text="123456")

        (path,) = (outbox_dir / "sms").iterdir()
        assert json.loads(path.read_text())["text"] == "123456"

    def test_a_code_goes_by_email(self, mailoutbox: list[EmailMessage]) -> None:
        send_at_once(channel="email", to="alice@example.org", subject="Koden", text="123456")

        (email,) = mailoutbox
        assert (email.subject, email.body) == ("Koden", "123456\n")
        assert email.extra_headers["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize("gateway", ["Down", "Refusing", "FallingSilent"])
    def test_a_code_that_was_not_taken_is_the_askers_to_know(
        self, settings: Any, gateway: str
    ) -> None:
        settings.SMS_GATEWAY = f"tests.notifications.carriers.{gateway}SmsGateway"

        with pytest.raises(NotSentError):
            send_at_once(channel="sms", to="+4740000001", subject="Koden din", text="123456")

    def test_an_impossible_address_is_not_sent_to(self) -> None:
        with pytest.raises(NotSentError):
            send_at_once(channel="email", to="alice", subject="Koden din", text="123456")
