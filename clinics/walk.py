"""What to try in the demo, in order: for each kind of user, steps with a link and what to expect.

``docs/newcomer.py`` and tests/demo walk these steps as they stand on the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Step:
    """One thing to try. ``place`` is where its link leads: a URL's name and arguments."""

    code: str
    words: Words
    expect: Words
    place: tuple[str, ...]

    @property
    def url(self) -> str:
        """The address of the step's link."""
        name, *arguments = self.place
        return reverse(name, args=arguments)


@dataclass(frozen=True)
class Part:
    """What one kind of user does. ``login`` is the name before the @, "" for patients."""

    code: str
    heading: Words
    lead: Words
    login: str
    steps: Sequence[Step]


FRONT, FIND, MINE = ("eligibility:landing",), ("appointments:find",), ("appointments:list",)
TIMES, OUTBOX = ("appointments:clinics",), ("notifications:dev_outbox",)
HOME, LOG_OUT = ("desk:home",), ("account_logout",)
TO_PLACE = ("desk:dose_two_to_place", "nydalen")
ADMIN, CLINICS = ("admin:index",), ("admin:clinics_clinic_changelist",)

PATIENT = Part(
    code="patient",
    heading=_("Pasienten"),
    lead=_("Ingen innlogging. Prøv gjerne i et smalt vindu: de fleste bruker mobilen."),
    login="",
    steps=(
        Step(
            "check",
            _("Sjekk om du får tilbud"),
            _(
                "Du svarer på ett spørsmål om gangen. En voksen mann som har sex med menn og har "
                "tilfeldige partnere, får «Du får tilbud om vaksine»."
            ),
            FRONT,
        ),
        Step(
            "book",
            _("Bestill en time"),
            _(
                "Tidene øverst deler hetteglass med andre. Bruk en oppdiktet e-postadresse: "
                "koden kommer i «Meldinger som er sendt». Til slutt står det «Timen er bestilt.»"
            ),
            TIMES,
        ),
        Step(
            "message",
            _("Les bekreftelsen"),
            _(
                "Den kommer hit innen et halvt minutt, og sier bare tid og sted. "
                "Lenken i den åpner timen."
            ),
            OUTBOX,
        ),
        Step(
            "find",
            _("Finn timen igjen med kode"),
            _(
                "Åpne lenken i et privat vindu, som om det var en annen telefon. Skriv adressen du "
                "bestilte med. En ny kode kommer i «Meldinger som er sendt», og du ser timen din."
            ),
            FIND,
        ),
        Step(
            "change",
            _("Flytt timen"),
            _(
                "Bli i det private vinduet. Velg timen, «Flytt timen» og en annen tid. "
                "Du får se «Timen er flyttet.»"
            ),
            MINE,
        ),
    ),
)
NURSE = Part(
    code="nurse",
    heading=_("Sykepleieren"),
    lead=_("Vaksineringen i Nydalen har vart i to timer. Noen venter, og to hetteglass er åpne."),
    login="kari",
    steps=(
        Step(
            "nurse-login",
            _("Logg inn som Kari Moen"),
            _("Skriv e-postadressen og passordet, og så koden. Du ser «I dag og framover»."),
            HOME,
        ),
        Step(
            "board",
            _("Åpne tavla i Nydalen"),
            _(
                "Velg «Åpne tavla» under Nydalen. Den som har ventet lengst, står "
                "øverst. Det ene glasset er snart ute på tid, det andre er nytt."
            ),
            HOME,
        ),
        Step(
            "arrive",
            _("Registrer at noen har møtt"),
            _(
                "Åpne tavla, velg «Møtt» ved en som ventes, og «ID sett – registrer oppmøte». "
                "Personen flyttes til «Venter»."
            ),
            HOME,
        ),
        Step(
            "ask",
            _("Still spørsmålene"),
            _(
                "Åpne tavla og velg «Vaksiner» ved den øverste. "
                "«Spurt om alt: nei på alt» viser dosen som skal gis."
            ),
            HOME,
        ),
        Step(
            "give",
            _("Sett dosen"),
            _(
                "Åpne tavla, velg «Vaksiner» ved samme person, velg arm og «Sett dose». "
                "Glasset som går ut først, er foreslått."
            ),
            HOME,
        ),
        Step(
            "next",
            _("Ta den neste"),
            _("Åpne tavla: én mer er vaksinert, og den neste står øverst."),
            HOME,
        ),
        Step("nurse-logout", _("Logg ut"), _("Velg «Logg ut». Du ser «Logg inn»."), LOG_OUT),
    ),
)
DOCTOR = Part(
    code="doctor",
    heading=_("Legen"),
    lead=_("Legen tar seg av det som reglene ikke avgjør alene."),
    login="lund",
    steps=(
        Step(
            "doctor-login",
            _("Logg inn som Dr. Ada Lund"),
            _("Du ser alle tre stedene under «I dag og framover»."),
            HOME,
        ),
        Step(
            "look-over",
            _("Se over en som må vurderes"),
            _(
                "Åpne tavla og velg «Se over» ved den som er merket «Må vurderes». "
                "Du ser hvilket svar som stopper dosen."
            ),
            HOME,
        ),
        Step(
            "case",
            _("Svar på en sak"),
            _(
                "Åpne «4 saker venter på vurdering» under Nydalen, og saken øverst. "
                "Velg «Ta saken», «Godkjenn» og «Godkjenn og signer»: timen er bestilt, "
                "og personen får melding."
            ),
            HOME,
        ),
        Step(
            "dose-two",
            _("Hvem mangler plass til dose 2?"),
            _("Listen viser når de fikk dose 1, og fra hvilken dag de kan få dose 2."),
            TO_PLACE,
        ),
        Step("doctor-logout", _("Logg ut"), _("Velg «Logg ut». Du ser «Logg inn»."), LOG_OUT),
    ),
)
ADMINISTRATOR = Part(
    code="administrator",
    heading=_("Administratoren"),
    lead=_("Administratoren styrer steder, tilbud og tilgang, men ser ikke pasienter."),
    login="admin",
    steps=(
        Step(
            "admin-login",
            _("Logg inn som Eli Sand"),
            _("Du ser «I dag og framover», uten «Åpne tavla»."),
            HOME,
        ),
        Step(
            "admin",
            _("Åpne administrasjonen"),
            _("Lenken står også øverst på «I dag og framover». Du ser hva du kan endre."),
            ADMIN,
        ),
        Step(
            "admin-clinic",
            _("Endre hvordan folk finner fram"),
            _(
                "Velg Nydalen, endre veibeskrivelsen og lagre. "
                "Pasientene ser den på timen sin med en gang."
            ),
            CLINICS,
        ),
    ),
)
WALK = (PATIENT, NURSE, DOCTOR, ADMINISTRATOR)
