"""Why visits end without a dose, and what comes next, in the nurse's words."""

from django.utils.translation import gettext_lazy as _

from appointments.domain.endings import EndReason
from care.dayboard.words import Words

# On the board as well: nothing about health is said here, that is on the person's own page.
END_REASONS: dict[str, Words] = {
    EndReason.NO_ID: _("hadde ikke gyldig legitimasjon"),
    EndReason.NO_VACCINE: _("vi hadde ikke vaksine"),
    EndReason.OTHER: _("annen grunn"),
    EndReason.COULD_NOT_WAIT: _("kunne ikke vente"),
    EndReason.GONE: _("gikk uten å si fra"),
    EndReason.CHANGED_MIND: _("har ombestemt seg"),
    EndReason.WANTS_TO_THINK: _("vil tenke på det"),
}
# The same as choices, by what has happened.
END_CHOICES = [
    (
        _("Personen kan ikke få vaksinen i dag"),
        [
            (EndReason.NO_ID.value, _("Har ikke gyldig legitimasjon")),
            (EndReason.NO_VACCINE.value, _("Vi har ikke vaksine")),
            (EndReason.OTHER.value, _("Annet, skriv hva")),
        ],
    ),
    (
        _("Personen gikk før vaksinen"),
        [
            (EndReason.COULD_NOT_WAIT.value, _("Kunne ikke vente lenger")),
            (EndReason.GONE.value, _("Gikk uten å si fra")),
        ],
    ),
    (
        _("Personen vil ikke ha vaksinen i dag"),
        [
            (EndReason.CHANGED_MIND.value, _("Har ombestemt seg")),
            (EndReason.WANTS_TO_THINK.value, _("Vil tenke på det eller vite mer")),
        ],
    ),
]
