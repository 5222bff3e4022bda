"""Middleware of others that serves pages: a call of the API passes it by.

A call has no form, no messages, no frame and no address to complete; its answers are JSON for programs. What it needs it
keeps: the reference number, the security headers, the session, the language of its errors, the host check, the actor.
The classes are subclasses, so that Django's own checks of the list find what they look for.
"""

from __future__ import annotations

from typing import Any

from allauth.usersessions.middleware import UserSessionsMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.common import CommonMiddleware
from django.middleware.csp import ContentSecurityPolicyMiddleware
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers

from wenzhou.kernel.base.problems import is_call


class _ForPages:
    """Hands a call of the API on as it is."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if is_call(request):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]  # of the middleware mixed with


class PolicyForPages(_ForPages, ContentSecurityPolicyMiddleware):
    """The policy of what a page may load."""


class UserSessionsForPages(_ForPages, UserSessionsMiddleware):
    """The list of sessions."""


class MessagesForPages(_ForPages, MessageMiddleware):
    """One-time notes to the reader."""


class FrameForPages(_ForPages, XFrameOptionsMiddleware):
    """No page in another's frame."""


class AddressCompletion(CommonMiddleware):
    """The host check for all; the missing slash at the end for pages alone, which costs a second look at the address."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        """Never for the API, whose addresses end without one."""
        return not is_call(request) and super().should_redirect_with_slash(request)


class ReaderLanguage(LocaleMiddleware):
    """The language of the reader's cookie or browser. No address here begins with a language, so none is looked for."""

    def process_request(self, request: HttpRequest) -> None:
        """Before the view."""
        translation.activate(translation.get_language_from_request(request))
        request.LANGUAGE_CODE = translation.get_language()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Says which language the answer has and on what that depends."""
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", translation.get_language())
        return response
