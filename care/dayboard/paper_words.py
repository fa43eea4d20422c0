"""What is in the way of a line from the sheet: on which field, and what to do about it."""

from django.utils.translation import gettext_lazy as _

from appointments.domain.status import MoveNotAllowedError
from appointments.services.booking import AlreadyBookedError
from appointments.services.day import DayEndedError
from appointments.services.late_arrivals import NotOfThatDayError
from appointments.services.moves import ChangedMeanwhileError
from care.dayboard.words import Words, refusal
from care.services.paper import GivenBeforeComingError, PapersToAskForError
from care.services.recording import NotAVaccinatorError
from vaccinations.services.doses import DoseAlreadyGivenError
from vaccinations.services.recording import (
    NotYetGivenError,
    ReasonWantedError,
    VialSpentError,
    VialUnknownError,
)

REASON_WANTED: Words = _(
    "Dosen er utenom planen eller grensene, eller spørsmålene er ikke ført. Skriv hvorfor"
)
_WORDS: dict[type[Exception], tuple[str | None, Words]] = {
    NotOfThatDayError: ("came", _("Tiden må være på denne dagen, og ha vært")),
    GivenBeforeComingError: ("given", _("Dosen kan ikke være gitt før personen kom")),
    NotYetGivenError: ("given", _("Tiden har ikke vært ennå")),
    PapersToAskForError: (
        "all_no",
        _("Personen har fortalt om en dose fra før. Lagre uten dette, og svar på personens side"),
    ),
    ReasonWantedError: ("reason", REASON_WANTED),
    VialSpentError: ("vial", _("Glasset er brukt opp av andre doser. Se etter bokstaven igjen")),
    VialUnknownError: ("vial", _("Velg et glass fra listen")),
    NotAVaccinatorError: ("vaccinator", _("Velg en som arbeidet her den dagen")),
    AlreadyBookedError: (None, _("Personen har fått en ny time siden. Åpne personens side")),
}
PAPER_REFUSED: tuple[type[Exception], ...] = (
    *_WORDS,
    DayEndedError,
    DoseAlreadyGivenError,
    MoveNotAllowedError,
    ChangedMeanwhileError,
)


def paper_refusal(error: Exception) -> tuple[str | None, str]:
    """Say which field a refusal is about, None for the whole line, and what to do."""
    if type(error) in _WORDS:
        field, words = _WORDS[type(error)]
        return field, str(words)
    return None, str(refusal(error)[0])
