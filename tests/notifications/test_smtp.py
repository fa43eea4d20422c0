"""E-mail through real servers: encryption, certificates, passwords, and what a silence means."""

import smtplib
from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage

from mpoxclinic.message_settings import email_settings
from notifications.gateways import PermanentGatewayError, TemporaryGatewayError, send_email
from tests.notifications.mail_server import HANG_UP, SILENCE, mail_server
from tests.notifications.real_mail_server import (
    PASSWORD,
    USER,
    certificate,
    real_mail_server,
)

LOGIN = {"MPOX_EMAIL_USER": USER, "MPOX_EMAIL_PASSWORD": PASSWORD}


def an_email():
    message = EmailMessage("Tid på mandag", "Hei Åse\n", "time@example.no", ["alice@example.org"])
    message.attach("time.ics", "BEGIN:VCALENDAR\r\n", "text/calendar; method=PUBLISH")
    return message


@pytest.fixture
def use(settings):
    """Take the settings that a server's environment gives."""

    def take(port, security="starttls", host="127.0.0.1", **more):
        environment = {
            "MPOX_EMAIL_HOST": host,
            "MPOX_EMAIL_PORT": str(port),
            "MPOX_EMAIL_SECURITY": security,
            "MPOX_FROM_EMAIL": "Time <time@example.no>",
            **more,
        }
        for name, value in email_settings(environment).items():
            setattr(settings, name, value)

    return take


@pytest.fixture
def trusted(tmp_path, monkeypatch):
    """A certificate of an authority that this machine trusts."""
    files = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    return files


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_email_goes_encrypted_with_the_password(use, trusted, security):
    with real_mail_server(trusted, security=security, password=True) as (kept, port):
        use(port, security, **LOGIN)
        send_email(an_email())
    [mail] = kept.mails
    assert (kept.encrypted, kept.logins) == ([True], 1)
    assert mail.rcpt_tos == ["alice@example.org"]
    read = message_from_bytes(mail.content, policy=policy.default)
    assert read["Subject"] == "Tid på mandag"
    assert "Hei Åse" in read.get_body(("plain",)).get_content()
    [part] = read.iter_attachments()
    assert part["Content-Type"].params["method"] == "PUBLISH"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(use, tmp_path, security):
    with real_mail_server(certificate(tmp_path), security=security, password=True) as (kept, port):
        use(port, security, **LOGIN)
        with pytest.raises(TemporaryGatewayError):
            send_email(an_email())
    assert (kept.mails, kept.logins) == ([], 0)


def test_a_server_with_the_certificate_of_another_gets_nothing(use, tmp_path, monkeypatch):
    files = certificate(tmp_path, name="mail.example.org")
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    with real_mail_server(files, password=True) as (kept, port):
        use(port, **LOGIN)
        with pytest.raises(TemporaryGatewayError):
            send_email(an_email())
    assert (kept.mails, kept.logins) == ([], 0)


def test_a_server_that_cannot_encrypt_gets_neither_words_nor_password(use):
    with real_mail_server() as (kept, port):
        use(port, **LOGIN)
        with pytest.raises(TemporaryGatewayError):
            send_email(an_email())
    assert (kept.mails, kept.logins) == ([], 0)


def test_a_wrong_password_sends_nothing_and_is_a_matter_of_time(use, trusted):
    with real_mail_server(trusted, password=True) as (kept, port):
        use(port, **LOGIN | {"MPOX_EMAIL_PASSWORD": "feil"})
        with pytest.raises(TemporaryGatewayError):
            send_email(an_email())
    assert kept.mails == []
    assert kept.logins >= 1


def test_without_a_password_where_one_is_needed_it_waits_for_one(use, trusted):
    with real_mail_server(trusted, password=True) as (kept, port):
        use(port)
        with pytest.raises(TemporaryGatewayError):  # 530 is said of us, not of the message
            send_email(an_email())
    assert kept.mails == []


class TestStepByStep:
    """A plain server that says no, falls silent or hangs up at one step of the talk."""

    BEFORE_THE_WORDS = ("hello", "EHLO", "MAIL", "RCPT", "DATA")

    @pytest.mark.parametrize("step", [*BEFORE_THE_WORDS[1:], "end"])
    @pytest.mark.parametrize(
        ("answer", "error"),
        [("451 not now", TemporaryGatewayError), ("554 no", PermanentGatewayError)],
    )
    def test_a_refusal_is_known_not_to_be_sent(self, use, step, answer, error):
        # Without EHLO and HELO the talk did not begin: that may change.
        no_talk = step == "EHLO"
        answers = {step: answer} | ({"HELO": answer} if no_talk else {})
        with mail_server(**answers) as server:
            use(server.port, "none")
            with pytest.raises(TemporaryGatewayError if no_talk else error):
                send_email(an_email())
        assert server.accepted == []

    @pytest.mark.parametrize("step", BEFORE_THE_WORDS)
    @pytest.mark.parametrize("how", [SILENCE, HANG_UP], ids=["silent", "cut off"])
    def test_a_line_that_ends_before_the_words_leaves_no_doubt(self, use, quick, step, how):
        with mail_server(**{step: how, "HELO": how}) as server:
            use(server.port, "none")
            quick()
            with pytest.raises(TemporaryGatewayError):
                send_email(an_email())
        assert server.accepted == []

    @pytest.mark.parametrize("how", [SILENCE, HANG_UP], ids=["silent", "cut off"])
    def test_a_line_that_ends_after_the_words_leaves_doubt(self, use, quick, how):
        with mail_server(end=how) as server:
            use(server.port, "none")
            quick()
            with pytest.raises((smtplib.SMTPServerDisconnected, TimeoutError)):
                send_email(an_email())

    @pytest.fixture
    def quick(self, settings):
        return lambda: setattr(settings, "EMAIL_TIMEOUT", 0.3)
