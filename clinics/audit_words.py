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
    "lot.counted": _("Talte lager"),
    "lot.excursion": _("Meldte temperaturavvik"),
    "lot.loss": _("Førte svinn"),
    "lot.quarantined": _("Satte lot i karantene"),
    "lot.recalled": _("Tilbakekalte lot"),
    "lot.received": _("Tok imot levering"),
    "lot.released": _("Frigav lot"),
    "lot.returned": _("Sendte tilbake vaksine"),
    "lot.thawed": _("Tinte hetteglass"),
    "lot.thawed_lost": _("Kasserte tinte hetteglass"),
    "message.resent": _("Sendte melding på nytt"),
    "order.signed": _("Signerte ordinasjon"),
    "order.withdrawn": _("Trakk tilbake ordinasjon"),
    "patient.identity_confirmed": _("Bekreftet identitet"),
    "patient.read": _("Så på en person"),
    "patient.registered": _("Registrerte person"),
    "product.added": _("La til vaksine"),
    "product.changed": _("Endret vaksine"),
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
    "window.signed": _("Signerte brukstid etter åpning"),
}

# What the id of an object is the id of, by the beginning of the code.
OBJECTS: dict[str, str | Promise] = {
    "appointment": _("time"),
    "board": _("vaksinasjonsdag"),
    "clinic": _("vaksinasjonssted"),
    "decision": _("vurdering"),
    "dose": _("dose"),
    "dose_two_list": _("vaksinasjonssted"),
    "lot": _("lot"),
    "message": _("melding"),
    "order": _("ordinasjon"),
    "product": _("vaksine"),
    "session": _("vaksinasjonsdag"),
    "staff": _("ansatt"),
    "vial": _("hetteglass"),
    "window": _("brukstid etter åpning"),
}


def action_in_words(code: str) -> str | Promise:
    """Return what a code means; the code itself for one without words."""
    return ACTIONS.get(code, code)
