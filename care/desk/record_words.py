"""A person's record in the words of staff."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.status import Status
from appointments.domain.waiting import WaitEnd
from care.services.merge_rules import Obstacle
from eligibility.models import Decision
from patients.models import Patient, PatientMerge
from vaccinations.domain.reactions import Kind

Words = str | Promise

NUMBERS: Mapping[str, Words] = {
    Patient.IdKind.NONE: _("Ikke noe norsk nummer"),
    Patient.IdKind.NATIONAL: _("Fødselsnummer"),
    Patient.IdKind.D_NUMBER: _("D-nummer"),
    Patient.IdKind.DUF: _("DUF-nummer"),
}
LANGUAGES: Mapping[str, Words] = {
    "nb": _("bokmål"),
    "nn": _("nynorsk"),
    "en": _("engelsk"),
}
BECAME: Mapping[str, Words] = {
    Status.BOOKED: _("bestilt"),
    Status.ARRIVED: _("møtt, venter"),
    Status.VACCINATED: _("vaksinert"),
    Status.TURNED_AWAY: _("kom, men ble ikke vaksinert"),
    Status.LEFT: _("gikk før vaksinen"),
    Status.DECLINED: _("ville ikke ha vaksinen"),
    Status.NO_SHOW: _("møtte ikke"),
    Status.CANCELLED: _("avbestilt"),
}
BECAME_COLORS: Mapping[str, str] = {
    Status.BOOKED: "info",
    Status.ARRIVED: "info",
    Status.VACCINATED: "success",
    Status.NO_SHOW: "warning",
    Status.TURNED_AWAY: "warning",
}
WAITED: Mapping[str, Words] = {
    "": _("venter"),
    WaitEnd.BOOKED: _("fikk time"),
    WaitEnd.GIVEN: _("fikk dosen"),
    WaitEnd.LEFT: _("gikk av listen"),
    WaitEnd.REMOVED: _("tatt av listen"),
    WaitEnd.EXPIRED: _("tiden var over"),
}
SOURCES: Mapping[str, Words] = {
    Decision.Source.SELF: _("svarte selv"),
    Decision.Source.PHONE: _("svarte på telefon"),
    Decision.Source.RESCREEN: _("spurt ved besøk"),
    Decision.Source.CLINICIAN: _("avgjort av behandler"),
}
REACTIONS: Mapping[str, Words] = {
    Kind.FAINTING: _("Besvimte"),
    Kind.ALLERGIC: _("Allergisk reaksjon"),
    Kind.ANAPHYLAXIS: _("Anafylaksi"),
    Kind.LOCAL: _("Reaksjon på stikkstedet"),
    Kind.OTHER: _("Annet"),
    Kind.FAILURE: _("Ble syk etter vaksinen"),
}
# What is found when a search is about a number that nobody has seen in an ID.
MERGE_REASONS: Mapping[str, Words] = {
    PatientMerge.Reason.SAME_NUMBER: _("Samme fødselsnummer, D-nummer eller DUF-nummer"),
    PatientMerge.Reason.TOLD: _("Personen har selv sagt at det er samme person"),
    PatientMerge.Reason.TYPED_TWICE: _("Personen ble registrert to ganger"),
}
UNDO_REASONS: Mapping[str, Words] = {
    PatientMerge.UndoReason.TWO_PEOPLE: _("Det er to personer"),
    PatientMerge.UndoReason.WRONG_ONE: _("Feil oppføring ble beholdt"),
}
OBSTACLES: Mapping[Obstacle, Words] = {
    Obstacle.SAME_ROW: _("Dette er den samme oppføringen."),
    Obstacle.ELSEWHERE: _("En av dem har ikke hatt noe med dette stedet å gjøre."),
    Obstacle.ALREADY_MERGED: _(
        "En av dem er slått sammen med en annen allerede. Åpne personen på nytt, og se hva som "
        "gjelder."
    ),
    Obstacle.HAS_DUPLICATES: _(
        "Oppføringen som skal bort, er selv slått sammen av flere. Behold den, og ta bort den "
        "andre i stedet."
    ),
    Obstacle.BOTH_HAVE_DUPLICATES: _(
        "Begge er slått sammen av flere. Be en leder ta den ene fra hverandre først. Går ikke det, "
        "lar dere begge stå, og skriver et notat på hver av dem."
    ),
    Obstacle.OTHER_NUMBERS: _(
        "Numrene er ulike. Da er det to personer. Er ett av dem feil, retter du det først, etter "
        "legitimasjonen."
    ),
    Obstacle.KEEP_THE_SEEN: _(
        "Legitimasjonen er sett for oppføringen som skal bort. Behold den, og ta bort den andre "
        "i stedet."
    ),
    Obstacle.OTHER_BIRTH_DATES: _(
        "Fødselsdatoene er ulike. Da er det to personer. Er en av dem feil, retter du den først, "
        "etter legitimasjonen."
    ),
    Obstacle.SAME_DOSE_GIVEN: _(
        "Begge har fått dose %(number)s. Er den ene feilført, må den annulleres først. Har "
        "personen virkelig fått to, må en lege avgjøre hva som gjelder."
    ),
    Obstacle.DOSES_OUT_OF_ORDER: _(
        "Dosene er nummerert i en annen rekkefølge enn de ble gitt. Annuller den som er feilført, "
        "og før den på nytt med riktig nummer."
    ),
    Obstacle.DOSE_GIVEN_AND_BOOKED: _(
        "Dose %(number)s er gitt på den ene, og den andre har time til den. Avbestill timen først."
    ),
    Obstacle.SAME_DOSE_BOOKED: _(
        "Begge har time til dose %(number)s. Spør hvilken personen vil ha, og avbestill den andre "
        "først."
    ),
    Obstacle.BOOKED_TOO_CLOSE: _(
        "Timen til dose %(number)s er for nær dose 1 på den andre. Flytt den til senere først."
    ),
    Obstacle.WAITS_TWICE: _(
        "Begge står på ventelisten for dose %(number)s. Ta den ene av listen først."
    ),
    Obstacle.DOSE_GIVEN_AND_WAITS: _(
        "Dose %(number)s er gitt på den ene, og den andre venter på den. Ta den av ventelisten "
        "først."
    ),
    Obstacle.TWO_CASES: _(
        "Begge har en sak som venter på svar fra en lege. Den ene må avsluttes først."
    ),
}
