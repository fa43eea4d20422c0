"""How messages leave, read from the environment: what is wrong stops the start and says how."""

from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

SMTP = "notifications.smtp.SmtpBackend"
SINCH = "notifications.sinch.SinchGateway"
# The words for how a mail server is talked to, and the port that each has by custom (RFC 8314).
PORTS = {"starttls": "587", "tls": "465", "none": "25"}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
# Each step of the talk may take so long; a dozen steps must end within an attempt's lease.
LONGEST_TIMEOUT = 20
# Sinch cuts no text; a sender of letters has 11 characters at most (3GPP TS 23.040, 9.1.2.5).
LONGEST_SENDER = 11


def email_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return Django's settings for a mail server; raises ``ImproperlyConfigured``."""
    security = environment.get("MPOX_EMAIL_SECURITY", "starttls")
    if security not in PORTS:
        raise _wrong("MPOX_EMAIL_SECURITY", "must be starttls, tls or none")
    host = required(environment, "MPOX_EMAIL_HOST")
    if security == "none" and host not in LOOPBACK:
        raise _wrong("MPOX_EMAIL_SECURITY", "may be none only for a server on this machine")
    user = environment.get("MPOX_EMAIL_USER", "")
    password = environment.get("MPOX_EMAIL_PASSWORD", "")
    if bool(user) != bool(password):
        raise _wrong("MPOX_EMAIL_USER and MPOX_EMAIL_PASSWORD", "must both be set, or neither")
    return {
        "EMAIL_BACKEND": SMTP,
        "EMAIL_HOST": host,
        "EMAIL_PORT": _number(environment, "MPOX_EMAIL_PORT", PORTS[security], most=65535),
        "EMAIL_HOST_USER": user,
        "EMAIL_HOST_PASSWORD": password,
        "EMAIL_USE_TLS": security == "starttls",
        "EMAIL_USE_SSL": security == "tls",
        "EMAIL_TIMEOUT": _number(environment, "MPOX_EMAIL_TIMEOUT", "15", most=LONGEST_TIMEOUT),
        "DEFAULT_FROM_EMAIL": _sender(environment),
    }


def sms_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return the settings for the SMS gateway: Sinch, or a class by its path."""
    named = required(environment, "MPOX_SMS_GATEWAY")
    sender = environment.get("MPOX_SMS_SENDER", "Time")
    if not sender.lstrip("+").isalnum() or not sender.isascii():
        raise _wrong("MPOX_SMS_SENDER", "must be letters and digits, or a number")
    if not sender.lstrip("+").isdigit() and len(sender) > LONGEST_SENDER:
        raise _wrong("MPOX_SMS_SENDER", f"has more than {LONGEST_SENDER} characters")
    chosen = {"SMS_GATEWAY": SINCH if named == "sinch" else named, "SMS_SENDER": sender}
    return chosen | (sinch_settings(environment) if chosen["SMS_GATEWAY"] == SINCH else {})


def sinch_settings(environment: Mapping[str, str]) -> dict[str, Any]:
    """Return what the Sinch gateway needs; the secret signs the receipts that come back."""
    url = environment.get("MPOX_SINCH_URL", "https://eu.sms.api.sinch.com")
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise _wrong("MPOX_SINCH_URL", "must begin with https://")
    return {
        "SINCH_URL": url.rstrip("/"),
        "SINCH_PLAN": required(environment, "MPOX_SINCH_PLAN"),
        "SINCH_TOKEN": required(environment, "MPOX_SINCH_TOKEN"),
        "SINCH_WEBHOOK_SECRET": required(environment, "MPOX_SINCH_WEBHOOK_SECRET"),
    }


def required(environment: Mapping[str, str], name: str) -> str:
    """Return a setting that must be there."""
    value = environment.get(name, "")
    if not value:
        raise _wrong(name, "is not set")
    return value


def _sender(environment: Mapping[str, str]) -> str:
    sender = required(environment, "MPOX_FROM_EMAIL")
    try:
        validate_email(parseaddr(sender)[1])
    except ValidationError:
        raise _wrong("MPOX_FROM_EMAIL", "is no e-mail address") from None
    return sender


def _number(environment: Mapping[str, str], name: str, default: str, *, most: int) -> int:
    text = environment.get(name) or default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= most):
        raise _wrong(name, f"must be a number from 1 to {most}")
    return int(text)


def _wrong(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} {why}. docs/settings.md says what a server needs.")
