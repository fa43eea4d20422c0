"""The real provider's addresses, and what it says of people. Used in its own process only."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.urls import include, path
from oauth2_provider.oauth2_validators import OAuth2Validator

from tests.oidc.real import LOW


class Validator(OAuth2Validator):  # type: ignore[misc]  # the library is untyped
    """Says the number and the level of who logged in, as ID-porten does."""

    oidc_claim_scope = None

    def get_additional_claims(self, request: Any) -> dict[str, str]:
        """Return the claims of ID-porten's own."""
        number = request.user.username
        level = "substantial" if number in LOW else "high"
        return {"pid": number, "acr": f"idporten-loa-{level}"}


urlpatterns = [
    path("login/", LoginView.as_view()),
    path("", include("oauth2_provider.urls")),
]
