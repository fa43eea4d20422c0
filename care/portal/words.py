"""What is stored, in words for the person it is about."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appointments.domain.repairs import AskState
from appointments.domain.status import Status
from appointments.domain.waiting import OfferKind, OfferState, WaitEnd
from clinics.domain.roles import Role
from eligibility.domain.cases import CaseState
from eligibility.domain.decision import Outcome
from eligibility.models import Decision
from patients.models import IdentityCheck, Patient

Words = str | Promise

OUTCOMES: Mapping[str, Words] = {
    Outcome.ELIGIBLE: _("Du får tilbud om vaksine"),
    Outcome.CLINICIAN_REVIEW: _("En lege eller annen behandler må avgjøre"),
    Outcome.DEFER: _("Du må vente med vaksinen"),
    Outcome.CONTRAINDICATED: _("Du skal ikke ha denne vaksinen"),
    Outcome.SEEK_CARE: _("Du har symptomer, og må til lege først"),
    Outcome.NOT_NEEDED: _("Du trenger ikke vaksinen"),
    Outcome.NOT_OFFERED: _("Du er ikke i en gruppe som får tilbud"),
}
SOURCES: Mapping[str, Words] = {
    Decision.Source.SELF: _("etter svarene dine på nettet"),
    Decision.Source.PHONE: _("etter svarene dine på telefon"),
    Decision.Source.RESCREEN: _("etter svarene dine da du møtte"),
    Decision.Source.CLINICIAN: _("avgjort av en lege eller annen behandler"),
}
SETTINGS: Mapping[str, Words] = {
    "specialist": _("tilbud på sykehus"),
    "municipal": _("tilbud i kommunen"),
}
VISITS: Mapping[str, Words] = {
    Status.BOOKED: _("bestilt"),
    Status.ARRIVED: _("du har møtt"),
    Status.VACCINATED: _("du ble vaksinert"),
    Status.TURNED_AWAY: _("du møtte, men ble ikke vaksinert"),
    Status.LEFT: _("du gikk før vaksinen"),
    Status.DECLINED: _("du ville ikke ha vaksinen"),
    Status.NO_SHOW: _("du møtte ikke"),
    Status.CANCELLED: _("avbestilt"),
    Status.HELD: _("holdt av til deg"),
    Status.EXPIRED: _("ikke holdt av lenger"),
}
COLORS: Mapping[str, str] = {
    Status.BOOKED: "info",
    Status.ARRIVED: "info",
    Status.VACCINATED: "success",
}
WAITS: Mapping[str, Words] = {
    "": _("du venter"),
    WaitEnd.BOOKED: _("du fikk time"),
    WaitEnd.GIVEN: _("du fikk dosen"),
    WaitEnd.LEFT: _("du gikk av listen"),
    WaitEnd.REMOVED: _("tatt av listen av en ansatt"),
    WaitEnd.EXPIRED: _("tiden var over"),
}
OFFERS: Mapping[str, Words] = {
    OfferKind.TIME: _("Tilbud om ledig time"),
    OfferKind.STANDBY: _("Tilbud om plass på kort varsel"),
    OfferKind.STANDBY_AHEAD: _("Tilbud om å stå klar på kort varsel"),
}
OFFER_STATES: Mapping[str, Words] = {
    OfferState.OPEN: _("venter på svar"),
    OfferState.ACCEPTED: _("du sa ja"),
    OfferState.DECLINED: _("du sa nei"),
    OfferState.LAPSED: _("svarfristen gikk ut"),
    OfferState.WITHDRAWN: _("trukket tilbake"),
}
ASKS: Mapping[str, Words] = {
    AskState.ASKED: _("venter på svar"),
    AskState.YES: _("du sa ja"),
    AskState.NO: _("du sa nei"),
    AskState.LAPSED: _("svarfristen gikk ut"),
    AskState.WITHDRAWN: _("trukket tilbake"),
    AskState.MOVED: _("du ble flyttet"),
    AskState.KEPT: _("du beholdt timen"),
}
CASES: Mapping[str, Words] = {
    CaseState.OPEN: _("venter på svar"),
    CaseState.CLAIMED: _("en behandler ser på den"),
    CaseState.ASKED_TO_CALL: _("du er bedt om å ringe"),
    CaseState.APPROVED: _("godkjent"),
    CaseState.REFUSED: _("ikke godkjent"),
    CaseState.WITHDRAWN: _("du trakk den"),
    CaseState.CLOSED: _("avsluttet uten avgjørelse"),
}
DOCUMENTS: Mapping[str, Words] = dict(IdentityCheck.Document.choices)
NUMBERS: Mapping[str, Words] = {
    Patient.IdKind.NONE: _("Ikke noe norsk nummer"),
    Patient.IdKind.NATIONAL: _("Fødselsnummer"),
    Patient.IdKind.D_NUMBER: _("D-nummer"),
    Patient.IdKind.DUF: _("DUF-nummer"),
}
CHANNELS: Mapping[str, Words] = {
    Patient.ContactBy.SMS: _("SMS"),
    Patient.ContactBy.EMAIL: _("e-post"),
    Patient.ContactBy.BOTH: _("SMS og e-post"),
    Patient.ContactBy.NONE: _("ingen meldinger"),
}
LANGUAGES: Mapping[str, Words] = {
    "nb": _("bokmål"),
    "nn": _("nynorsk"),
    "en": _("engelsk"),
}
ROLES: Mapping[str, Words] = {
    Role.VACCINATOR: _("vaksinatør"),
    Role.CLINICIAN: _("lege eller annen behandler"),
    Role.LEAD: _("leder"),
    Role.ADMIN: _("administrator"),
    Role.AUDITOR: _("kontrollør"),
}
