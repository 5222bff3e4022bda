"""All addresses: pages and endpoints from the manifests, sign-in, the editor, then the portal."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from wenzhou.kernel.base.endpoints import build_api
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.views_language import set_language
from wenzhou.kernel.content.urls import tree

api = build_api(registry.modules)

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    path("language/", set_language, name="language"),
    path("account/", include("allauth.urls")),
    *(
        path("", include(([page.as_url(module.code) for page in module.pages], module.code)))
        for module in registry.modules
        if module.pages
    ),
    path("", include("wenzhou.kernel.content.urls")),
    *tree,
]

handler400 = "wenzhou.kernel.base.problems.bad_request"
handler403 = "wenzhou.kernel.base.problems.permission_denied"
handler404 = "wenzhou.kernel.base.problems.page_not_found"
handler500 = "wenzhou.kernel.base.problems.server_error"
