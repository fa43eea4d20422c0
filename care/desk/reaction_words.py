"""The words of reactions on staff pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vaccinations.domain.reactions import Kind, Outcome, Seriousness, Step, Through

Words = str | Promise

KINDS: dict[str, Words] = {
    Kind.FAINTING: _("Besvimte"),
    Kind.ALLERGIC: _("Allergisk reaksjon"),
    Kind.ANAPHYLAXIS: _("Anafylaksi"),
    Kind.LOCAL: _("Kraftig eller langvarig reaksjon der vaksinen ble satt"),
    Kind.OTHER: _("Noe annet"),
    Kind.FAILURE: _("Fikk mpox etter vaksinen (vaksinesvikt)"),
}
SERIOUSNESS: dict[str, Words] = {
    Seriousness.NOT_SERIOUS: _("Ikke alvorlig"),
    Seriousness.DEATH: _("Død"),
    Seriousness.LIFE_THREATENING: _("Livstruende"),
    Seriousness.HOSPITAL: _("Innlagt på sykehus, eller lengre opphold der"),
    Seriousness.DISABILITY: _("Varig eller betydelig nedsatt funksjon"),
    Seriousness.CONGENITAL: _("Medfødt misdannelse"),
    Seriousness.OTHER_IMPORTANT: _("Annet medisinsk viktig"),
}
OUTCOMES: dict[str, Words] = {
    Outcome.RECOVERED: _("Frisk igjen"),
    Outcome.RECOVERING: _("På bedringens vei"),
    Outcome.NOT_RECOVERED: _("Ikke frisk ennå"),
    Outcome.SEQUELAE: _("Frisk, med varige følger"),
    Outcome.FATAL: _("Død"),
    Outcome.UNKNOWN: _("Vet ikke"),
}
MISTAKE: Words = _("Arket ble åpnet ved en feil. Ingenting hadde skjedd.")
STEPS: dict[str, Words] = {
    Step.STARTED: _("Akuttarket ble åpnet"),
    Step.CALLED_113: _("Ringte 113"),
    Step.CALLED_DOCTOR: _("Tilkalte lege"),
    Step.ADRENALINE: _("Ga adrenalin"),
    Step.AMBULANCE_CAME: _("Ambulansen kom"),
    Step.HANDED_OVER: _("Overlot personen til andre"),
    Step.NOTE: _("Notat"),
}
# The buttons of the sheet, in order.
ONE_PRESS = (
    Step.CALLED_113,
    Step.CALLED_DOCTOR,
    Step.ADRENALINE,
    Step.AMBULANCE_CAME,
    Step.HANDED_OVER,
    Step.NOTE,
)
THROUGH: dict[str, Words] = {
    Through.MELDE_NO: _("Vi har meldt på melde.no"),
    Through.HELSENORGE: _("Personen har meldt selv på Helsenorge"),
    Through.NOT_REPORTED: _("Meldes ikke"),
}
REPORTED: dict[str, Words] = {
    Through.MELDE_NO: _("Meldt på melde.no"),
    Through.HELSENORGE: _("Meldt av personen på Helsenorge"),
    Through.NOT_REPORTED: _("Meldes ikke"),
}


def seriousness_in_words(codes: list[str]) -> list[Words]:
    """Return the words of why a reaction is serious, in the order of the form."""
    return [words for code, words in SERIOUSNESS.items() if code in codes]


def outcome_in_words(code: str) -> Words:
    """Return the words of how a reaction ended; "" while it goes on."""
    return MISTAKE if code == Outcome.MISTAKE else OUTCOMES.get(code, "")
