import uuid
from collections.abc import Iterable
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from eligibility.domain.cases import DECIDED, ENDED, TAKEN, WAITING, CaseKind, CaseMove, CaseState
from eligibility.domain.decision import Window
from eligibility.models.decisions import Decision
from encryption.fields import EncryptedDateField, EncryptedJSONField, EncryptedTextField
from patients.models import Patient


def _values(members: Iterable[StrEnum]) -> list[str]:
    return sorted(map(str, members))


class ReviewCase(models.Model):
    """A person whose case a clinician decides.

    What the person sent (``sent``, ``note``) is there while the case waits, and dropped as it ends.
    """

    class Kind(models.TextChoices):
        PEPV = CaseKind.PEPV.value, _("etter smitte")
        REVIEW = CaseKind.REVIEW.value, _("svar hjemmefra")
        VISIT = CaseKind.VISIT.value, _("fra et besøk")

    class State(models.TextChoices):
        OPEN = CaseState.OPEN.value, _("venter")
        CLAIMED = CaseState.CLAIMED.value, _("under arbeid")
        ASKED_TO_CALL = CaseState.ASKED_TO_CALL.value, _("bedt om å ringe")
        APPROVED = CaseState.APPROVED.value, _("godkjent")
        REFUSED = CaseState.REFUSED.value, _("ikke godkjent")
        WITHDRAWN = CaseState.WITHDRAWN.value, _("trukket tilbake")
        CLOSED = CaseState.CLOSED.value, _("avsluttet uten avgjørelse")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="review_cases")
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("sted")
    )
    # What was found, at home or at a visit.
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("slag"), max_length=6, choices=Kind.choices)
    # Those of the contract's answers that the person chose to send.
    sent = EncryptedJSONField(null=True)
    # In the person's own words.
    note = EncryptedTextField(null=True)
    # Dropped with prevents_until and deadline, which tell it too.
    exposed_on = EncryptedDateField(null=True)
    window = models.CharField(max_length=6, blank=True)
    prevents_until = models.DateField(_("dag 4"), null=True)
    deadline = models.DateField(_("siste dag"), null=True)
    high_risk = models.BooleanField(_("høy risiko"), default=False)
    state = models.CharField(
        _("tilstand"), max_length=13, choices=State.choices, default=State.OPEN
    )
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("tatt av"),
    )
    claimed_at = models.DateTimeField(_("tatt"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("avgjort av"),
    )
    hpr_number = models.CharField(_("HPR-nummer"), max_length=9, blank=True)
    decided_at = models.DateTimeField(_("avgjort"), null=True)
    # The clinician's words, which the person sees only if the clinician says so.
    reason = EncryptedTextField(blank=True)
    reason_shown = models.BooleanField(default=False)
    outcome = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="answered_case"
    )
    opened_at = models.DateTimeField(_("sendt inn"))
    closed_at = models.DateTimeField(_("avsluttet"), null=True)

    class Meta:
        verbose_name = _("sak til vurdering")
        verbose_name_plural = _("saker til vurdering")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(state__in=_values(WAITING)),
                name="case_one_waiting_per_patient",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_values(CaseState)), name="case_known_state"
            ),
            models.CheckConstraint(condition=Q(kind__in=_values(CaseKind)), name="case_known_kind"),
            models.CheckConstraint(
                condition=Q(window__in=["", *_values(Window)]), name="case_known_window"
            ),
            models.CheckConstraint(
                condition=Q(claimed_by=None, claimed_at=None)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="case_claimed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="open", claimed_by__isnull=False)
                & ~Q(state__in=_values(TAKEN), claimed_by=None),
                name="case_claimed_iff_taken",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=_values(DECIDED),
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    outcome__isnull=False,
                )
                & ~Q(hpr_number="")
                | ~Q(state__in=_values(DECIDED))
                & Q(decided_by=None, decided_at=None, outcome=None, hpr_number=""),
                name="case_signed_iff_decided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_values(ENDED)) ^ Q(closed_at=None),
                name="case_closed_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(state__in=_values(WAITING)) | Q(sent__isnull=True, note__isnull=True),
                name="case_nothing_sent_once_ended",
            ),
            models.CheckConstraint(
                condition=Q(exposed_on__isnull=True, prevents_until=None, deadline=None)
                | Q(exposed_on__isnull=False, prevents_until__isnull=False, deadline__isnull=False),
                name="case_days_of_an_exposure",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic"],
                condition=Q(state__in=_values(WAITING)),
                name="case_waiting_by_clinic",
            ),
            models.Index(fields=["clinic", "-closed_at"], name="case_closed_by_clinic"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.opened_at:%Y-%m-%d}"


class ReviewCaseEvent(models.Model):
    """What was done with a case, by whom; ``by`` is None for the person and the system."""

    class Action(models.TextChoices):
        OPEN = "open", _("sendt inn")
        CLAIM = CaseMove.CLAIM.value, _("tatt")
        RELEASE = CaseMove.RELEASE.value, _("lagt tilbake")
        TAKE_OVER = CaseMove.TAKE_OVER.value, _("overtatt")
        ASK_TO_CALL = CaseMove.ASK_TO_CALL.value, _("bedt om å ringe")
        HAND_OVER = CaseMove.HAND_OVER.value, _("sendt til et annet sted")
        APPROVE = CaseMove.APPROVE.value, _("godkjent")
        REFUSE = CaseMove.REFUSE.value, _("ikke godkjent")
        WITHDRAW = CaseMove.WITHDRAW.value, _("trukket tilbake")
        CLOSE = CaseMove.CLOSE.value, _("avsluttet uten avgjørelse")

    case = models.ForeignKey(ReviewCase, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    action = models.CharField(max_length=11, choices=Action.choices)
    note = EncryptedTextField(blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
