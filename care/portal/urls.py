"""The patient's own pages."""

from django.urls import path

from care.portal.views import contact, entry, home, leaving

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("inn/", entry.entry, name="entry"),
    path("logg-ut/", entry.log_out, name="log_out"),
    path("alt/", home.record, name="record"),
    path("innsyn/", home.log, name="log"),
    path("kontakt/", contact.contact, name="contact"),
    path("kontakt/telefon/", contact.new_contact, {"channel": "sms"}, name="new_phone"),
    path("kontakt/e-post/", contact.new_contact, {"channel": "email"}, name="new_email"),
    path("kontakt/kode/", contact.contact_code, name="contact_code"),
    path("last-ned/", leaving.download, name="download"),
    path("last-ned/json/", leaving.download_json, name="download_json"),
    path("last-ned/pdf/", leaving.download_pdf, name="download_pdf"),
    path("trekk-deg/", leaving.stop, name="stop"),
    path("slett/", leaving.delete, name="delete"),
]
