"""The page where a time is chosen, for a new booking and for moving one."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from appointments.domain.wishes import read_wishes
from appointments.forms.choose import TAKEN, SlotForm
from appointments.forms.wishes import WishForm
from appointments.models import Slot
from appointments.selectors.places import WHOLE_VIAL_ROUTE, SessionPlaces
from appointments.services.case_path import Window
from appointments.services.seats import SlotUnavailableError
from appointments.views.weeks import Weeks, look_by_week, query_of, week_of_slot
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic


def choose_time(
    request: HttpRequest,
    *,
    clinic: Clinic,
    route: str,
    look: Callable[[], list[SessionPlaces]],
    take: Callable[[UUID], HttpResponse],
    back_url: str,
    chosen: Slot | None = None,
    heading: str = "",
    begins_checkout: bool = False,
    tell_me: bool = False,
    wait_url: str = "",
    window: Window | None = None,
) -> HttpResponse:
    """Show a week's free times and take the one that is chosen.

    ``look`` finds all free times; it is asked again when ``take`` raises SlotUnavailableError, so
    that the page then shows other times. ``route`` decides what is said of vials. ``chosen`` is the
    time that was chosen before. Without any free time the page offers to tell the reader of new
    ones, where ``tell_me``; ``wait_url`` leads to the waiting list, for who finds no time that
    suits. ``window`` is shown to an exposed person, who is led to no later week.
    """
    wishes = read_wishes(request.GET.getlist("dag"), request.GET.getlist("tid"))
    posted = request.POST.get("slot", "") if request.method == "POST" else ""

    def see() -> Weeks:
        found = look()
        return look_by_week(
            found,
            asked=request.GET.get("uke", "") or week_of_slot(found, posted),
            wishes=wishes,
            chosen=oslo_date(chosen.starts_at) if chosen else None,
            soonest_first=window is not None,
            clinic_id=clinic.pk,
            route=route,
            now=timezone.now(),
        )

    seen = see()
    form = _form(request, seen, chosen)
    if request.method == "POST" and form.is_valid():
        try:
            return take(UUID(form.cleaned_data["slot"]))
        except SlotUnavailableError:
            seen = see()
            form = _form(request, seen, chosen)
            if form.is_valid():  # still shown, yet refused: somebody is quicker than the page
                form.add_error("slot", TAKEN)
    wish_form = WishForm(days=seen.days, bands=seen.bands, wishes=wishes)
    return render(
        request,
        "appointments/slots.html",
        {
            "form": form,
            "clinic": clinic,
            "seen": seen,
            "wish_form": wish_form,
            "wished": wish_form.in_words() if wishes else [],
            "unfiltered_url": request.path + query_of(week=seen.week.value if seen.week else ""),
            # Why a dose takes a whole vial is nobody's business who has but the link to a time.
            "whole_vial": route == WHOLE_VIAL_ROUTE and (begins_checkout or window is not None),
            "back_url": back_url,
            "heading": heading or _("Når kan du komme?"),
            "tell_me": tell_me,
            "wait_url": wait_url,
            "begins_checkout": begins_checkout,
            "window": window,
        },
    )


def _form(request: HttpRequest, seen: Weeks, chosen: Slot | None) -> SlotForm:
    return SlotForm(
        request.POST if request.method == "POST" else None,
        shown=seen.shown,
        first=seen.first,
        takes=seen.takes,
        initial={"slot": chosen.pk} if chosen else None,
    )
