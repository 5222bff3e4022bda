"""Settings of sign-in (django-allauth 65): password and one-time code, passkeys, lock-out, sessions."""

from __future__ import annotations

# Counted over all worker processes: see the module's docstring.
CACHES = {"default": {"BACKEND": "wenzhou.kernel.identity.shared_cache.SharedCache"}}

ACCOUNT_ADAPTER = "wenzhou.kernel.identity.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "wenzhou.kernel.identity.forms_sign_in.LoginForm",
    "confirm_login_code": "wenzhou.kernel.identity.forms_sign_in.ConfirmLoginCodeForm",
    "confirm_email_verification_code": "wenzhou.kernel.identity.forms_sign_in.ConfirmEmailForm",
    "confirm_password_reset_code": "wenzhou.kernel.identity.forms_sign_in.ConfirmResetForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]  # signup is closed by the adapter
# A code by e-mail after every password, unless an authenticator is enrolled (adapter). Never a code alone:
# that is LOGIN_BY_CODE_ENABLED, which stays off.
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_LOGIN_BY_CODE_REQUIRED = {"password"}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 300
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
_SIX_DIGITS = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_FORMAT = _SIX_DIGITS
# One address for each account; a new one is proved by a code before it takes the old one's place.
ACCOUNT_CHANGE_EMAIL = True
# Signing in by a code proves the address as well, so "mandatory" asks only holders of a passkey or an
# authenticator who have never received a code.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = _SIX_DIGITS
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_CODE_FORMAT = _SIX_DIGITS
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail because a stranger typed her address
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[数字温州 Digital Wenzhou] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_RATE_LIMITS = {
    # Offices share one address towards the network, so the limit by address is wide; the lock-out that
    # matters is by account: five wrong passwords in five minutes.
    "login": "300/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "reset_password": "60/m/ip,5/10m/key",
    "reset_password_from_key": "60/m/ip",
    "confirm_email": "1/10s/key",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
    "manage_email": "10/m/user",
}

MFA_ADAPTER = "wenzhou.kernel.identity.adapters.FactorAdapter"
MFA_FORMS = {
    "authenticate": "wenzhou.kernel.identity.forms_sign_in.AuthenticateForm",
    "reauthenticate": "wenzhou.kernel.identity.forms_sign_in.ReauthenticateForm",
    "activate_totp": "wenzhou.kernel.identity.forms_sign_in.ActivateAuthenticatorForm",
    "add_webauthn": "wenzhou.kernel.identity.forms_sign_in.AddPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_TOTP_ISSUER = "Digital Wenzhou"
MFA_TOTP_TOLERANCE = 1  # one step of 30 s either way, for clocks that are off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by offices, which have seen the person
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}

# Activity is kept by identity's middleware, every ten minutes; allauth's would write at every request.
USERSESSIONS_TRACK_ACTIVITY = False
