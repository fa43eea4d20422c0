"""A vial that broke before it was opened: a loss of the stock."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from appointments.selectors.day import is_under_way
from care.dayboard.permissions import ON_SESSION
from care.dayboard.vial_forms import BrokenForm, expected_of
from care.dayboard.views.board import session_or_404
from care.dayboard.views.opening import posted
from clinics.permissions import StaffRequest, access
from vaccinations.selectors import usable_lots
from vaccinations.services.stock import NotEnoughError, StockChangedError
from vaccinations.services.stock_at_hand import lose_one


@access(ON_SESSION)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def broken(request: StaffRequest, session_id: UUID) -> HttpResponse:
    """Write one unopened vial off, of a lot that is in use today."""
    now = timezone.now()
    session = session_or_404(session_id)
    if not is_under_way(session, now):
        messages.error(request, _("Bare dagens glass kan føres herfra."))
        return redirect("dayboard:board", session.pk)
    lots = usable_lots(session.clinic_id, product_id=session.product_id, now=now)
    form = BrokenForm(posted(request), lots=lots)
    refusals: list[str] = []
    if form.is_valid():
        seen = dict(
            pair.split(":", 1) for pair in form.cleaned_data["expected"].split(",") if ":" in pair
        )
        lot = form.cleaned_data["lot"]
        try:
            lose_one(
                lot_id=int(lot),
                clinic_id=session.clinic_id,
                expected=_number(seen.get(lot, "")),
                note=form.cleaned_data["note"],
                by=request.actor,
                now=now,
            )
        except (StockChangedError, NotEnoughError):
            refusals = [
                _(
                    "Lageret er endret siden du åpnet siden. Se om glasset alt er ført, og prøv "
                    "igjen."
                )
            ]
            lots = usable_lots(session.clinic_id, product_id=session.product_id, now=now)
            again = {**request.POST.dict(), "expected": expected_of(lots)}
            form = BrokenForm(again, lots=lots)
        else:
            messages.success(request, _("Glasset er ført som svinn."))
            return redirect("dayboard:board", session.pk)
    context = {"session": session, "now": now, "form": form, "lots": lots, "refusals": refusals}
    return render(request, "dayboard/broken_vial.html", context)


def _number(text: str) -> int:
    """Return how many were shown; what is no number was never shown."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else -1
