"""From a chosen clinic to a place on its waiting list: the wish, contact, code, name."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from appointments.forms.checkout import CodeForm
from appointments.forms.waiting import WaitContactForm, WaitDetailsForm, WishForm
from appointments.permissions import remember_entry
from appointments.services.checkout import Checkout
from appointments.services.waiting import NothingToWaitForError
from appointments.services.waiting_checkout import join_as
from appointments.views.checkout_step import is_proved
from appointments.views.codes import ask_for_code, try_code
from appointments.views.waiting.step import STEPS, WaitStep, to_the_entry, with_wait_step
from clinics.models import Clinic
from clinics.permissions import PUBLIC, access
from clinics.selectors import clinic_by_slug
from patients.domain.contact import Contact, mask

# What may have several answers, or none.
SEVERAL = {"wants", "weekdays", "bands", "any_hour"}
_FIELD = {"sms": "phone", "email": "email"}


@access(PUBLIC)
@never_cache
@with_wait_step
def wish(request: HttpRequest, step: WaitStep, slug: str) -> HttpResponse:
    """Ask what somebody waits for at a clinic, and when they can come."""
    clinic = clinic_by_slug(slug)
    if clinic is None:
        raise Http404
    if clinic not in step.offer.clinics:
        return redirect("appointments:clinics")
    kept = step.draft.get("wish", {})
    form = WishForm(
        request.POST if request.method == "POST" else None,
        now=timezone.now(),
        initial={name: v if name in SEVERAL else v[0] for name, v in kept.items()},
    )
    if request.method == "POST" and form.is_valid():
        step.keep(clinic=clinic.slug, wish=form.kept())
        return redirect("waiting:contact")
    return _page(
        request,
        "waiting/wish.html",
        1,
        form=form,
        clinic=clinic,
        back_url=reverse("appointments:slots", args=[slug]),
    )


@access(PUBLIC)
@never_cache
@with_wait_step
def contact(request: HttpRequest, step: WaitStep) -> HttpResponse:
    """Ask how to reach the person, and send a code there."""
    if step.clinic is None or _wish_of(step) is None:
        return to_the_entry(request) or redirect("appointments:clinics")
    known = step.contact
    initial = {"channel": known.channel, _FIELD[known.channel]: known.address} if known else {}
    form = WaitContactForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        if is_proved(request, form.contact):
            step.keep_contact(form.contact)
            return redirect("waiting:details")
        if ask_for_code(request, form):
            step.keep_contact(form.contact)
            return redirect("waiting:code")
    back_url = reverse("waiting:wish", args=[step.clinic.slug])
    return _page(request, "waiting/contact.html", 2, form=form, back_url=back_url)


@access(PUBLIC)
@never_cache
@with_wait_step
def code(request: HttpRequest, step: WaitStep) -> HttpResponse:
    """Check the code that was sent."""
    if step.contact is None or step.clinic is None:
        return redirect("waiting:contact")
    if is_proved(request, step.contact):
        return redirect("waiting:details")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and try_code(request, form, contact=step.contact):
        return redirect("waiting:details")
    return _page(
        request,
        "waiting/code.html",
        3,
        form=form,
        masked=mask(step.contact),
        back_url=reverse("waiting:contact"),
    )


@access(PUBLIC)
@never_cache
@with_wait_step
def details(request: HttpRequest, step: WaitStep) -> HttpResponse:
    """Ask who waits, and put them on the list."""
    contact, clinic = step.contact, step.clinic
    if clinic is None or contact is None or not is_proved(request, contact):
        return redirect("waiting:contact")
    form = WaitDetailsForm(request.POST if request.method == "POST" else None, initial=step.draft)
    if request.method == "POST" and form.is_valid():
        return _join(request, step, contact, clinic, form)
    return _page(
        request,
        "waiting/details.html",
        4,
        form=form,
        clinic=clinic,
        back_url=reverse("waiting:contact"),
    )


def _join(
    request: HttpRequest,
    step: WaitStep,
    contact: Contact,
    clinic: Clinic,
    form: WaitDetailsForm,
) -> HttpResponse:
    wished = _wish_of(step)
    if wished is None:
        return redirect("waiting:wish", slug=clinic.slug)
    checkout = Checkout(
        given_name=form.cleaned_data["given_name"],
        family_name=form.cleaned_data["family_name"],
        contact=contact,
        language=translation.get_language() or "nb",
        interpreter=form.cleaned_data["interpreter"],
    )
    try:
        entry = join_as(
            checkout,
            screened=step.screened,
            clinic_id=clinic.pk,
            wish=wished.wish,
            now=timezone.now(),
        )
    except NothingToWaitForError:
        words = _("Du har vært hos oss før. Ring oss på %(phone)s, så finner vi riktig time.")
        messages.info(request, words % {"phone": clinic.phone})
        return redirect("appointments:slots", slug=clinic.slug)
    step.keep_only_entry(entry.pk)
    remember_entry(request, entry.pk)
    messages.success(request, _("Du står på ventelisten."))
    return redirect("waiting:mine", entry_id=entry.pk)


def _wish_of(step: WaitStep) -> WishForm | None:
    """Return the wish that was filled in, while it still holds."""
    data = QueryDict(mutable=True)
    for name, values in step.draft.get("wish", {}).items():
        data.setlist(name, values)
    form = WishForm(data, now=timezone.now())
    return form if form.is_valid() else None


def _page(request: HttpRequest, template: str, number: int, **context: object) -> HttpResponse:
    return render(request, template, {"step": number, "total": STEPS, **context})
