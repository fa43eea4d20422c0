"""One text with every trick in it, in every field of every form, and wherever it is shown again."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
import redis
import time_machine
from django.apps import apps
from django.core import mail
from django.db import DatabaseError, models, transaction

from tests.access.objects import address_of
from tests.access.pages import all_pages
from tests.attacks.world import browsers
from tests.factories import BEFORE
from tests.forms_walk.html import Form
from tests.forms_walk.place import PLACES
from tests.forms_walk.rows import LANGUAGE_SWITCH
from tests.forms_walk.test_every_form import _PLACES
from tests.forms_walk.walk import forms_at

assert _PLACES
MARK = "xq7z"
# Ends a string, a tag, an attribute, a comment, a script; asks the database, a template, a header.
TRICK = (
    f"{MARK}'\"></textarea></title><script>alert({MARK})</script><img src=x onerror={MARK}>"
    "{{7*191}}{% debug %}${7*191}'; DROP TABLE patients_patient; -- \r\nBcc: eve@evil.example"
)
# The mark where it is not a text any more, but a tag or an attribute of ours; and what was run.
ALIVE = re.compile(rf"<script>alert\({MARK}|<img src=x onerror={MARK}|1337")
NAMES = {"csrfmiddlewaretoken"}
# What a form of ours never asks for, and a model has.
EXTRA = {
    **dict.fromkeys(["is_staff", "is_superuser", "is_active", "role", "roles", "admin"], "on"),
    **dict.fromkeys(["id", "pk", "patient", "patient_id", "clinic", "clinic_id"], "1"),
    **dict.fromkeys(["status", "state", "contact_hash", "merged_into", "id_seen_at"], "vaccinated"),
}


def filled(form: Form, text: str) -> dict[str, list[str]]:
    """Everything that a form asks for, with the text where a person can type or tamper."""
    sent = {one.name: [text] for one in form.fields if one.name not in NAMES}
    return {**sent, **{name: [text] for name, _value in form.buttons}}


@pytest.fixture
def traveller(db: None, valkey: redis.Redis, settings: object) -> Iterator[object]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    with time_machine.travel(BEFORE, tick=False) as traveller:
        yield traveller


def test_no_field_of_any_form_runs_what_is_typed_into_it(traveller, valkey) -> None:
    """In all fields at once and in each alone, with extra ones; every answer is looked through."""
    forms, sent, alive, broken, seen = 0, 0, [], [], set()
    for name, arrive in PLACES.items():
        valkey.flushdb()
        mail.outbox = []
        before = transaction.savepoint()
        place = arrive(traveller)
        place.client.raise_request_exception = False
        found = {(one.key, one.form.action): one for _page, some in forms_at(place) for one in some}
        for (key, action), one in found.items():
            if key in seen or key == LANGUAGE_SWITCH:
                continue
            seen.add(key)
            forms += 1
            target = urljoin(one.page, action)
            everything = filled(one.form, TRICK)
            untouched = {n: one.form.values(n) for n in everything}
            tries = [everything, *({**untouched, n: [TRICK]} for n in everything)]
            for data in tries:
                valkey.delete(*(valkey.keys("*allauth*") or ["none"]))
                inner = transaction.savepoint()
                answer = place.client.post(target, {**data, **EXTRA}, follow=True)
                sent += 1
                if answer.status_code >= 500:
                    broken.append(f"{key} at {name}: {answer.status_code}")
                shown = answer.content.decode(errors="replace")
                if ALIVE.search(shown) or "Bcc" in str(answer.headers):
                    alive.append(f"{key} at {name}")
                transaction.savepoint_rollback(inner)
        for message in mail.outbox:
            assert "evil.example" not in str(message.recipients()), message.recipients()
            assert "\n" not in message.subject
        transaction.savepoint_rollback(before)

    assert broken == []
    assert alive == []
    assert forms > 100
    assert sent > 250


TYPED = {
    *("given_name", "family_name", "call_name", "text", "note", "reason", "street", "fee"),
    *("name", "discreet_name", "words", "comment", "what", "subject", "body", "directions"),
}
OURS = {"appointments", "clinics", "eligibility", "notifications", "patients", "vaccinations"}


def texts() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column that holds what somebody has typed."""
    for model in apps.get_models():
        for field in model._meta.fields:
            is_text = isinstance(field, models.TextField | models.CharField)
            if model._meta.app_label in OURS and field.name in TYPED and is_text:
                yield model, field


def store(trick: str) -> int:
    """Put a text wherever somebody might have typed it, and a constraint lets it stand."""
    stored = 0
    for model, field in texts():
        for row in model._base_manager.all()[:20]:
            text = f"{row.pk}"[:6] + trick if field.unique else trick
            inner = transaction.savepoint()
            try:
                stored += model._base_manager.filter(pk=row.pk).update(**{field.name: text})
            except DatabaseError:
                transaction.savepoint_rollback(inner)
    return stored


def test_what_somebody_typed_is_text_on_every_page_that_shows_it(objects) -> None:
    """Stored in every text that people, staff and clinics write, then all pages are opened."""
    assert store(f"{MARK}\"'><script>alert({MARK})</script><img src=x onerror={MARK}>") > 20
    shown, alive, broken = 0, [], []
    for who, client in browsers(objects).items():
        for page in all_pages():
            if (who == "a superuser") is not page.name.startswith("admin:"):
                continue
            answer = client.get(address_of(page, objects))
            content = answer.content.decode(errors="replace")
            shown += MARK in content
            if ALIVE.search(content):
                alive.append(f"{page} as {who}")
            if answer.status_code >= 500:
                broken.append(f"{page} as {who}")
    assert alive == []
    assert broken == []
    assert shown > 20
