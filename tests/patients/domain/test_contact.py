import pytest
from hypothesis import given
from hypothesis import strategies as st

from patients.domain.contact import (
    Contact,
    InvalidEmailError,
    InvalidPhoneError,
    PhoneFault,
    mask,
    parse_email,
    parse_phone,
)


@pytest.mark.parametrize(
    "typed",
    [
        "+47 41 23 45 67",
        "004741234567",
        "0047 412 34 567",
        "41234567",
        "412 34 567",
        "41-23-45-67",
        "\uff0b\uff14\uff17 41234567",
        "\u202a+47 412 34 567\u202c",
        "٤١٢٣٤٥٦٧",
        "4741234567",
        " 41234567\n",
    ],
)
def test_a_norwegian_number_is_read_however_it_is_written(typed: str) -> None:
    assert parse_phone(typed) == "+4741234567"


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("+46 70 123 45 67", "+46701234567"),
        ("0046 70-123 45 67", "+46701234567"),
        ("+1 212 456 7890", "+12124567890"),
        ("+48 512 345 678", "+48512345678"),
    ],
)
def test_a_foreign_number_with_its_country_code_is_read(typed: str, e164: str) -> None:
    assert parse_phone(typed) == e164


def test_a_number_without_country_code_is_read_as_the_regions() -> None:
    assert parse_phone("070-123 45 67", region="SE") == "+46701234567"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", PhoneFault.EMPTY),
        (" \u200b ", PhoneFault.EMPTY),
        ("4123456", PhoneFault.UNKNOWN_NUMBER),
        ("+47 4123 4567 8", PhoneFault.UNKNOWN_NUMBER),
        ("4", PhoneFault.NOT_A_NUMBER),
        ("+999 41234567", PhoneFault.NOT_A_NUMBER),
        ("41 23 45 ab", PhoneFault.NOT_A_NUMBER),
        ("800-FLOWERS", PhoneFault.NOT_A_NUMBER),
        ("tel:+4741234567", PhoneFault.NOT_A_NUMBER),
        ("+4741234567;ext=5", PhoneFault.NOT_A_NUMBER),
        ("📞41234567", PhoneFault.NOT_A_NUMBER),
        ("4️⃣1234567", PhoneFault.NOT_A_NUMBER),
        ("+", PhoneFault.NOT_A_NUMBER),
        ("22 22 22 22", PhoneFault.NO_SMS),
        ("820 00 000", PhoneFault.NO_SMS),
    ],
)
def test_what_no_sms_reaches_is_refused_with_its_reason(typed: str, fault: PhoneFault) -> None:
    with pytest.raises(InvalidPhoneError) as refused:
        parse_phone(typed)
    assert refused.value.fault == fault


@given(st.text(max_size=30))
def test_any_text_is_a_number_in_e164_or_refused(typed: str) -> None:
    try:
        number = parse_phone(typed)
    except InvalidPhoneError:
        return
    assert number.startswith("+")
    assert parse_phone(number) == number


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("alice@example.org", "alice@example.org"),
        (" Alice@Example.ORG ", "Alice@example.org"),
        ("first.last+tag@sub.example.no", "first.last+tag@sub.example.no"),
        ("a@xn--blbr-uoa4k.no", "a@xn--blbr-uoa4k.no"),
        ("a@blåbær.no", "a@blåbær.no"),
        ("\u200bal\u200bice@example.org", "alice@example.org"),
    ],
)
def test_an_email_address_is_kept_with_its_domain_in_lower_case(typed: str, address: str) -> None:
    assert parse_email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "alice",
        "@example.org",
        "alice@",
        "alice@localhost",
        "alice@example",
        "alice@example..org",
        "alice@.example.org",
        "alice@example.org.",
        "alice@-example.org",
        "alice@127.0.0.1",
        "al ice@example.org",
        "alice@exam ple.org",
        "alice..b@example.org",
        ".alice@example.org",
        "a@b@example.org",
        "alice@example.org\nBcc: eve@example.org",
        "alice@example。org",
        "🙂@example.org",
        "Alice <alice@example.org>",
        "a" * 65 + "@example.org",
        "a@" + ".".join(["x" * 60] * 5) + ".org",
        "a@" + "x" * 64 + ".org",
    ],
)
def test_what_is_no_email_address_is_refused(typed: str) -> None:
    with pytest.raises(InvalidEmailError):
        parse_email(typed)


@given(st.text(max_size=40) | st.emails())
def test_any_text_is_an_address_of_one_line_or_refused(typed: str) -> None:
    try:
        address = parse_email(typed)
    except InvalidEmailError:
        return
    assert parse_email(address) == address
    assert not any(character.isspace() for character in address)


def test_two_spellings_of_an_address_are_one_contact() -> None:
    upper, lower = Contact("email", "Alice@example.org"), Contact("email", "alice@example.org")
    assert upper.canonical == lower.canonical


def test_a_contact_never_shows_its_address_in_a_log() -> None:
    assert "41234567" not in repr(Contact("sms", "+4741234567"))


@pytest.mark.parametrize(
    ("contact", "shown"),
    [
        (Contact("sms", "+4741231234"), "•• •• 12 34"),
        (Contact("sms", "+46701234567"), "•• •• 45 67"),
        (Contact("email", "alice@example.org"), "a…@example.org"),
        (Contact("email", "a@example.org"), "a…@example.org"),
    ],
)
def test_a_masked_contact_shows_its_owner_just_enough(contact: Contact, shown: str) -> None:
    assert mask(contact) == shown
