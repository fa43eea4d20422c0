"""Logging in with ID-porten: what is right lets in, and whatever is wrong lets nobody in."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.conf import settings as configured
from django.test import Client

from audit.models import AuditEntry
from limits.rules import ID_PORTEN
from notifications.models import Message
from patients import id_porten
from patients.domain.id_porten import Level, Provider
from patients.models import Patient
from patients.services.registration import register
from tests import factories
from tests.access.test_every_page import rows_written
from tests.oidc import crooked as wrong
from tests.oidc.crooked import CLIENT, CLIENT_KEY, Crooked, Mischief, crooked_provider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("valkey")]

NUMBER, D_NUMBER, CLAIMED, UNKNOWN = "02013299997", "42013299980", "30108299939", "14039150000"
BEGIN, BACK, HOME, ENTRY = (
    "/min-side/inn/id-porten/",
    "/min-side/inn/id-porten/tilbake/",
    "/min-side/",
    "/min-side/inn/",
)


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crooked]:
    """The provider that can do wrong, as ours."""
    monkeypatch.setattr(id_porten, "TIMEOUT", httpx.Timeout(0.5))
    with crooked_provider() as crooked:
        settings.ID_PORTEN = Provider(
            crooked.issuer,
            CLIENT,
            Level.HIGH,
            private_key=json.dumps(CLIENT_KEY.as_dict(private=True)),
        )
        yield crooked


@pytest.fixture
def alice() -> Patient:
    """Somebody in whose ID the number was seen."""
    return factories.see_id(factories.make_patient(), number=NUMBER)


def sent_to(client: Client, address: str = BEGIN) -> str:
    response = client.get(address)
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def come_back(client: Client, provider: Crooked, pid: str = NUMBER, **more: str) -> Any:
    brought = provider.log_in(sent_to(client), pid)
    return client.get(BACK, {**brought, **more})


def is_in(client: Client) -> bool:
    return client.get(HOME).status_code == 200


def test_we_send_a_browser_off_with_all_that_is_demanded(provider: Crooked) -> None:
    asked = []
    client = Client()
    for language in ("nb", "nn", "en"):
        client.cookies[configured.LANGUAGE_COOKIE_NAME] = language
        address = sent_to(client)
        asked.append({k: v[0] for k, v in parse_qs(urlsplit(address).query).items()})
        assert address.startswith(f"{provider.issuer}/authorize?")

    assert [one["ui_locales"] for one in asked] == ["nb", "nn", "en"]
    for name in ("state", "nonce", "code_challenge"):
        assert len({one[name] for one in asked}) == 3
        assert min(len(one[name]) for one in asked) >= 43
    for one in asked:
        assert one["code_challenge_method"] == "S256"
        assert one["acr_values"] == "idporten-loa-high"
        assert one["redirect_uri"] == configured.PUBLIC_URL + BACK
        assert (one["response_type"], one["client_id"]) == ("code", CLIENT)
        assert one["scope"].split()[0] == "openid"
    assert provider.asked == ["discovery", "jwks"], "asked once for three log-ins"


def test_the_right_people_come_in(provider: Crooked, alice: Patient, settings: Any) -> None:
    client = Client()
    client.get(HOME)
    client.session.save()
    brought = provider.log_in(sent_to(client, f"{BEGIN}?next=/min-side/nettlesere/"), NUMBER)
    before = client.session.session_key
    response = client.get(BACK, brought)

    assert response["Location"] == "/min-side/nettlesere/"
    assert client.session.session_key != before
    assert is_in(client)
    entry = AuditEntry.objects.get(action="patient.logged_in")
    assert (entry.actor_id, entry.patient_id) == (str(alice.pk), alice.pk)
    kept = json.dumps(dict(client.session.items()))
    assert NUMBER not in kept
    assert not Message.objects.exists(), "the provider tells them that they have logged in"
    assert client.get(BACK, brought)["Location"] == HOME, "loaded again: still in"

    # A way out that leads elsewhere is no way to come back to.
    for elsewhere in (
        "//evil.example",
        "https://evil.example/min-side/",
        "/admin/",
        "/min-side/\\x",
    ):
        one = Client()
        came = one.get(BACK, provider.log_in(sent_to(one, f"{BEGIN}?next={elsewhere}"), NUMBER))
        assert urlsplit(came["Location"]).netloc == ""
        assert came["Location"].startswith(HOME)

    # Somebody with a D-number, merged into another row; and a level higher than is demanded.
    dropped = factories.see_id(factories.make_patient(), number=D_NUMBER)
    Patient.objects.filter(pk=dropped.pk).update(merged_into=alice.pk)
    settings.ID_PORTEN = Provider(
        provider.issuer, CLIENT, Level.SUBSTANTIAL, private_key=settings.ID_PORTEN.private_key
    )
    for acr in ("idporten-loa-substantial", "idporten-loa-high"):
        other = Client()
        other.get(BACK, provider.log_in(sent_to(other), D_NUMBER, acr))
        assert other.get(HOME).wsgi_request.patient_id == alice.pk

    # New keys are asked for when a token names one, once a minute at most.
    provider.key = type(provider.key).generate_key(2048, {"kid": "theirs-2", "alg": "RS256"})
    provider.mischief.sign = lambda crooked, claims: wrong.jwt.encode(
        {"alg": "RS256", "kid": "theirs-2"}, claims, crooked.key
    )
    assert come_back(Client(), provider).status_code == 400, "asked a moment ago"
    id_porten._known[provider.issuer].at -= id_porten._ASKED_AGAIN
    assert come_back(Client(), provider).status_code == 302

    # Out again, here and there.
    assert client.post("/min-side/logg-ut/")["Location"] == "/min-side/ut/"
    assert not is_in(client)
    assert "/min-side/ut/id-porten/" in client.get("/min-side/ut/").content.decode()
    out = client.get("/min-side/ut/id-porten/")["Location"]
    told = parse_qs(urlsplit(out).query)
    assert out.startswith(f"{provider.issuer}/logout?")
    assert told["post_logout_redirect_uri"] == [configured.PUBLIC_URL + "/min-side/ut/"]
    assert told["id_token_hint"][0].count(".") == 2
    assert client.get("/min-side/ut/id-porten/")["Location"] == "/min-side/ut/", "once"


def test_nobody_is_found_by_a_number_that_was_only_told(provider: Crooked, alice: Patient) -> None:
    register(
        given_name="Per", family_name="Vik", birth_date=factories.BORN, id_number=CLAIMED,
        phone="+4799999999", contact_by="sms", language="nb", now=factories.BEFORE,
    )  # fmt: skip
    client = Client()
    for number in (CLAIMED, UNKNOWN):
        address = sent_to(client)
        before = rows_written()
        response = client.get(BACK, provider.log_in(address, number))
        written = rows_written() - before

        assert response.status_code == 403
        assert "Vi kan ikke vise noen sider for deg" in response.content.decode()
        assert number not in response.content.decode()
        assert written == {}, "nothing is kept of somebody we do not know"
        assert not is_in(client)


def claims(**changed: Any) -> Mischief:
    """Change claims; None leaves one out."""

    def change(made: dict[str, Any]) -> None:
        for name, value in changed.items():
            if value is None:
                del made[name]
            else:
                made[name] = value

    return Mischief(claims=change)


def signed(sign: Callable[[Crooked, dict[str, Any]], str]) -> Mischief:
    return Mischief(sign=sign)


HOUR = 3600
NOT_TRUSTED = {
    "wrong nonce": lambda: claims(nonce="another"),
    "no nonce": lambda: claims(nonce=None),
    "nonce that is a list": lambda: claims(nonce=["another"]),
    "wrong audience": lambda: claims(aud="somebody-else"),
    "no audience": lambda: claims(aud=None),
    "one audience of many, and another's": lambda: claims(aud=[CLIENT, "x"], azp="x"),
    "many audiences and nobody's": lambda: claims(aud=[CLIENT, "x"]),
    "another's azp": lambda: claims(azp="somebody-else"),
    "wrong issuer": lambda: claims(iss="https://idporten.example"),
    "no issuer": lambda: claims(iss=None),
    "no subject": lambda: claims(sub=None),
    "expired": lambda: claims(iat=int(time.time()) - 2 * HOUR, exp=int(time.time()) - HOUR),
    "no end": lambda: claims(exp=None),
    "end in words": lambda: claims(exp="tomorrow"),
    "not yet valid": lambda: claims(nbf=int(time.time()) + HOUR),
    "issued in the future": lambda: claims(iat=int(time.time()) + HOUR),
    "a log-in of before": lambda: claims(auth_time=int(time.time()) - 60),
    "a log-in that nobody knows when was": lambda: claims(auth_time=None),
    "no pid": lambda: claims(pid=None),
    "pid that is empty": lambda: claims(pid=""),
    "pid that is a number": lambda: claims(pid=2013299997),
    "pid that is a list": lambda: claims(pid=[NUMBER]),
    "pid with a wrong digit": lambda: claims(pid="02013299998"),
    "pid with spaces": lambda: claims(pid=f" {NUMBER}"),
    "pid of ten digits": lambda: claims(pid=NUMBER[:10]),
    "pid that is a DUF number": lambda: claims(pid="200816832910"),
    "pid that is SQL": lambda: claims(pid="' OR 1=1 --"),
    "signed by another": lambda: signed(wrong.signed_by_another),
    "alg none": lambda: signed(wrong.signed_with_none),
    "HS256 with the public key": lambda: signed(wrong.signed_with_the_public_key),
    "unknown kid": lambda: signed(wrong.signed_under_a_new_name),
    "its own key inside": lambda: signed(wrong.with_its_own_key_inside),
    "a token in two parts": lambda: signed(lambda _crooked, _claims: "a.b"),
    "an empty token": lambda: signed(lambda _crooked, _claims: ""),
    "no token": lambda: Mischief(answers={"token": (200, '{"access_token": "x"}')}),
    "a token that is none": lambda: Mischief(answers={"token": (200, '{"id_token": 1}')}),
    "malformed JSON": lambda: Mischief(answers={"token": (200, "{")}),
    "JSON that is a list": lambda: Mischief(answers={"token": (200, "[]")}),
    "a page": lambda: Mischief(answers={"token": (200, "<html>")}),
    "refused code": lambda: Mischief(answers={"token": (400, '{"error": "invalid_grant"}')}),
    "led elsewhere": lambda: Mischief(answers={"token": (302, "http://127.0.0.1:1/")}),
}
TOO_LOW = {
    "low acr": lambda: claims(acr="idporten-loa-substantial"),
    "lowest acr": lambda: claims(acr="idporten-loa-low"),
    "no acr": lambda: claims(acr=None),
    "acr that is a list": lambda: claims(acr=["idporten-loa-high"]),
}
UNREACHABLE = {
    "500": lambda: Mischief(answers={"token": (500, "")}),
    "silence": lambda: Mischief(answers={"token": 0.8}),
}
# Before anybody is sent off.
NOT_SENT = {
    "discovery 500": Mischief(answers={"discovery": (500, "")}),
    "discovery is silent": Mischief(answers={"discovery": 0.8}),
    "discovery is no JSON": Mischief(answers={"discovery": (200, "nei")}),
    "discovery of another issuer": Mischief(metadata={"issuer": "https://evil.example"}),
    "discovery without a token endpoint": Mischief(metadata={"token_endpoint": None}),
    "discovery with a file": Mischief(metadata={"jwks_uri": "file:///etc/passwd"}),
    "keys that are none": Mischief(answers={"jwks": (200, '{"keys": [{"kty": "x"}]}')}),
    "keys that are a list": Mischief(answers={"jwks": (200, "[]")}),
}
PAGES = {
    400: "Vi kunne ikke stole på innloggingen",
    403: "Du må logge inn på en sikrere måte",
    503: "ID-porten svarer ikke akkurat nå",
}


def test_whatever_a_provider_does_wrong_lets_nobody_in(provider: Crooked, alice: Patient) -> None:
    faults, tried = [], 0
    for due, kinds in ((400, NOT_TRUSTED), (403, TOO_LOW), (503, UNREACHABLE)):
        for name, mischief in kinds.items():
            client = Client()
            address = sent_to(client)
            provider.mischief = mischief()
            before = rows_written()
            response = client.get(BACK, provider.log_in(address, NUMBER))
            written = rows_written() - before
            provider.mischief = Mischief()
            tried += 1
            if response.status_code != due or PAGES[due] not in response.content.decode():
                faults.append(f"{name}: {response.status_code} {response.headers.get('Location')}")
            if written or is_in(client):
                faults.append(f"{name}: in={is_in(client)}, wrote {written}")
    for name, mischief in NOT_SENT.items():
        id_porten._known.clear()
        provider.mischief = mischief
        response = Client().get(BEGIN)
        tried += 1
        if response.status_code != 503 or PAGES[503] not in response.content.decode():
            faults.append(f"{name}: {response.status_code}")
    provider.mischief = Mischief()

    assert faults == []
    assert tried == 55
    assert come_back(Client(), provider).status_code == 302, "the control: all of it right"


def test_what_is_brought_back_is_good_once_in_one_browser_and_unchanged(
    provider: Crooked, alice: Patient
) -> None:
    client, thief = Client(), Client()
    sent_to(thief)
    brought = provider.log_in(sent_to(client), NUMBER)
    faults = []
    wrong_ways = [
        # (who, what they bring, what is due)
        (thief, brought, 400, "samme nettleser"),
        (Client(), brought, 400, "samme nettleser"),
        (client, {**brought, "state": "another"}, 400, "samme nettleser"),
        (client, {**brought, "state": "x" * 5000}, 400, "samme nettleser"),
        (client, {name: brought[name] for name in ("code", "iss")}, 400, "samme nettleser"),
    ]
    for who, what, status, words in wrong_ways:
        response = who.get(BACK, what)
        if response.status_code != status or words not in response.content.decode() or is_in(who):
            faults.append((what, response.status_code))
    assert client.get(BACK, brought).status_code == 302, "none of it used up the right one"
    client.post("/min-side/logg-ut/")
    again = client.get(BACK, brought)
    assert again.status_code == 400
    assert "samme nettleser" in again.content.decode()
    assert not is_in(client)

    for change, status, words in [
        ({"code": brought["code"]}, 400, "stole på"),
        ({"code": ""}, 400, "stole på"),
        ({"code": "x" * 5000}, 400, "stole på"),
        ({"iss": "https://evil.example"}, 400, "stole på"),
        ({"error": "access_denied"}, 200, "Du avbrøt innloggingen"),
        ({"error": "server_error"}, 503, "svarer ikke"),
        ({"error": "<script>"}, 503, "svarer ikke"),
    ]:
        response = come_back(client, provider, **change)
        text = response.content.decode()
        if response.status_code != status or words not in text or is_in(client):
            faults.append((change, response.status_code))
        assert "<script>" not in text

    assert faults == []
    assert AuditEntry.objects.filter(action="patient.logged_in").count() == 1


def test_without_a_provider_there_is_no_button(settings: Any, client: Client) -> None:
    settings.ID_PORTEN = None

    assert "ID-porten" not in client.get(ENTRY).content.decode()
    assert client.get(BEGIN)["Location"] == ENTRY
    assert client.get(BACK, {"state": "x", "code": "x"})["Location"] == ENTRY


def test_who_begins_too_many_log_ins_is_told_when_to_go_on(
    provider: Crooked, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("patients.services.id_porten.ID_PORTEN", replace(ID_PORTEN, browser=1))
    sent_to(client)
    refused = client.get(BEGIN)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= ID_PORTEN.seconds
    assert "svarer ikke" not in refused.content.decode()
