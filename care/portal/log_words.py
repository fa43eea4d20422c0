"""The access log in words for the person it is about: what was done with what is theirs.

What has no words here has those that staff read.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinics.audit_words import action_in_words

Words = str | Promise

ACTIONS: Mapping[str, Words] = {
    "appointment.arrived": _("Registrerte at du møtte"),
    "appointment.cancelled_by_clinic": _("Avlyste timen din"),
    "appointment.missed": _("Noterte at du ikke møtte"),
    "appointment.moved_by_clinic": _("Ga deg en annen tid"),
    "appointment.released": _("Lot deg gå etter observasjonen"),
    "appointment.turned_away": _("Avsluttet besøket uten vaksine"),
    "board.read": _("Så deg på listen over dem som skulle komme"),
    "call_list.read": _("Så deg på listen over dem som skal ringes"),
    "case.read": _("Så på saken din"),
    "case.sent_read": _("Leste det du sendte inn til vurdering"),
    "case.approved": _("Godkjente saken din"),
    "case.refused": _("Avgjorde at du ikke får tilbud"),
    "case_list.read": _("Så deg i køen av saker"),
    "day_sheet.read": _("Så deg på arket over dem som skulle komme"),
    "day_end.read": _("Så deg da dagen skulle avsluttes"),
    "decision.made": _("Vurderte om du får tilbud"),
    "dose.given": _("Registrerte at du fikk en dose"),
    "dose.voided": _("Annullerte en dose som var feilført"),
    "dose_two_list.read": _("Så deg på listen over dem som mangler en time"),
    "message.read": _("Så en melding til deg"),
    "message_list.read": _("Så deg i listen over meldinger"),
    "note.written": _("Skrev et notat om deg"),
    "patient.contact_changed": _("Endret hvordan vi når deg"),
    "patient.corrected": _("Rettet navn, fødselsdato eller nummer"),
    "patient.identity_confirmed": _("Bekreftet hvem du er"),
    "patient.merged": _("Slo sammen to oppføringer om deg"),
    "patient.read": _("Så på opplysninger om deg"),
    "patient.registered": _("Registrerte deg"),
    "person.merge_read": _("Sammenlignet to oppføringer"),
    "person.read": _("Åpnet alt om deg"),
    "reaction.recorded": _("Skrev ned en reaksjon du hadde"),
    "reaction.read": _("Så på en reaksjon du hadde"),
    "recall_list.read": _("Så deg på listen over dem som skal ringes om en tilbakekalt lot"),
    "registry_list.read": _("Så deg på listen over doser som skal føres i SYSVAK"),
    "search.read": _("Så deg i et søk"),
    "visit_note.sent": _("Sendte deg lappen etter besøket"),
    "waiting.read": _("Så deg på ventelisten"),
    "waiting_list.read": _("Så deg på ventelisten"),
}
# Codes that say why; a reason that somebody typed is shown as it is.
REASONS: Mapping[str, Words] = {
    "has_a_time": _("Du har en time der"),
    "had_a_time": _("Du har hatt en time der"),
    "had_a_dose": _("Du har fått en dose der"),
    "has_a_case": _("Du har sendt inn en sak der"),
    "waits": _("Du står på ventelisten der"),
    "alike": _("Søkte etter oppføringer som ligner"),
    "follows_dose_one": _("Den første timen ble endret"),
    "dose_voided": _("En dose ble annullert"),
    "standby": _("Plass på kort varsel"),
    "repair": _("For å spare vaksine"),
    "withdrew": _("Du trakk deg"),
    "journal_kept": _("Journalen er beholdt"),
    "everything": _("Alt er slettet"),
    "json": _("Som fil for maskiner"),
    "pdf": _("Som PDF"),
    "sms": _("Telefonnummer"),
    "email": _("E-postadresse"),
    "channel": _("Kanal eller språk"),
}


def action_for_them(code: str) -> Words:
    """Return what was done, for the person it was done with."""
    return ACTIONS.get(code) or action_in_words(code)


def reason_for_them(reason: str) -> Words:
    """Return why, as far as it says something to the person: a code without words is left out."""
    known = REASONS.get(reason)
    if known is not None:
        return known
    return reason if " " in reason and ":" not in reason else ""
