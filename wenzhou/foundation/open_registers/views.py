"""Page: the registers that were made at run time, and which systems may use them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from wenzhou.foundation.open_registers import services
from wenzhou.foundation.open_registers.models import Client
from wenzhou.foundation.open_registers.selectors import readable
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import actor_of
from wenzhou.kernel.base.text import Text


def index(request: HttpRequest) -> HttpResponse:
    """Registers and admitted systems; admit one."""
    actor = actor_of(request).actor
    rows = list(readable(actor)[:200])
    errors: dict[str, Text] = {}
    if request.method == "POST":
        try:
            _admit(request, {str(row.number): row for row in rows})
            return redirect("open_registers:index")
        except Invalid as problem:
            errors = dict(problem.fields)
    return render(
        request,
        "open_registers/index.html",
        {
            "rows": rows,
            "clients": Client.objects.select_related("register").order_by("name", "id")[:200],
            "choices": [("", Text("全部登记簿", "All registers"))]
            + [(str(row.number), f"{row.code} {row.version}") for row in rows],
            "given": request.POST,
            "errors": errors,
        },
        status=400 if errors else 200,
    )


def _admit(request: HttpRequest, known: dict[str, object]) -> None:
    name = request.POST.get("name", "").strip()
    if name.count("/") not in {2, 3} or len(name) > 200:
        text = Text("格式为 实例/类别/成员/子系统", "Written INSTANCE/CLASS/MEMBER/SUBSYSTEM")
        raise Invalid(text, fields={"name": text})
    chosen = known.get(request.POST.get("register", ""))
    services.admit(
        actor_of(request).actor,
        name,
        register=chosen,  # type: ignore[arg-type]
        may_write=bool(request.POST.get("may_write")),
        may_define=bool(request.POST.get("may_define")),
    )
