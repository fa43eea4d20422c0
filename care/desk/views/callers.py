"""Finding somebody who calls, among those the clinic has something to do with."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from audit.services import record, record_many
from care.desk.callers_forms import FindForm
from care.desk.permissions import AT_DESK
from care.services.known_people import find_people
from clinics.domain.calendar import oslo_date
from clinics.models import Clinic
from clinics.permissions import StaffRequest, access
from limits.refusal import limited
from limits.rules import LOOK_UP

# More are no answer, but a list to leaf through.
MOST_SHOWN = 20


@access(AT_DESK)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@limited(LOOK_UP)
def find(request: StaffRequest, clinic_slug: str) -> HttpResponse:
    """Search; one person who fits is opened at once. What is searched for is in no address."""
    now = timezone.now()
    clinic = get_object_or_404(Clinic, slug=clinic_slug)
    form = FindForm(request.POST if request.method == "POST" else None, today=oslo_date(now))
    if not form.is_valid():
        return render(request, "desk/find.html", {"clinic": clinic, "form": form})
    found = find_people(
        clinic.pk,
        born=form.cleaned_data["birth_date"],
        name=form.cleaned_data["name"],
        contact=form.cleaned_data["contact"],
        id_number=form.cleaned_data["id_number"],
    )
    # How often somebody searches, by what and with what luck, not for whom.
    reason = f"{form.searched_by()}: {len(found)}"
    record(action="search.done", by=request.actor, now=now, object_id=clinic.pk, reason=reason)
    if len(found) == 1:
        return redirect("desk:person", clinic.slug, found[0].pk)
    too_many = len(found) > MOST_SHOWN
    if too_many:
        found = []
    record_many(
        action="search.read",
        by=request.actor,
        now=now,
        patients=dict.fromkeys([person.pk for person in found], clinic.pk),
    )
    context = {
        "clinic": clinic,
        "form": form,
        "found": found,
        "searched": True,
        "too_many": too_many,
    }
    return render(request, "desk/find.html", context)
