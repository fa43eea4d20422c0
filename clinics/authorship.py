"""A form says whose it is; sent by somebody else, it is not saved in their name unasked."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from clinics import kept_input
from clinics.models import Staff
from clinics.permissions import StaffRequest

# In the form (templates/components/author.html): who it was made for.
FIELD = kept_input.FORM_OF
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def shows_another_author(view: View) -> View:
    """Declare that a view asks ``of_another`` itself, and shows its form again with the answer."""
    view.shows_another_author = True  # type: ignore[attr-defined]
    return view


def of_another(request: StaffRequest) -> list[str]:
    """Return why a form is not saved: it was made for somebody else than who is logged in now."""
    made_for = request.POST.get(FIELD) if request.method == "POST" else None
    if made_for is None or made_for == str(request.user.pk):
        return []
    return [
        _("Skjemaet ble åpnet av %(other)s. Nå er %(now)s logget inn.")
        % {"other": _name(made_for, request), "now": request.user},
        _("Det som er fylt ut, står her. Se over det før du lagrer: da føres det på deg."),
    ]


def refused(request: StaffRequest, view: Callable[..., Any], *, page: str) -> HttpResponse | None:
    """Answer for views that do not themselves: nothing is saved, and what was sent is kept."""
    if getattr(view, "shows_another_author", False):
        return None
    words = of_another(request)
    return _page(request, words, page) if words else None


@never_cache
def _page(request: HttpRequest, words: list[str], page: str) -> HttpResponse:
    context = {
        "words": words[0],
        "action": request.get_full_path(),
        "page": page,
        "fields": kept_input.fields_of(request),
    }
    return render(request, "account/other_author.html", context, status=409)


def _name(made_for: str, request: StaffRequest) -> str:
    """Return a colleague's name; of people elsewhere nothing is told."""
    if not made_for.isdecimal() or len(made_for) > 9:
        return _("en annen")
    assert request.actor.clinic_id is not None  # only a clinic's pages are asked for
    colleagues = Staff.objects.filter(memberships__clinic_id=request.actor.clinic_id)
    return str(colleagues.filter(pk=int(made_for)).first() or _("en annen"))
