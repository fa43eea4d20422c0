"""The retention schedule: every kind of data about people, how long it is kept, and why.

The sweep, its report, the privacy page and the test that no table is forgotten read this. Where the
rules of the vaccination say nothing, the time is a careful one that the clinic's controller may
change (``MPOX_KEEP_DAYS``); how long a patient record is kept is not for a program to say.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.utils.translation import gettext_lazy as _

from appointments.services import retention as times
from audit.services import retention as log
from care.retention import people
from care.retention.kinds import Change, Ending, Kind, Who
from clinics.domain.calendar import oslo_date
from clinics.kept_input import SECONDS
from clinics.services import logins
from eligibility.domain.cases import KEPT_FOR_DAYS
from eligibility.services import interests
from eligibility.services import retention as decisions
from notifications.services import retention as messages
from patients.services import activations, codes, drafts, links
from patients.services import retention as patients


def _days(name: str) -> timedelta:
    return timedelta(days=settings.KEEP_DAYS[name])


NOTHING = timedelta(0)
UNBOOKED, HOLDS = timedelta(hours=24), timedelta(hours=24)
NEVER_CAME, WAITS, GROUP = _days("never_came"), _days("waiting"), _days("group")
REFERENCES, ID_COPIES, ADMIN_LOG = _days("references"), _days("id_copies"), _days("admin_log")
LOGINS, GIVEN_REASONS = _days("logins"), _days("given_reasons")
NEEDED = _("Trengs til det du ba om, og ikke lenger.")
RECORD = _("Stedet har plikt til å føre journal.")


def _session_rows(now: datetime) -> Any:
    return Session.objects.filter(expire_date__lte=now)


def _delete_sessions(ids: Sequence[Any], _now: datetime) -> int:
    return Session.objects.filter(pk__in=ids).delete()[0]


def _delete_log(ids: Sequence[Any], _now: datetime) -> int:
    return LogEntry.objects.filter(pk__in=ids).delete()[0]


def _groups_to_drop(now: datetime) -> Any:
    since = now - GROUP
    return decisions.decisions_at_rest(since=since).filter(times.expects_nothing(oslo_date(since)))


SCHEDULE: tuple[Kind, ...] = (
    Kind(
        code="answers",
        what=_("Svarene dine på spørsmålene, mens du fyller ut"),
        after=_("etter at du sist svarte"),
        basis=_("Brukes til å finne ut om du får tilbudet, og lagres aldri i databasen."),
        ending=Ending.DELETED,
        kept_for=timedelta(seconds=drafts.KEPT_SECONDS),
    ),
    Kind(
        code="codes",
        what=_("Engangskoder du får på SMS eller e-post"),
        after=_("etter at koden ble sendt"),
        basis=NEEDED,
        ending=Ending.DELETED,
        models=("patients.OneTimeCode",),
        kept_for=codes.LIFETIME,
        swept_by="patients.tasks.forget_expired",
    ),
    Kind(
        code="links",
        what=_("Lenkene i meldingene til deg"),
        after=_("etter at lenken sluttet å virke"),
        basis=_("En gammel lenke skal kunne si at den er for gammel."),
        ending=Ending.DELETED,
        models=("patients.LinkToken",),
        kept_for=links.KEPT_AFTER_END,
        swept_by="patients.tasks.forget_expired",
    ),
    Kind(
        code="activations",
        what=_("Koden du fikk etter at du viste legitimasjon, og nettleseren du brukte den i"),
        after=_("etter at nettleseren sist ble brukt"),
        basis=_("Gir deg tilgang til sidene dine uten ID-porten."),
        ending=Ending.DELETED,
        models=("patients.ActivationCode", "patients.ActivatedBrowser"),
        kept_for=activations.UNUSED + activations.KEPT_AFTER_END,
        swept_by="patients.tasks.forget_expired",
    ),
    Kind(
        code="holds",
        what=_("En time du begynte å bestille og ikke fullførte"),
        after=_("etter at plassen ble frigitt"),
        basis=NEEDED,
        ending=Ending.DELETED,
        models=("appointments.Appointment",),
        kept_for=HOLDS,
        change=Change(
            lambda now: times.ended_holds(before=now - HOLDS),
            lambda ids, _now: times.delete_holds(ids),
        ),
    ),
    Kind(
        code="unbooked",
        what=_("Navn, kontaktinformasjon og resultat når du ikke bestilte time"),
        after=_("etter at du oppga dem"),
        basis=NEEDED,
        ending=Ending.DELETED,
        models=("patients.Patient", "eligibility.Decision", "patients.MessageStop"),
        kept_for=UNBOOKED,
        change=Change(lambda now: people.unbooked(now - UNBOOKED), people.delete),
    ),
    Kind(
        code="never_came",
        what=_("Alt om deg når du bestilte eller sto på venteliste, og aldri kom"),
        after=_("etter at vi sist hørte fra deg"),
        basis=_("Stedet skal kunne svare deg om det som skjedde med timen."),
        ending=Ending.DELETED,
        models=(
            "patients.Patient",
            "eligibility.Decision",
            "appointments.Appointment",
            "appointments.Displaced",
            "appointments.MoveAsk",
            "notifications.Message",
        ),
        kept_for=NEVER_CAME,
        change=Change(lambda now: people.never_vaccinated(now - NEVER_CAME), people.delete),
    ),
    Kind(
        code="waiting",
        what=_("Hva du ønsket da du sto på venteliste, og hva du ble tilbudt"),
        after=_("etter at du gikk av listen"),
        basis=NEEDED,
        ending=Ending.DELETED,
        models=("appointments.WaitingEntry", "appointments.Offer"),
        kept_for=WAITS,
        change=Change(
            lambda now: times.ended_waits(before=now - WAITS),
            lambda ids, _now: times.delete_waits(ids),
        ),
    ),
    Kind(
        code="passed_over",
        what=_("Hvorfor en annen ble spurt før deg"),
        after=_("etter at det skjedde"),
        basis=_("Stedet skal kunne forklare køen."),
        ending=Ending.DELETED,
        models=("appointments.OfferSkip",),
        kept_for=WAITS,
        change=Change(
            lambda now: times.old_skips(before=now - WAITS),
            lambda ids, _now: times.delete_skips(ids),
        ),
    ),
    Kind(
        code="interests",
        what=_("At du vil ha beskjed når det er timer: kontaktinformasjon og gruppe"),
        after=_("etter at du ba om det, eller 30 dager etter at du fikk beskjed"),
        basis=_("Du har sagt ja til det, og kan gå av listen når du vil."),
        ending=Ending.STRIPPED,
        models=("eligibility.GroupInterest",),
        kept_for=interests.KEPT_FOR,
        swept_by="appointments.tasks.drop_old_interests",
    ),
    Kind(
        code="case_words",
        what=_("Svarene og ordene du sendte til en kliniker"),
        after="",
        kept=_("til saken er avgjort"),
        basis=NEEDED,
        ending=Ending.STRIPPED,
        models=("eligibility.ReviewCase",),
    ),
    Kind(
        code="exposure",
        what=_("Dagen du kan ha blitt smittet"),
        after=_("etter den dagen, eller til dagen etter dosen"),
        basis=_("Avgjør hvor mye det haster."),
        ending=Ending.STRIPPED,
        models=("eligibility.ReviewCase",),
        kept_for=timedelta(days=KEPT_FOR_DAYS),
        swept_by="eligibility.tasks.drop_exposure_days",
    ),
    Kind(
        code="group",
        what=_("Hvilken gruppe du er i, hvor du får tilbudet, og hva du svarte om helsen din"),
        after=_("etter siste dose, time eller vurdering"),
        basis=_("Brukes til neste dose, og er mer enn journalen trenger siden."),
        ending=Ending.STRIPPED,
        models=("eligibility.Decision",),
        kept_for=GROUP,
        change=Change(_groups_to_drop, lambda ids, now: decisions.drop_groups(ids, now=now)),
    ),
    Kind(
        code="references",
        what=_("Nummeret som leverandøren av SMS kan finne en sendt melding igjen med"),
        after=_("etter at meldingen ble sendt"),
        basis=_("Brukes når en melding ikke kommer fram."),
        ending=Ending.STRIPPED,
        models=("notifications.Message",),
        kept_for=REFERENCES,
        change=Change(
            lambda now: messages.with_reference(ended_before=now - REFERENCES),
            lambda ids, _now: messages.drop_references(ids),
        ),
    ),
    Kind(
        code="id_copies",
        what=_("Hva som sto om deg før og etter at du viste legitimasjon"),
        after=_("etter besøket"),
        basis=_("Brukes til å rette opp hvis feil person ble registrert."),
        ending=Ending.STRIPPED,
        models=("patients.IdentityCheck",),
        kept_for=ID_COPIES,
        change=Change(
            lambda now: patients.checks_with_copies(made_before=now - ID_COPIES),
            lambda ids, _now: patients.drop_copies(ids),
        ),
    ),
    Kind(
        code="record",
        what=_("Journalen: hvem du er, doser, besøk, vurderinger, reaksjoner og notater"),
        after="",
        kept=_("så lenge journalreglene krever"),
        basis=RECORD,
        ending=Ending.KEPT,
        models=(
            "patients.Patient",
            "patients.PatientMerge",
            "patients.PatientNote",
            "patients.IdentityCheck",
            "patients.MessageStop",
            "vaccinations.Dose",
            "vaccinations.DeviationSeen",
            "vaccinations.Reaction",
            "vaccinations.ReactionEntry",
            "vaccinations.RecallContact",
            "vaccinations.RegistryReport",
            "eligibility.Decision",
            "eligibility.ReviewCase",
            "eligibility.ReviewCaseEvent",
            "appointments.Appointment",
            "appointments.Displaced",
            "appointments.MoveAsk",
            "appointments.NextAnswer",
            "notifications.Message",
        ),
    ),
    Kind(
        code="access_log",
        what=_("Hvem som har sett på eller endret noe om deg, uten navnet ditt"),
        after="",
        kept=_("så lenge journalen"),
        basis=_("Du har rett til å vite hvem som har sett på journalen din."),
        ending=Ending.KEPT,
        models=("audit.Alarm", "audit.AuditEntry", "audit.GivenReason"),
    ),
    Kind(
        code="given_reasons",
        what=_("Det en ansatt skrev da det trengtes en grunn for å åpne sidene dine"),
        after=_("etter at det ble skrevet"),
        basis=_("Brukes hvis du klager. Hvem, når og hva slags grunn står i loggen også etterpå."),
        ending=Ending.STRIPPED,
        models=("audit.GivenReason",),
        kept_for=GIVEN_REASONS,
        change=Change(
            lambda now: log.with_words(given_before=now - GIVEN_REASONS),
            lambda ids, _now: log.drop_words(ids),
        ),
    ),
    Kind(
        code="kept_input",
        what=_("Et skjema som ble sendt etter at økten var over"),
        after=_("etter at det ble sendt"),
        basis=_("Ingen skal måtte skrive to ganger."),
        ending=Ending.DELETED,
        kept_for=timedelta(seconds=SECONDS),
        who=Who.STAFF,
    ),
    Kind(
        code="sessions",
        what=_("At en nettleser er logget inn, eller har åpnet en time"),
        after=_("etter at økten var over"),
        basis=NEEDED,
        ending=Ending.DELETED,
        models=("sessions.Session",),
        kept_for=NOTHING,
        change=Change(_session_rows, _delete_sessions),
    ),
    Kind(
        code="admin_log",
        what=_("Hva en ansatt endret i administrasjonen"),
        after=_("etter endringen"),
        basis=_("Brukes til å finne ut hva som gikk galt; tilgangsloggen står uansett."),
        ending=Ending.DELETED,
        models=("admin.LogEntry",),
        kept_for=ADMIN_LOG,
        who=Who.STAFF,
        change=Change(
            lambda now: LogEntry.objects.filter(action_time__lte=now - ADMIN_LOG), _delete_log
        ),
    ),
    Kind(
        code="logins",
        what=_("Når og med hvilken nettleser en ansatt var logget inn"),
        after=_("etter at innloggingen sist var i bruk"),
        basis=_("Brukes til å se om noen andre har vært inne."),
        ending=Ending.DELETED,
        models=("clinics.StaffLogin",),
        kept_for=LOGINS,
        who=Who.STAFF,
        change=Change(lambda now: logins.last_used_by(now - LOGINS), logins.forget),
    ),
    Kind(
        code="staff",
        what=_("Ansatte: navn, e-post, HPR-nummer, roller og hvordan de logger inn"),
        after="",
        kept=_("så lenge det de har signert, står"),
        basis=_("Det skal gå fram hvem som gjorde hva."),
        ending=Ending.KEPT,
        models=(
            "clinics.Staff",
            "clinics.Membership",
            "clinics.StaffInvitation",
            "account.EmailAddress",
            "account.EmailConfirmation",
            "mfa.Authenticator",
        ),
        who=Who.STAFF,
    ),
)

# Tables about vaccine, days, places and the system: no person, or only who signed.
ABOUT_NOBODY = frozenset(
    {
        "appointments.ClinicSession",
        "appointments.DayClosing",
        "appointments.PlanningNumbers",
        "appointments.Repair",
        "appointments.Slot",
        "audit.Seal",
        "auth.Group",
        "auth.Permission",
        "clinics.Clinic",
        "clinics.GroupOffer",
        "contenttypes.ContentType",
        "eligibility.RuleSetInForce",
        "notifications.MessageText",
        "notifications.SweepRun",
        "vaccinations.InUseWindow",
        "vaccinations.Lot",
        "vaccinations.LotEntry",
        "vaccinations.Product",
        "vaccinations.Recall",
        "vaccinations.StandingOrder",
        "vaccinations.Thawing",
        "vaccinations.Vial",
    }
)
