"""A person is reached elsewhere from now on, and what was sent to the old contact opens nothing.

Whoever still has the old phone or mailbox has the links in it, and perhaps a calendar feed: all
links to what is the person's end, also those that were sent to the other channel. The old contact
is told, so that nobody is moved away from their messages without knowing.
"""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from care.services.message_people import subjects_of
from patients.domain.contact import Contact
from patients.models import Patient
from patients.selectors import contacts_of, person_of, same_person_ids
from patients.services.code_messages import tell_of_new_contact, tell_old_contact
from patients.services.contacting import set_address, set_contact
from patients.services.links import revoke_all


@transaction.atomic
def exchange_contact(*, patient_id: UUID, contact: Contact, by: Actor, now: datetime) -> bool:
    """Let a contact that was just proved take the place of another; tell whether links ended.

    They do not when there was no contact on that channel, or the same. Raises Patient.DoesNotExist.
    """
    person = person_of(patient_id)
    old = contacts_of(person)
    set_address(patient_id=patient_id, contact=contact, by=by, now=now)
    return _tell_and_end_links(person, old)


@transaction.atomic
def note_contact(
    *, patient_id: UUID, contact: Contact | None, language: str, by: Actor, now: datetime
) -> None:
    """Let staff note how somebody is reached who says so, and may not be who they say.

    Raises Patient.DoesNotExist.
    """
    person = person_of(patient_id)
    old = contacts_of(person)
    set_contact(patient_id=patient_id, contact=contact, language=language, by=by, now=now)
    _tell_and_end_links(person, old)


def _tell_and_end_links(person: Patient, old: list[Contact]) -> bool:
    """Tell the old contacts once all is committed; return whether one of them was lost.

    In the language that the person was written to before: it may have been somebody else.
    """
    person.refresh_from_db(fields=["phone", "email"])
    new = contacts_of(person)
    lost = [one for one in old if one not in new]
    added = [one for one in new if one not in old]
    if lost:
        revoke_all(subject_ids=subjects_of(same_person_ids(person.pk)))
    for contact in old if added or lost else ():
        tell = tell_old_contact if contact in lost else tell_of_new_contact
        to_them = partial(tell, contact=contact, language=person.language)
        transaction.on_commit(to_them, robust=True)
    return bool(lost)
