"""What no message to a patient says, of whatever kind and in whatever language."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from clinics.domain.discreet import forbidden_words
from notifications.services.registry import kinds
from notifications.services.rendering import render_email, render_sms
from tests.factories import at

TEMPLATES = Path(settings.BASE_DIR) / "templates" / "notifications"
# To staff, or to a person whose name and address nobody here knows.
TO_OTHERS = {"case_urgent", "interest_noted", "group_open"}
KINDS = sorted(path.name.partition(".")[0] for path in TEMPLATES.glob("*.sms.txt"))
CLINIC = SimpleNamespace(
    discreet_name="Nydalen legesenter",
    street="Nydalsveien 1",
    postal_code="0484",
    city="Oslo",
    phone="+4722000000",
    phone_hours="Hverdager 9–15",
)
WHERE = ("Nydal", "0484", "Oslo", "22000000")


def words_of(kind: str, *, language: str, protected: bool) -> str:
    context = {
        "starts_at": at("17.40"),
        "instead_at": at("18.10"),
        "come_by": at("18.20"),
        "answer_by": at("12.00"),
        "clinic": CLINIC,
        "link": "https://time.example/l/x/",
        "protected": protected,
        "number": 2,
        "minutes": 30,
        "hours": 4,
    }
    sms = render_sms(kind=kind, to="+4740000001", language=language, context=context)
    email = render_email(
        kind=kind,
        to="alice@example.org",
        language=language,
        context=context,
        attachments=(),
        reference="1",
    )
    return "\n".join([sms.text, email.subject, str(email.body)])


def test_every_kind_that_is_registered_is_looked_at():
    assert {kind.code for kind in kinds()} <= set(KINDS)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_message_says_what_it_is_about(kind, language):
    for protected in (False, True):
        assert forbidden_words(words_of(kind, language=language, protected=protected)) == []


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in TO_OTHERS])
def test_who_has_a_protected_address_is_never_told_where(kind, language):
    assert any(place in words_of(kind, language=language, protected=False) for place in WHERE)
    words = words_of(kind, language=language, protected=True)
    assert [place for place in WHERE if place in words] == []
