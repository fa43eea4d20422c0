"""Our client at ID-porten, from the environment: whole, absent, or refused with a reason."""

import json
from collections.abc import Mapping

import pytest
from django.core.exceptions import ImproperlyConfigured
from joserfc.jwk import OctKey, RSAKey

from mpoxclinic.id_porten_settings import id_porten_settings
from patients.domain.id_porten import Level

PRIVATE = RSAKey.generate_key(2048, {"kid": "a", "alg": "RS256"})
KEY = json.dumps(PRIVATE.as_dict(private=True))
RIGHT = {
    "MPOX_IDPORTEN_ISSUER": "https://test.idporten.no",
    "MPOX_IDPORTEN_CLIENT_ID": "a-client",
    "MPOX_IDPORTEN_PRIVATE_KEY": KEY,
}
WITHOUT_KID = json.dumps({n: v for n, v in PRIVATE.as_dict(private=True).items() if n != "kid"})


def test_nothing_set_offers_no_log_in() -> None:
    assert id_porten_settings({}) is None
    assert id_porten_settings(dict.fromkeys(RIGHT, "")) is None


def test_all_set_is_read_and_the_key_is_not_shown() -> None:
    provider = id_porten_settings({**RIGHT, "MPOX_IDPORTEN_LEVEL": "substantial"})

    assert provider is not None
    assert (provider.client_id, provider.level) == ("a-client", Level.SUBSTANTIAL)
    assert json.loads(KEY)["d"] not in repr(provider)
    high = id_porten_settings(RIGHT)
    assert high is not None
    assert high.level is Level.HIGH


def test_what_is_wrong_is_named_and_no_secret_is_told() -> None:
    wrong: list[tuple[Mapping[str, str], str]] = [
        ({"MPOX_IDPORTEN_ISSUER": ""}, "ISSUER is not set"),
        ({"MPOX_IDPORTEN_ISSUER": "idporten.no"}, "ISSUER must be"),
        ({"MPOX_IDPORTEN_ISSUER": "http://idporten.no"}, "ISSUER must be"),
        ({"MPOX_IDPORTEN_ISSUER": "https://"}, "ISSUER must be"),
        ({"MPOX_IDPORTEN_ISSUER": "https://idporten.no/?x=1"}, "ISSUER must be"),
        ({"MPOX_IDPORTEN_CLIENT_ID": ""}, "CLIENT_ID is not set"),
        ({"MPOX_IDPORTEN_LEVEL": "low"}, "LEVEL must be"),
        ({"MPOX_IDPORTEN_PRIVATE_KEY": ""}, "PRIVATE_KEY or"),
        ({"MPOX_IDPORTEN_SECRET": "also"}, "PRIVATE_KEY or"),
        ({"MPOX_IDPORTEN_PRIVATE_KEY": "not json"}, "no key in the form of a JWK"),
        ({"MPOX_IDPORTEN_PRIVATE_KEY": "[]"}, "no key in the form of a JWK"),
        ({"MPOX_IDPORTEN_PRIVATE_KEY": "{}"}, "no key in the form of a JWK"),
        ({"MPOX_IDPORTEN_PRIVATE_KEY": '{"kty": "RSA"}'}, "no key in the form of a JWK"),
        (
            {"MPOX_IDPORTEN_PRIVATE_KEY": json.dumps(PRIVATE.as_dict(private=False))},
            "must be a private RSA or EC key",
        ),
        (
            {"MPOX_IDPORTEN_PRIVATE_KEY": json.dumps(OctKey.generate_key(256).as_dict())},
            "must be a private RSA or EC key",
        ),
        ({"MPOX_IDPORTEN_PRIVATE_KEY": WITHOUT_KID}, 'must have a "kid" and an "alg"'),
    ]
    for changed, words in wrong:
        with pytest.raises(ImproperlyConfigured, match=words) as refused:
            id_porten_settings({**RIGHT, **changed})
        assert json.loads(KEY)["d"] not in str(refused.value)
