"""What somebody typed is text wherever it is shown: a mark in every text that the database keeps.

What each field of each form shows again when it is refused is walked in tests/forms_walk.
"""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import IntegrityError, ProgrammingError, models, transaction

from encryption.fields import EncryptedDateField, EncryptedJSONField, EncryptedTextField
from tests.access.objects import Objects, address_of
from tests.access.pages import all_pages
from tests.attacks.world import TAG, Browsers

OURS = ("appointments", "audit", "clinics", "eligibility", "notifications", "patients")
# Written by the program, from what it knows itself; or a key that leads from row to row.
NOT_TYPED = re.compile(
    r"(.*_)?(hash|id|kind|code|role|action|route|outcome|language)|password|slug|state"
    r"|fate|setting|priority_group|rule_set|id_number|indication|deviation|occasion|purpose|window"
    r"|end_reason|provider_reference"
)
# Kept as they were, or in a chain: the application may not change them afterwards.
SEALED = {"audit.Seal", "notifications.SweepRun"}
TEXTS = (models.TextField, models.CharField, EncryptedTextField)
NO_TEXTS = (EncryptedDateField, EncryptedJSONField)
SHORTEST = 20


def texts() -> Iterator[tuple[type[models.Model], models.Field]]:
    """Every column that may hold what somebody has typed, with room for a mark."""
    for model in apps.get_models():
        if model._meta.app_label not in (*OURS, "vaccinations") or model._meta.label in SEALED:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, TEXTS) and not isinstance(field, NO_TEXTS)
            roomy = field.max_length is None or field.max_length >= SHORTEST
            if is_text and roomy and not field.choices and not NOT_TYPED.fullmatch(field.name):
                yield model, field


def put(model: type[models.Model], field: models.Field, text: str) -> int:
    """Put a text in each row, or in one where it tells rows apart; return in how many.

    Where rows only come to others, in one more, made of the newest.
    """
    rows = model._base_manager.order_by("pk")
    try:
        with transaction.atomic():
            return rows.update(**{field.name: text})
    except IntegrityError:
        return rows.filter(pk=rows.values("pk")[:1]).update(**{field.name: text})
    except ProgrammingError:
        row = rows.last()
        if row is None:
            return 0
        row.pk, row.revision = None, getattr(row, "revision", 0) + 1
        setattr(row, field.name, text)
        row.save(force_insert=True)
        return 1


def store() -> dict[str, str]:
    """Put a mark of its own in each text; return the marks by column."""
    marks = {f"{one.__name__}.{field.name}": (one, field) for one, field in texts()}
    return {
        name: mark
        for number, (name, where) in enumerate(marks.items())
        if put(*where, f"'\"><{(mark := f'{TAG}{number}q')}>")
    }


def test_what_somebody_typed_is_text_on_every_page_that_shows_it(objects: Objects) -> None:
    marks, browsers = store(), Browsers(objects)
    shown, alive, broken = set(), [], []
    for page in all_pages():
        answer = browsers.of(page).get(address_of(page, objects))
        if answer.status_code >= 500:
            broken.append(f"{page}: {answer.status_code}")
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        content = answer.content.decode()
        seen = set(re.findall(rf"{TAG}\d+q", content))
        shown |= seen
        if f"<{TAG}" in content or re.search(rf"""['"]>&lt;{TAG}""", content):
            alive.append(f"{page} shows {seen}")

    assert alive == []
    assert broken == []
    assert len(marks) > 40
    assert len(shown) > 30, f"shown nowhere: {sorted(set(marks.values()) - shown)}"
