"""Addresses of the editor (``/cms/``), of papers, and of the pages of the tree, each behind its own rule."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.csp import csp_override
from django.views.static import serve as serve_file
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.content.editors import admit

CMS_CSP: dict[str, list[str]] = settings.CMS_CSP

View = Callable[..., HttpResponseBase]


def editors_only(view: View) -> View:
    """The view behind the editor's door, with the editor's own Content-Security-Policy."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        admit(actor_of(request).actor, path=request.path)
        response = view(request, *args, **kwargs)
        _let_previews_be_framed(response)
        return response

    allowed: View = csp_override(CMS_CSP)(guarded)
    return allowed


def _let_previews_be_framed(response: HttpResponseBase) -> None:
    """A preview is a public page that went through all middleware and brings the public policy along.

    It keeps that policy, so that editors see what readers will see, but the editor may show it in a frame.
    """
    policy = response.headers.get("Content-Security-Policy", "")
    if policy:
        response.headers["Content-Security-Policy"] = policy.replace(
            "frame-ancestors 'none'", "frame-ancestors 'self'"
        )


def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture from the media folder, as a download that cannot run (uploads are not to be trusted).

    Only pictures are served here: papers go through Wagtail's own view, which asks for their restrictions.
    """
    response = serve_file(request, name, document_root=str(settings.MEDIA_ROOT))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


# Names are made by Wagtail and never used twice; the two folders hold nothing but originals and renditions.
PICTURES = rf"^{settings.MEDIA_URL.lstrip('/')}(?P<name>(?:images|original_images)/[^/]+)$"

urlpatterns: list[URLPattern | URLResolver] = [
    path("cms/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, editors_only))),
    path("documents/", include(wagtaildocs_urls)),
    re_path(PICTURES, media, name="media"),
]
"""Without the tree itself, so that modules' pages can stand between."""

tree: list[URLPattern | URLResolver] = [path("", include(wagtail_urls))]
"""The pages of the tree: the last of all addresses, for it answers everything that nobody else did."""
