"""What the access log's codes mean, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# One line for each code that a service records; a test finds the codes in the source.
ACTIONS: dict[str, str | Promise] = {
    "appointment.arrival_undone": _("Angret oppmøte"),
    "appointment.arrived": _("Registrerte oppmøte"),
    "appointment.booked": _("Bestilte time"),
    "appointment.cancelled": _("Avbestilte time"),
    "appointment.missed": _("Noterte at noen ikke møtte"),
    "appointment.moved": _("Flyttet time"),
    "appointment.turned_away": _("Avsluttet besøk uten vaksine"),
    "board.read": _("Så tavlen"),
    "clinic.added": _("La til vaksinasjonssted"),
    "clinic.changed": _("Endret vaksinasjonssted"),
    "decision.made": _("Vurderte om noen får tilbud"),
    "dose.given": _("Registrerte dose"),
    "dose_two_list.read": _("Så listen over dem som mangler time til dose 2"),
    "message.resent": _("Sendte melding på nytt"),
    "patient.identity_confirmed": _("Bekreftet identitet"),
    "patient.read": _("Så på en person"),
    "patient.registered": _("Registrerte person"),
    "session.cancelled": _("Avlyste vaksinasjonsdag"),
    "session.changed": _("Endret vaksinasjonsdag"),
    "session.closed": _("Stengte vaksinasjonsdag for bestilling"),
    "session.opened": _("Åpnet vaksinasjonsdag for bestilling"),
    "session.planned": _("Planla vaksinasjonsdag"),
    "session.reopened": _("Åpnet vaksinasjonsdag igjen"),
    "staff.added": _("La til ansatt"),
    "staff.changed": _("Endret ansatt"),
    "staff.role_granted": _("Ga rolle"),
    "staff.second_factor_reset": _("Nullstilte totrinnsbekreftelse"),
    "vial.discarded": _("Kastet hetteglass"),
    "vial.emptied": _("Tømte hetteglass"),
    "vial.opened": _("Åpnet hetteglass"),
}

# What the id of an object is the id of, by the beginning of the code.
OBJECTS: dict[str, str | Promise] = {
    "appointment": _("time"),
    "board": _("vaksinasjonsdag"),
    "clinic": _("vaksinasjonssted"),
    "decision": _("vurdering"),
    "dose": _("dose"),
    "dose_two_list": _("vaksinasjonssted"),
    "message": _("melding"),
    "session": _("vaksinasjonsdag"),
    "staff": _("ansatt"),
    "vial": _("hetteglass"),
}


def action_in_words(code: str) -> str | Promise:
    """Return what a code means; the code itself for one without words."""
    return ACTIONS.get(code, code)
