"""Writes the rows of those who are still to come: there may be five hundred of them.

The template engine takes some hundred steps for each; a pattern takes one. The pages stay the same.
"""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from appointments.selectors.day import PlannedVial
from care.dayboard.board import Board
from care.dayboard.people import Person
from care.services.vaccination import Step
from clinics.templatetags.oslo_time import clock
from eligibility.domain.cases import CaseState

register = template.Library()

_ROW = (
    '<li class="row" data-person><p class="row__lead">{lead}</p>'
    '<p class="row__name">{name} <span class="row__meta">{year}</span>{tags}</p>'
    '<div class="row__action">{way}</div></li>'
)
_WAY = (
    '<a class="ds-button" data-variant="secondary" id="arrive-{key}" href="{url}">{arrived}'
    ' <span class="ds-sr-only">{name}</span></a>'
)
_MISSING = (
    '<a class="ds-button" data-variant="tertiary" data-size="sm" id="missing-{key}"'
    ' href="{url}?person={key}">{missing} <span class="ds-sr-only">{name}</span></a>'
)
_TAG = ' <span class="ds-tag" data-color="{}">{}</span>'
_VIAL = '{name} <span class="dots" role="img" aria-label="{seats}">{dots}</span> {times}'
_DOT = '<span class="dots__seat{}"></span>'
_LATE = ' <span class="row__meta" data-timer>{}</span>'


@register.simple_tag
def expected_rows(board: Board, people: tuple[Person, ...]) -> SafeString:
    """Write a row for each person: when, who, what to know, and the way to check them in."""
    dose, arrived, interpreter = _("Dose"), _("Møtt"), _("Tolk: %(language)s")
    missing, missing_url = _("Ikke møtt"), reverse("dayboard:missing", args=[board.session.pk])
    rows = (
        format_html(
            _ROW,
            lead=person.lead,
            name=person.listed,
            year=person.year,
            tags=_tags(person, dose, interpreter, is_today=board.is_today),
            way=_way(person, arrived, missing, missing_url) if board.is_today else "",
        )
        for person in people
    )
    return format_html_join("\n", "{}", ((row,) for row in rows))


@register.simple_tag
def planned_vial(planned: PlannedVial) -> SafeString:
    """Write what a planned vial's people share: its seats as dots and in words, and its times."""
    first, last = clock(planned.first_at), clock(planned.last_at)
    times = first if first == last else f"{first}–{last}"
    if planned.whole:
        return format_html("{} {}", _("Eget glass, under huden"), times)
    seats = _("%(filled)d av %(total)d doser er planlagt") % {
        "filled": planned.doses,
        "total": planned.capacity,
    }
    dots = format_html_join(
        "",
        _DOT,
        (
            (" dots__seat--filled" if seat < planned.doses else "",)
            for seat in range(planned.capacity)
        ),
    )
    return format_html(_VIAL, name=_("Planlagt glass"), seats=seats, dots=dots, times=times)


@register.simple_tag
def state_tag(person: Person) -> SafeString:
    """Write what is known of somebody who waits: the clinician's word, or today's answers."""
    case = person.case.state if person.case else None
    if case == CaseState.APPROVED:
        return format_html(_TAG, "success", _("Legen har godkjent"))
    if case == CaseState.REFUSED:
        return format_html(_TAG, "danger", _("Legen har sagt nei"))
    if case and case != CaseState.CLOSED:
        return format_html(_TAG, "info", _("Venter på legen"))
    if person.step is Step.REVIEW:
        return format_html(_TAG, "warning", _("Må vurderes"))
    if person.step is Step.GIVE:
        return format_html(_TAG, "success", _("Spurt, klar"))
    return mark_safe("")  # not asked yet: nothing to say


def _way(person: Person, arrived: str, missing: str, missing_url: str) -> SafeString:
    way = format_html(
        _WAY, key=person.key, url=person.arrive_url, arrived=arrived, name=person.listed
    )
    if person.overdue:
        way += format_html(
            _MISSING, key=person.key, url=missing_url, missing=missing, name=person.listed
        )
    return way


def _tags(person: Person, dose: str, interpreter: str, *, is_today: bool) -> SafeString:
    assert person.appointment.patient is not None
    patient = person.appointment.patient.kept
    tags = mark_safe("")  # nothing yet
    if patient.interpreter:
        words = interpreter % {"language": patient.interpreter}
        tags += format_html(_TAG, "warning", words)
    if person.has_later_dose:
        tags += format_html(_TAG, "info", f"{dose} {person.appointment.dose_number}")
    if person.late and is_today:
        tags += format_html(_LATE, person.late)
    return tags
