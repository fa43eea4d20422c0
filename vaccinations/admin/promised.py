"""What the pages of the stock say of days that it does not cover."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinics.templatetags.oslo_time import day
from vaccinations.models import Lot
from vaccinations.services.shortages import Shortage, shortages

# So many days are named; the others are counted.
NAMED = 5


def promised_facts(lot: Lot, *, now: datetime) -> list[tuple[Any, object]]:
    """Return, as a line above a form, how many vials are lacking already; nothing when none is."""
    lacking = _of_product(lot, now)
    if not lacking:
        return []
    return [(_("Mangler til det som er bestilt"), sum(one.vials for one in lacking))]


def shortage_words(lot: Lot, *, now: datetime) -> list[SafeString]:
    """Say which days lack how many vials of a lot's product; nothing when none does."""
    lacking = _of_product(lot, now)
    if not lacking:
        return []
    total = sum(one.vials for one in lacking)
    head = ngettext(
        "%(count)d hetteglass mangler til dem som har time.",
        "%(count)d hetteglass mangler til dem som har time.",
        total,
    ) % {"count": total}
    todo = _(
        "Skaff flere glass, eller åpne dagen og bruk «Endre eller avlys dagen» for å gi folk ny "
        "tid."
    )
    return [format_html("{} {}. {}", head, named_days(lacking), todo)]


def named_days(lacking: Iterable[Shortage]) -> SafeString:
    """Name the days with links to where they are planned: "torsdag 3. desember (2)"."""
    known = list(lacking)
    words = format_html_join(
        ", ",
        '<a href="{}">{} ({})</a>',
        [(one.promise.page, day(one.promise.day), one.vials) for one in known[:NAMED]],
    )
    more = len(known) - NAMED
    if more <= 0:
        return words
    rest = ngettext("og %(count)d dag til", "og %(count)d dager til", more) % {"count": more}
    return format_html("{} {}", words, rest)


def _of_product(lot: Lot, now: datetime) -> list[Shortage]:
    found = shortages([lot.clinic_id], now=now)
    return [one for one in found if one.promise.product_id == lot.product_id]
