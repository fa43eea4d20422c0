"""A whole clinic day of 25 people and a walk-in: two nurses, one at a tablet and one at a PC.

Vials give 3, 4 and 5 doses, one breaks; two people never come, one has a fever, one gets a whole
vial under the skin, one dose is recorded late, one record is wrong and voided; dose 2 fills its
session. Then the day is ended, and every invariant holds.
"""

import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments.models import Appointment, DayClosing
from clinics.domain.calendar import OSLO, oslo_date
from tests.browser import DESKTOP, TABLET, Visitor
from tests.factories import (
    make_booking,
    make_clinic,
    make_lot,
    make_patient,
    make_session,
)
from tests.invariants import assert_integrity
from tests.journeys.staff import log_in, make_nurse
from tests.journeys.test_phone import AFTER_RISK, BEFORE_RISK
from vaccinations.models import Dose, LotEntry, Vial

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

PEOPLE, STATIONS = 25, 5
YIELDS = (3, 4, 5)  # of one shared vial after another, again and again
MOST_CLICKS = 4


@pytest.fixture
def evening():
    """A session that began an hour ago, all 25 booked, and one for dose 2 with six times."""
    now = timezone.now().replace(second=0, microsecond=0)
    starts_at = now - timedelta(hours=1)
    clinic = make_clinic(observation_minutes=1, fee="250 kroner")
    make_lot(clinic=clinic, expires_on=oslo_date(now) + timedelta(days=30))
    session = make_session(
        clinic=clinic,
        starts_at=starts_at,
        hours=3,
        stations=STATIONS,
        vials=14,
        now=starts_at - timedelta(days=7),
    )
    make_session(clinic=clinic, starts_at=starts_at + timedelta(days=30), hours=1, vials=2, now=now)
    for number in range(PEOPLE):
        at = starts_at + timedelta(minutes=10 * (number // STATIONS))
        make_booking(
            session=session,
            clock=at.astimezone(OSLO).strftime("%H.%M"),
            patient=make_patient(given_name="Ola", family_name=f"Person{number:02}"),
        )
    return session


@dataclass
class Hands:
    """A nurse's hands at one screen. What they press is counted."""

    visitor: Visitor
    session_id: object
    pressed: int = 0
    looked_at: set[str] = field(default_factory=set)

    def press(self, name: str) -> None:
        """Press a button or link; the first page of each kind is looked at too."""
        self.pressed += 1
        self.visitor.hurry(name)
        self._look_once()

    def go(self, selector: str) -> None:
        """Press what has this selector."""
        self.pressed += 1
        with self.visitor.page.expect_navigation():
            self.visitor.page.click(selector)
        self._look_once()

    def tick(self, selector: str) -> None:
        """Tick a box, or choose one of several."""
        self.pressed += 1
        self.visitor.page.check(selector)

    def write(self, selector: str, words: str) -> None:
        """Write in a field."""
        self.visitor.page.fill(selector, words)

    def board(self) -> None:
        """Turn to the board."""
        self.open("")

    def open(self, path: str) -> None:
        """Open a page of the session."""
        page = self.visitor.page
        page.goto(f"{self.visitor.home}/tavle/{self.session_id}/{path}")
        self._look_once()

    def reads(self, *words: str) -> None:
        """Assert that the page says these words."""
        self.visitor.reads(*words)

    def _look_once(self) -> None:
        kind = self.visitor.page.inner_text("h1")
        if kind not in self.looked_at:
            self.looked_at.add(kind)
            self.visitor.look()


def check_in(nurse: Hands, booking: Appointment) -> None:
    nurse.board()
    nurse.go(f"#arrive-{booking.pk}")
    nurse.tick("input[name=document][value=passport]")
    nurse.visitor.page.select_option("select[name=no_number_why]", "not_shown")
    nurse.press("ID sett – registrer oppmøte")


def open_vial(nurse: Hands, booking: Appointment) -> None:
    nurse.open(f"glass/?person={booking.pk}")
    nurse.visitor.page.locator("input[name=lot]").first.check()
    nurse.press("Åpne glasset nå")
    nurse.reads("Brukes før")


def vaccinate(nurse: Hands, booking: Appointment) -> int:
    """Give the dose to one who waits, from the board on; return the clicks it took."""
    nurse.board()
    before = nurse.pressed
    nurse.go(f"#see-{booking.pk}")
    nurse.press("Spurt om alt: nei på alt")
    nurse.tick("input[name=site][value=left_upper_arm]")
    nurse.press("Sett dose")
    nurse.reads("Etter dosen")
    return nurse.pressed - before


def spent(vial: Vial, doses: int) -> bool:
    """Tell whether a vial has given what it holds, and how many were drawn."""
    return Dose.objects.filter(vial=vial, voided_at=None).count() >= doses


def test_a_whole_day(evening, new_visitor, valkey, capsys):
    nurses = [
        Hands(new_visitor(TABLET, "kari"), evening.pk),
        Hands(new_visitor(DESKTOP, "ola"), evening.pk),
    ]
    kari, ola = nurses
    log_in(kari.visitor, make_nurse())
    log_in(ola.visitor, make_nurse(name="Ola Dahl", email="ola@example.org"))
    people = list(Appointment.objects.filter(slot__session=evening).order_by("slot__starts_at"))
    missing, feverish, keloid, late, wrong = people[:2], people[2], people[3], people[4], people[5]
    in_order = people[5:]

    # A vial falls before it is opened.
    kari.open("glass/knust/")
    kari.visitor.page.locator("input[name=lot]").first.check()
    kari.write("[name=note]", "Falt på gulvet")
    kari.press("Før ett glass som svinn")
    assert LotEntry.objects.filter(kind="loss", vials=-1).exists()

    for number, booking in enumerate(people[2:]):
        check_in(nurses[number % 2], booking)
    assert Appointment.objects.filter(status="arrived").count() == PEOPLE - len(missing)

    # A fever: called about another day.
    kari.open(f"person/{feverish.pk}/")
    kari.tick("input[name=yes][value=fever_over_38]")
    kari.press("Spurt om alt: ja på det som er krysset av")
    kari.press("Sett på ringelisten")

    # A tendency to keloids: a vial of their own, under the skin.
    open_vial(ola, keloid)
    ola.open(f"person/{keloid.pk}/")
    ola.tick("input[name=yes][value=keloid_tendency]")
    ola.press("Spurt om alt: ja på det som er krysset av")
    ola.tick("input[name=site][value=left_upper_arm]")
    ola.press("Sett dose")
    ola.reads("Etter dosen")

    # Everybody in order, from vials that give three, four and five.
    clicks: Counter[int] = Counter()
    shared = 0
    for number, booking in enumerate(in_order):
        nurse = nurses[number % 2]
        vial = Vial.objects.filter(closed_at=None).first()
        if vial is None:
            open_vial(nurse, booking)
            shared += 1
        clicks[vaccinate(nurse, booking)] += 1
        vial = Vial.objects.filter(closed_at=None).first()
        doses = YIELDS[(shared - 1) % len(YIELDS)]
        if vial is not None and spent(vial, doses):
            nurse.open(f"glass/{vial.pk}/tomt/")
            nurse.press("Lukk glasset")
    assert max(clicks) <= MOST_CLICKS

    # Given and forgotten: recorded late, with what it was outside of.
    vial = Vial.objects.filter(closed_at=None).first()
    if vial is None:
        open_vial(kari, late)
        vial = Vial.objects.get(closed_at=None)
    kari.open(f"person/{late.pk}/gitt/")
    kari.tick(f"input[name=vial][value='{vial.pk}']")
    kari.tick("input[name=route][value=intradermal]")
    kari.write("input[name=volume_ml]", "0,1")
    kari.tick("input[name=site][value=right_upper_arm]")
    # After midnight it is another day than the session's.
    given = timezone.localtime(timezone.now(), OSLO)
    kari.write("input[name=given_on]", given.strftime("%d.%m.%Y"))
    kari.write("input[name=given_at]", given.strftime("%H.%M"))
    kari.tick("input[name=asked][value=not_asked]")
    kari.press("Lagre dosen")
    kari.reads("Hvorfor ble det slik?")
    kari.write("textarea[name=reason]", "Strømmen gikk, og spørsmålene ble ikke notert")
    kari.press("Lagre dosen")
    kari.reads("Avvik")
    late.refresh_from_db()
    assert late.dose.deviation == "not_asked"

    # A record on the wrong person is voided, and the person gets the dose after all.
    wrong.refresh_from_db()
    ola.open(f"person/{wrong.pk}/")
    assert ola.visitor.page.get_by_role("link", name="Annuller").count() == 0  # not hers to void
    kari.open(f"person/{wrong.pk}/")
    kari.press("Annuller")
    kari.write("textarea[name=reason]", "Ført på feil person")
    kari.press("Annuller registreringen")
    wrong.refresh_from_db()
    assert (wrong.status, wrong.dose) == ("arrived", None)
    if not Vial.objects.filter(closed_at=None).exists():
        open_vial(kari, wrong)
    kari.open(f"person/{wrong.pk}/")
    if kari.visitor.page.get_by_role("button", name="Spurt om alt: nei på alt").count():
        kari.press("Spurt om alt: nei på alt")
    kari.tick("input[name=site][value=left_upper_arm]")
    kari.press("Sett dose")
    kari.reads("Etter dosen")

    walk_in(kari)

    # Dose 2 fills its day; the rest are on the list.
    placed = Appointment.objects.filter(dose_number=2, status="booked").count()
    assert 0 < placed < Dose.objects.filter(voided_at=None).count()

    end_the_day(kari)
    closing = DayClosing.objects.get()
    assert closing.session == evening
    statuses = Counter(
        Appointment.objects.filter(slot__session=evening).values_list("status", flat=True)
    )
    assert statuses == {"vaccinated": 23, "no_show": 2, "turned_away": 1}
    assert not Vial.objects.filter(closed_at=None).exists()
    ola.board()
    ola.reads("Dagen er avsluttet")
    assert_integrity()
    with capsys.disabled():
        told = ", ".join(f"{count} people: {number}" for number, count in sorted(clicks.items()))
        sys.stdout.write(f"\nclicks from the board to a recorded dose: {told}\n")


def walk_in(nurse: Hands) -> None:
    """Take in somebody without a time, for a dose that is left over, and vaccinate them."""
    if not Vial.objects.filter(closed_at=None).exists():
        nurse.open("glass/")
        nurse.visitor.page.locator("input[name=lot]").first.check()
        nurse.press("Åpne glasset nå")
    nurse.open("uten-time/")
    page = nurse.visitor.page
    nurse.write("input[name=given_name]", "Bo")
    nurse.write("input[name=family_name]", "Uten")
    nurse.write("input[name=birth_date]", "14.03.1991")
    nurse.tick("input[name=no_contact]")
    for name, key in BEFORE_RISK + AFTER_RISK:
        page.focus(f"[name={name}]")
        page.keyboard.press(key)
    page.locator("input[name=vaner-hva]").first.check()
    nurse.tick("input[name=id_seen]")
    nurse.press("Ta imot")
    bo = Appointment.objects.get(walk_in=True)
    assert bo.status == "arrived"
    vaccinate(nurse, bo)


def end_the_day(nurse: Hands) -> None:
    """Let everybody go, note who never came, close the vials, take the fees, and end."""
    page = nurse.visitor.page
    nurse.board()
    for one in Appointment.objects.filter(observe_until__isnull=False, released_at=None):
        nurse.open(f"person/{one.pk}/")
        if page.get_by_role("button", name="Ferdig observert").count():
            nurse.press("Ferdig observert")
        else:
            nurse.press("Ferdig før tiden")
            # Whose minute ran out between the two pages is let go without a question.
            if page.get_by_role("button", name="Ja, personen går nå").count():
                nurse.press("Ja, personen går nå")
    nurse.open("avslutt-dagen/")
    nurse.press("Avslutt dagen")
    nurse.reads("Dagen er ikke avsluttet", "Står igjen")
    nurse.press("Registrer alle 2 som ikke møtt")
    while Vial.objects.filter(closed_at=None).exists():
        nurse.visitor.page.locator("select[name=rest]").first.select_option("end_of_day")
        nurse.press("Lukk glasset")
    nurse.press("Lagre, og alle de andre har betalt")
    nurse.press("Avslutt dagen")
    nurse.reads("23", "Ikke møtt")
