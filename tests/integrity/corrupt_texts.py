"""Breaks what is always true of the texts that people have written for messages."""

from clinics.models import Staff
from notifications.models import MessageText
from tests.integrity.corrupting import corrupts
from tests.integrity.world import NOW, World


def write(sms: str = "Vi ses. {lenke}", revision: int = 1, kind: str = "reminder") -> str:
    """Write a row behind the service's back; return its id."""
    row = MessageText.objects.create(
        kind=kind,
        language="nb",
        revision=revision,
        sms=sms,
        changed_by=Staff.objects.earliest("pk"),
        changed_at=NOW,
    )
    return str(row.pk)


@corrupts("message_text.revisions")
def a_text_lacks_the_revision_before(world: World) -> str:
    return write(revision=2)


@corrupts("message_text.revisions", past="message_text_once_a_revision")
def two_first_revisions_of_a_text(world: World) -> set[str]:
    write()
    return {write()}


@corrupts("message_text.sound")
def a_text_names_what_its_message_does_not_have(world: World) -> str:
    return write("Svar innen {svar_dag}. {lenke}")


@corrupts("message_text.sound")
def a_text_tells_what_it_is_about(world: World) -> str:
    return write("Vaksinen venter. {lenke}")
