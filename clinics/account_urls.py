"""The pages of allauth that staff use, and ours beside them: log in and out, the second factor.

No sign-up. Who has a second factor must show it before anything about the account is changed.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path

from clinics import invitation_views, login_views, switching
from clinics.permissions import AUTHENTICATION, OWN_ACCOUNT, declared
from clinics.views import keeps_the_last_factor, or_to_the_account

_on_the_way_in, _app_name, _namespace = declared(
    AUTHENTICATION,
    [
        path("logg-inn/", account.login, name="account_login"),
        path("logg-ut/", account.logout, name="account_logout"),
        path("stengt/", account.account_inactive, name="account_inactive"),
        path("bekreft-passord/", account.reauthenticate, name="account_reauthenticate"),
        path("kode/", mfa.authenticate, name="mfa_authenticate"),
        path("bytt/", switching.switch, name="account_switch"),
        path("bytt/passord/", switching.with_password, name="account_switch_password"),
        path("fortsett/", switching.take_up, name="account_take_up"),
        path("passnokkel/", webauthn.login_webauthn, name="mfa_login_webauthn"),
        path(
            "bekreft-passnokkel/",
            webauthn.reauthenticate_webauthn,
            name="mfa_reauthenticate_webauthn",
        ),
        path("bekreft-kode/", mfa.reauthenticate, name="mfa_reauthenticate"),
        path(
            "invitasjon/<str:invitation_token>/",
            invitation_views.invitation,
            name="account_invitation",
        ),
        path("tid-igjen/", login_views.time_left, name="account_time_left"),
    ],
)
_of_ones_own, _app_name, _namespace = declared(
    OWN_ACCOUNT,
    [
        path("passord/", account.password_change, name="account_change_password"),
        path("passnokler/", webauthn.list_webauthn, name="mfa_list_webauthn"),
        path("passnokler/ny/", webauthn.add_webauthn, name="mfa_add_webauthn"),
        path(
            "passnokler/<int:pk>/fjern/",
            or_to_the_account(keeps_the_last_factor(webauthn.remove_webauthn)),
            name="mfa_remove_webauthn",
        ),
        path("totrinn/", mfa.index, name="mfa_index"),
        path("totrinn/ny-app/", totp.activate_totp, name="mfa_activate_totp"),
        path(
            "totrinn/fjern-app/",
            or_to_the_account(keeps_the_last_factor(totp.deactivate_totp)),
            name="mfa_deactivate_totp",
        ),
        path(
            "totrinn/reservekoder/",
            or_to_the_account(recovery_codes.view_recovery_codes),
            name="mfa_view_recovery_codes",
        ),
        path(
            "totrinn/reservekoder/nye/",
            recovery_codes.generate_recovery_codes,
            name="mfa_generate_recovery_codes",
        ),
        path(
            "totrinn/reservekoder/last-ned/",
            recovery_codes.download_recovery_codes,
            name="mfa_download_recovery_codes",
        ),
    ],
)
urlpatterns = [
    *_on_the_way_in,
    *_of_ones_own,
    path("innlogginger/", login_views.own_logins, name="account_logins"),
]
