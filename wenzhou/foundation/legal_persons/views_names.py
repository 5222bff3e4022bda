"""The public page of name checks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import Kind
from wenzhou.foundation.legal_persons.similar import WHY, check
from wenzhou.foundation.legal_persons.words import STATUSES
from wenzhou.kernel.base.text import Text, t
from wenzhou.kernel.geo.api import CITY, children, name_of
from wenzhou.kernel.identity.api import count_try

TRIES, WINDOW = 60, 600


def names(request: HttpRequest) -> HttpResponse:
    """Type a name, choose county and kind, and see whether it is free and what is like it; counted by address."""
    name = request.GET.get("name", "").strip()
    county, kind = request.GET.get("county", ""), request.GET.get("kind", "")
    counties = [(one.code, str(one.name)) for one in children(CITY)]
    errors: dict[str, Text] = {}
    context: dict[str, object] = {
        "name": name,
        "county": county,
        "kind": kind,
        "counties": [("", t("请选择", "Choose")), *counties],
        "kinds": [("", t("不限", "Any"))]
        + [(code, str(rule.title)) for code, rule in RULES.items() if code != Kind.BRANCH],
        "errors": errors,
    }
    if request.GET:
        if len(name) < 2:
            errors["name"] = Text("请输入拟用名称", "Enter the name you want")
        if county not in dict(counties):
            errors["county"] = Text("请选择县（市、区）", "Choose the county")
    if request.GET and not errors:
        count_try("name-check", request.META.get("REMOTE_ADDR", ""), most=TRIES, seconds=WINDOW)
        found = check(name, county, kind if kind in RULES else "")
        context |= {
            "found": found,
            "place": name_of(county),
            "similar": [(one, WHY[one.why], STATUSES[one.status]) for one in found.similar],
        }
    return render(request, "legal_persons/names.html", context, status=422 if errors else 200)
