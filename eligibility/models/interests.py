import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic
from encryption.fields import EncryptedJSONField, EncryptedTextField
from encryption.keys import keyed_hash
from encryption.lookup import Lookup, LookupHashField
from patients.domain.contact import Contact
from patients.models import CONTACT_LOOKUPS


class InterestLookup(Lookup):
    """How a contact is hashed here: from its hash among the patients, so that it is nobody's."""

    def under(self, key: str, value: dict[str, Any] | None) -> str:
        """Hash a contact with one key; "" for none."""
        if not value:
            return ""
        contact = Contact(**value)
        hashed = CONTACT_LOOKUPS[contact.channel].under(key, contact.canonical)
        return keyed_hash(self.purpose, hashed, key=key)


INTEREST = InterestLookup("interest")


class GroupInterest(models.Model):
    """Somebody who wants to be told when a clinic has times for their group. Nobody's name.

    Group, contact and language are there while the person waits, and dropped with the end.
    """

    class End(models.TextChoices):
        LEFT = "left", _("gikk av listen")
        TOLD = "told", _("fikk beskjed")
        EXPIRED = "expired", _("tiden gikk ut")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(
        Clinic, on_delete=models.PROTECT, related_name="+", verbose_name=_("sted")
    )
    priority_group = EncryptedTextField(null=True)
    # Channel and address, as of patients.domain.contact.Contact.
    contact = EncryptedJSONField(null=True)
    language = EncryptedTextField(null=True)
    # Of its own kind: it is nobody's hash among the patients.
    contact_hash = LookupHashField(of="contact", lookup=INTEREST, blank=True)
    consented_at = models.DateTimeField(_("bedt om"))
    told_at = models.DateTimeField(_("fikk beskjed"), null=True)
    ended_at = models.DateTimeField(_("avsluttet"), null=True)
    end = models.CharField(_("hvordan"), max_length=7, choices=End.choices, blank=True)

    class Meta:
        verbose_name = _("ønske om beskjed")
        verbose_name_plural = _("ønsker om beskjed")
        constraints = [
            models.UniqueConstraint(
                fields=["clinic", "contact_hash"],
                condition=Q(ended_at=None),
                name="interest_one_per_contact",
            ),
            models.CheckConstraint(
                condition=(
                    Q(ended_at=None, end="", priority_group__isnull=False, contact__isnull=False)
                    & Q(language__isnull=False)
                    & ~Q(contact_hash="")
                )
                | (
                    Q(ended_at__isnull=False, priority_group__isnull=True, contact__isnull=True)
                    & Q(language__isnull=True, contact_hash="")
                ),
                name="interest_dropped_iff_ended",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(end__in=["left", "told", "expired"]),
                name="interest_known_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["clinic", "consented_at"],
                condition=Q(ended_at=None),
                name="interest_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.consented_at:%Y-%m-%d}"
