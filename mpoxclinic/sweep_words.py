"""The tasks of the beat schedule in the words of staff."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SWEEPS: Mapping[str, str | Promise] = {
    "notifications.tasks.deliver_due": _("Sende meldinger"),
    "appointments.tasks.expire_holds": _("Frigi plasser som ingen fullførte bestillingen av"),
    "appointments.tasks.offer_free_times": _("Tilby ledige timer til dem som venter"),
    "appointments.tasks.withdraw_unmeetable": _("Trekke tilbake invitasjoner som ikke kan holdes"),
    "appointments.tasks.expire_waits": _("Ta dem av ventelistene som har ventet lenge nok"),
    "appointments.tasks.drop_lone_next": _("Frigi timer til neste gang som ikke trengs"),
    "appointments.tasks.remind_of_next": _("Minne om time til neste gang"),
    "appointments.tasks.start_due_repairs": _("Planlegge dagene når fristen er ute"),
    "appointments.tasks.finish_due_repairs": _("Flytte dem som sa ja til en annen tid"),
    "appointments.tasks.send_waves": _("Si fra om ledige timer til en gruppe"),
    "appointments.tasks.drop_old_interests": _("Slette gamle ønsker om beskjed"),
    "eligibility.tasks.alert_to_urgent_cases": _("Varsle om saker som haster"),
    "eligibility.tasks.drop_exposure_days": _("Slette smittedager som ikke betyr noe lenger"),
    "audit.tasks.seal_entries": _("Forsegle loggen over innsyn"),
    "audit.tasks.raise_alarms": _("Varsle den som ser over innsyn"),
    "patients.tasks.forget_expired": _("Slette brukte koder og lenker"),
    "care.tasks.let_go": _("Slette det som ikke skal tas vare på lenger"),
}


def sweep_in_words(task: str) -> str | Promise:
    """Name a task; its code when it has no name."""
    return SWEEPS.get(task, task)
