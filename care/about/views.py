"""The privacy page and the accessibility statement."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from care.retention.kinds import Who
from care.retention.schedule import SCHEDULE
from care.retention.words import time_in_words
from clinics.permissions import PUBLIC, access
from clinics.selectors import all_clinics


@dataclass(frozen=True)
class KindShown:
    """A kind of data in words: what it is, for how long, and why."""

    what: str | Promise
    how_long: str
    why: str | Promise


@access(PUBLIC)
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what is kept about people, how long, why, and who sees it."""
    kinds = [
        KindShown(kind.what, time_in_words(kind), kind.basis)
        for kind in SCHEDULE
        if kind.who is Who.VISITOR
    ]
    return render(request, "about/privacy.html", {"kinds": kinds} | _whom_to_ask())


@access(PUBLIC)
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say who can use the pages, what is known not to work, and whom to tell."""
    return render(request, "about/accessibility.html", _whom_to_ask())


def _whom_to_ask() -> dict[str, object]:
    return {
        "controller": settings.CONTROLLER,
        "privacy_contact": settings.PRIVACY_CONTACT,
        "clinics": all_clinics(),
    }
