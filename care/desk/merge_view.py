"""Two rows side by side in words, and what stands in the way of merging them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from appointments.domain.status import ACTIVE
from care.desk.record_words import LANGUAGES, NUMBERS, OBSTACLES
from care.services.merge_rules import Hindrance
from clinics.templatetags.oslo_time import numeric_day
from patients.models import Patient


@dataclass(frozen=True)
class Pair:
    """What the two rows say of one thing."""

    label: str
    keep: str
    drop: str

    @property
    def differs(self) -> bool:
        """Whether they do not say the same."""
        return self.keep != self.drop


def side_by_side(keep: Patient, drop: Patient) -> list[Pair]:
    """Compare two rows; one query."""
    counted = {
        one.pk: one
        for one in Patient.objects.filter(pk__in=[keep.pk, drop.pk]).annotate(
            given=Count("doses", filter=Q(doses__voided_at=None), distinct=True),
            booked=Count("appointments", filter=Q(appointments__status__in=ACTIVE), distinct=True),
        )
    }
    shown = [_shown(one, counted[one.pk]) for one in (keep, drop)]
    return [Pair(label, shown[0][label], shown[1][label]) for label in shown[0]]


def _shown(one: Patient, counted: object) -> dict[str, str]:
    return {
        _("Navn"): one.name,
        _("Født"): numeric_day(one.birth_date),
        _("Nummer"): _number(one),
        _("Mobil"): one.phone or "–",
        _("E-post"): one.email or "–",
        _("Får melding"): _reached(one),
        _("Språk"): str(LANGUAGES[one.language]),
        _("Tolk"): one.interpreter or "–",
        _("Skjermet adresse"): _("ja") if one.protected_address else _("nei"),
        _("Registrert"): numeric_day(one.created_at),
        _("Doser"): str(getattr(counted, "given", 0)),
        _("Kommende timer"): str(getattr(counted, "booked", 0)),
    }


def _number(one: Patient) -> str:
    if one.id_kind == Patient.IdKind.NONE:
        kind = str(NUMBERS[one.id_kind])
        return _("%(kind)s, legitimasjon sett") % {"kind": kind} if one.id_seen_at else kind
    words = _("%(kind)s %(number)s, sett") if one.id_seen_at else _("%(kind)s %(number)s, oppgitt")
    return words % {"kind": NUMBERS[one.id_kind], "number": one.id_number}


def _reached(one: Patient) -> str:
    return {
        Patient.ContactBy.SMS: _("på SMS"),
        Patient.ContactBy.EMAIL: _("på e-post"),
        Patient.ContactBy.BOTH: _("på SMS og e-post"),
    }.get(Patient.ContactBy(one.contact_by), _("ikke"))


def hindrances_in_words(found: Iterable[Hindrance]) -> list[str]:
    """Say what stands in the way, and what to do first."""
    return [str(OBSTACLES[one.obstacle]) % {"number": one.dose_number} for one in found]
