"""Telephone numbers and e-mail addresses: how a person is reached."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from patients.domain.invisible import without_invisible

# Digits of any script and what people put between them. Letters are refused here, because the
# library reads them as the keys of a telephone.
_PHONE_SHAPE = re.compile(r"\+?[\d\s().\-\u2010-\u2015/]+")
# Premium and shared-cost numbers would let a stranger spend the clinic's money.
_RECEIVES_SMS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)

_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# RFC 5321, 4.5.3.1.
_MAX_LOCAL_PART, _MAX_ADDRESS = 64, 254


class PhoneFault(StrEnum):
    """What is wrong with a telephone number."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    UNKNOWN_NUMBER = "unknown_number"
    NO_SMS = "no_sms"


class InvalidPhoneError(ValueError):
    """A text that is no telephone number an SMS reaches; ``fault`` says why."""

    def __init__(self, fault: PhoneFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class InvalidEmailError(ValueError):
    """A text that is no e-mail address."""


@dataclass(frozen=True)
class Contact:
    """One way to reach somebody: ``address`` is E.164 for sms, an e-mail address for email."""

    channel: Literal["sms", "email"]
    address: str = field(repr=False)

    @property
    def canonical(self) -> str:
        """The address without the differences that people do not mean: e-mail in lower case."""
        return self.address.lower() if self.channel == "email" else self.address


def parse_phone(text: str, region: str = "NO") -> str:
    """Return a telephone number as E.164, a number without a country code read as ``region``'s.

    Raises InvalidPhoneError, also for numbers that take no SMS.
    """
    shown = unicodedata.normalize("NFKC", without_invisible(text))
    if not shown:
        raise InvalidPhoneError(PhoneFault.EMPTY)
    if not _PHONE_SHAPE.fullmatch(shown):
        raise InvalidPhoneError(PhoneFault.NOT_A_NUMBER)
    try:
        number = phonenumbers.parse(shown, region)
    except phonenumbers.NumberParseException as error:
        raise InvalidPhoneError(PhoneFault.NOT_A_NUMBER) from error
    if not phonenumbers.is_valid_number(number):
        raise InvalidPhoneError(PhoneFault.UNKNOWN_NUMBER)
    if phonenumbers.number_type(number) not in _RECEIVES_SMS:
        raise InvalidPhoneError(PhoneFault.NO_SMS)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def parse_email(text: str) -> str:
    """Return an e-mail address as typed, its domain in lower case.

    Checks the form only; the code sent there is the proof. Raises InvalidEmailError.
    """
    local, at, domain = without_invisible(text).rpartition("@")
    domain = unicodedata.normalize("NFKC", domain).lower()
    try:
        labels = [label.encode("idna").decode("ascii") for label in domain.split(".")]
    except UnicodeError as error:
        raise InvalidEmailError from error
    if not (
        at
        and _LOCAL_PART.fullmatch(local)
        and len(local) <= _MAX_LOCAL_PART
        and len(local) + 1 + len(domain) <= _MAX_ADDRESS
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdigit()
    ):
        raise InvalidEmailError
    return f"{local}@{domain}"


def mask(contact: Contact) -> str:
    """Show enough of a contact for its owner to know it: "•• •• 12 34", "a…@example.org"."""
    if contact.channel == "sms":
        return f"•• •• {contact.address[-4:-2]} {contact.address[-2:]}"
    local, _, domain = contact.address.rpartition("@")
    return f"{local[0]}…@{domain}"
