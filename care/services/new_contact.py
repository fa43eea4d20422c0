"""A person is reached elsewhere from now on, and what was sent to the old contact opens nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.domain import Actor
from care.services.message_people import subjects_of
from patients.domain.contact import Contact
from patients.selectors import same_person_ids
from patients.services.contacting import set_address
from patients.services.links import revoke_all


@transaction.atomic
def exchange_contact(
    *, patient_id: UUID, contact: Contact, by: Actor, now: datetime
) -> Contact | None:
    """Let a contact that was just proved take the place of another; return that one.

    Whoever still has the old phone or mailbox has the links in it: all links to what is the
    person's end, also those sent to the other channel, and a calendar feed. None, and nothing
    ends, when there was no contact on that channel, or the same. Raises Patient.DoesNotExist.
    """
    old = set_address(patient_id=patient_id, contact=contact, by=by, now=now)
    if old is not None:
        revoke_all(subject_ids=subjects_of(same_person_ids(patient_id)))
    return old
