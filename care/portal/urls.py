"""The patient's own pages, and the door to them."""

from django.urls import path

from care.portal.views import activating, browsers, contact, entry, home, id_porten, leaving

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("inn/", entry.entry, name="entry"),
    path("inn/id-porten/", id_porten.begin, name="id_porten"),
    path("inn/id-porten/tilbake/", id_porten.come_back, name="id_porten_back"),
    path("inn/kode/", activating.activate, name="activate"),
    path("inn/pin/", activating.open_again, name="pin"),
    path("nettlesere/", browsers.listed, name="browsers"),
    path("nettlesere/<uuid:browser_id>/avslutt/", browsers.end, name="browser_end"),
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
    path("slettet/", leaving.deleted, name="deleted"),
    path("ut/", entry.logged_out, name="logged_out"),
    path("ut/id-porten/", id_porten.leave, name="id_porten_leave"),
]
