from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinics.models import Clinic

# Field, least and most that a clinic may choose; fewer than the policy itself could take.
PLANNING_BOUNDS: dict[str, tuple[int, int]] = {
    "margin_min": (0, 120),
    "booked_per_vial": (1, 5),
    "min_batch": (1, 5),
    "max_moves": (0, 10),
    "max_asks": (0, 20),
    "hold_min": (0, 20),
    "standby_eta": (5, 120),
    "open_threshold": (1, 5),
}


def _number(words: Any, help_text: Any) -> Any:
    return models.PositiveSmallIntegerField(words, null=True, blank=True, help_text=help_text)


class PlanningNumbers(models.Model):
    """What a clinic has chosen instead of the planner's defaults, by VialPolicy's names.

    Empty means the default. They govern sessions that are planned or opened from then on.
    """

    clinic = models.OneToOneField(
        Clinic, on_delete=models.PROTECT, related_name="planning", verbose_name=_("sted")
    )
    margin_min = _number(
        _("margin for forsinkelser, minutter"),
        _("Så mye av brukstiden holdes fri når timer legges på samme glass."),
    )
    booked_per_vial = _number(
        _("personer per glass"), _("Så mange får time på samme glass, 1 til 5.")
    )
    min_batch = _number(
        _("færrest på et glass"),
        _("Et glass med færre enn dette regnes som dårlig fylt, og planleggeren prøver å flytte."),
    )
    max_moves = _number(
        _("flyttinger per dag"), _("Så mange kan bli flyttet til en annen tid for å spare glass.")
    )
    max_asks = _number(
        _("spørsmål per dag"), _("Så mange får spørsmål om å bytte tid, medregnet de som sier nei.")
    )
    hold_min = _number(
        _("lengste ventetid før et glass åpnes"),
        _(
            "Så mange minutter kan de som er her, bli bedt om å vente for at flere skal dele "
            "glasset, 0 til 20."
        ),
    )
    standby_eta = _number(
        _("framme på kort varsel, minutter"),
        _("Så fort regner vi med at de på kort varsel kan være her."),
    )
    open_threshold = _number(
        _("færrest for å åpne et glass"),
        _(
            "1 betyr at ingen med time sendes hjem. Høyere tall er for vaksinemangel: da rådes "
            "dere til å gi ny time når færre enn dette er ventet til glasset."
        ),
    )

    class Meta:
        verbose_name = _("tall for planlegging")
        verbose_name_plural = _("tall for planlegging")
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": least, f"{name}__lte": most}),
                name=f"planning_{name}",
            )
            for name, (least, most) in PLANNING_BOUNDS.items()
        ]

    def __str__(self) -> str:
        return str(self.clinic)

    def chosen(self) -> dict[str, int]:
        """Return what the clinic has chosen, by name; the rest has the policy's default."""
        values = {name: getattr(self, name) for name in PLANNING_BOUNDS}
        return {name: value for name, value in values.items() if value is not None}
