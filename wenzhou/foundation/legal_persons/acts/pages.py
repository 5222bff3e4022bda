"""Pages of the acts."""

from __future__ import annotations

from wenzhou.foundation.legal_persons.acts import views, views_establish
from wenzhou.foundation.legal_persons.permissions import MAINTAIN_FIRMS
from wenzhou.kernel.base.pages import REGISTERS, Nav, Page
from wenzhou.kernel.base.text import Text

PAGES = (
    Page(
        name="establish",
        path="legal-persons/establish/",
        view=views_establish.establish,
        title=Text("设立登记", "Enter an organisation"),
        permission=MAINTAIN_FIRMS,
        nav=Nav(REGISTERS, 22, "file-plus"),
    ),
    Page(
        name="act",
        path="legal-persons/firms/<uuid:organisation_id>/acts/<slug:act>/",
        view=views.act,
        title=Text("法人登记办理", "An act on an organisation"),
        permission=MAINTAIN_FIRMS,
    ),
)
