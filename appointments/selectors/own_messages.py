"""What has been written to a person about one of their appointments."""

from appointments.models import Appointment, MoveAsk
from notifications.models import Message
from notifications.selectors import sent_again


def messages_of(appointment: Appointment) -> list[Message]:
    """Return the messages about an appointment, a move of it or its visit, newest first.

    A link or a code opens one appointment's page: nothing of the person's others is here. Each
    knows whether it was sent again. Two queries.
    """
    asks = MoveAsk.objects.filter(appointment=appointment).values_list("pk", flat=True)
    about = {appointment.pk, appointment.dose_id, *asks}
    found = Message.objects.filter(subject_id__in=about - {None}).annotate(resent=sent_again())
    return list(found.order_by("-due_at", "pk"))
