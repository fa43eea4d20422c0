"""A person's way to a clinician who decides, and what becomes of it.

It stands in this app because it asks for a contact as booking does, and ends in choosing a time.
"""

from django.urls import path

from appointments.views.cases import begin, mine, send

app_name = "cases"
urlpatterns = [
    path("", begin.begin, name="begin"),
    path("kontakt/", send.contact, name="contact"),
    path("kode/", send.code, name="code"),
    path("opplysninger/", send.details, name="details"),
    path("sak/<uuid:case_id>/", mine.mine, name="mine"),
    path("sak/<uuid:case_id>/trekk/", mine.withdraw, name="withdraw"),
    path("sak/<uuid:case_id>/tid/", mine.times, name="times"),
    path("l/<str:token>/", mine.link, name="link"),
]
