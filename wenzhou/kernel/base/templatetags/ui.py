"""The components of the design system: ``{% load ui %}``. See ``/styleguide/`` for each of them.

Every tag takes plain values or simple objects, so that a page can be built from a model, a
dictionary or a frozen dataclass alike. None of them emits a style attribute or inline script:
the Content-Security-Policy would refuse it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString, mark_safe

from wenzhou.kernel.base import form_fields
from wenzhou.kernel.base.charts import Chart, Graph
from wenzhou.kernel.base.text import t

register = template.Library()

PARTS = "base/parts/"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite (names in ``assets/icons.txt``); decorative unless ``label`` is given."""
    href = f"{static('wz/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.inclusion_tag(PARTS + "field.html")
def field(bound: BoundField, source: str = "") -> dict[str, object]:
    """A field of a Django form: label, help, error, control. ``source``: the register it was prefilled from."""
    return {"f": form_fields.from_bound(bound, source)}


# What ``plain`` takes by name; every other word given to ``form_input`` is an attribute of the control.
PLAIN = ("kind", "value", "choices", "help", "errors", "required", "source")


@register.inclusion_tag(PARTS + "field.html")
def form_input(name: str, label: str, **options: Any) -> dict[str, object]:
    """An input without a form class: the options of :func:`form_fields.plain`, other words are attributes.

    ``error`` (one text) may be given for ``errors``; ``aria_x`` becomes ``aria-x``.
    """
    if error := options.pop("error", ""):
        options["errors"] = (error,)
    known = {key: options.pop(key) for key in PLAIN if key in options}
    attributes = {key.replace("_", "-"): value for key, value in options.items()}
    return {"f": form_fields.plain(name, label, attributes=attributes, **known)}


@register.inclusion_tag(PARTS + "field.html")
def field_view(view: form_fields.FieldView) -> dict[str, object]:
    """An input that Python has already described."""
    return {"f": view}


@register.inclusion_tag(PARTS + "error_summary.html")
def error_summary(errors: forms.BaseForm | Mapping[str, object] | None) -> dict[str, object]:
    """All errors on top of a form, each a link to its input: of a Django form, or {name: text}."""
    if isinstance(errors, forms.BaseForm):
        return {"entries": form_fields.form_errors(errors) if errors.is_bound else []}
    return {"entries": form_fields.mapped_errors(errors or {})}


# States of a case, a task, a job: the word is always shown, the colour only helps.
BADGES = {
    "neutral": "circle-dot",
    "new": "inbox",
    "progress": "rotate-clockwise",
    "waiting": "hourglass",
    "paused": "clock-pause",
    "ok": "circle-check",
    "refused": "circle-x",
    "late": "alert-triangle",
}


@register.simple_tag
def status_badge(kind: str, text: object) -> SafeString:
    """A state in words with an icon; ``kind`` is one of BADGES, an unknown one is neutral."""
    known = kind if kind in BADGES else "neutral"
    return format_html(
        '<span class="wz-badge wz-badge-{}">{}<span>{}</span></span>', known, icon(BADGES[known]), text
    )


@register.simple_tag
def deadline(
    due: date | datetime | None,
    left: int | None = None,
    *,
    stopped: bool = False,
    done: bool = False,
    amber: int = 2,
) -> SafeString:
    """The deadline light: green, amber or red with words.

    ``left`` is the number of working days to ``due`` (negative: overdue), counted by the caller on
    the working-day calendar; amber from ``amber`` days on. ``stopped``: the clock stands still.
    """
    level, symbol, words = _light(left, stopped=stopped, done=done, amber=amber)
    if due is None:
        return format_html(
            '<span class="wz-light wz-light-{}">{}<span>{}</span></span>', level, icon(symbol), words
        )
    day = timezone.localtime(due).date() if isinstance(due, datetime) and timezone.is_aware(due) else due
    return format_html(
        '<span class="wz-light wz-light-{}">{}<span>{}</span><time datetime="{}">{}</time></span>',
        level,
        icon(symbol),
        words,
        day.isoformat()[:10],
        day.strftime("%Y-%m-%d"),
    )


def _light(left: int | None, *, stopped: bool, done: bool, amber: int) -> tuple[str, str, str]:
    if done:
        return "done", "circle-check", t("已办结", "Done")
    if stopped:
        return "stopped", "clock-pause", t("计时已停", "Clock stopped")
    if left is None:
        return "green", "clock", t("办理中", "Running")
    if left < 0:
        return "red", "alert-octagon", t("超期 {n} 个工作日", "{n} working day(s) late", n=-left)
    if left == 0:
        return "amber", "alert-triangle", t("今天到期", "Due today")
    words = t("剩 {n} 个工作日", "{n} working day(s) left", n=left)
    return ("amber", "alert-triangle", words) if left <= amber else ("green", "clock", words)


@register.inclusion_tag(PARTS + "breadcrumbs.html", takes_context=True)
def breadcrumbs(context: Context, *pairs: object) -> dict[str, Any]:
    """``{% breadcrumbs "我的申请" "/cases/" case.number %}``: title, url, title, url, … and the title here."""
    items = [(pairs[at], pairs[at + 1] if at + 1 < len(pairs) else "") for at in range(0, len(pairs), 2)]
    return {"items": items}


@register.inclusion_tag(PARTS + "pager.html", takes_context=True)
def pager(context: Context, rows: Any, parameter: str = "page") -> dict[str, str]:
    """Links to the neighbours of a keyset ``Slice``; the other parameters of the address are kept."""
    request = context.get("request")

    def link(token: str) -> str:
        if not token:
            return ""
        query = request.GET.copy() if request is not None else None
        if query is None:
            return f"?{parameter}={token}"
        query[parameter] = token
        return f"?{query.urlencode()}"

    return {"previous": link(rows.previous), "next": link(rows.next)}


@register.inclusion_tag(PARTS + "empty.html")
def empty(
    title: str, hint: str = "", url: str = "", action: str = "", symbol: str = "inbox"
) -> dict[str, str]:
    """Nothing here yet: says so and what to do next."""
    return {"title": title, "hint": hint, "url": url, "action": action, "symbol": symbol}


LEVELS = {
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "alert-circle",
}


@register.inclusion_tag(PARTS + "alert.html")
def alert(level: str, text: object, title: str = "") -> dict[str, object]:
    """A message in the page: ``info``, ``success``, ``warning`` or ``error``."""
    known = level if level in LEVELS else "info"
    return {"level": known, "symbol": LEVELS[known], "text": text, "title": title}


STEPS = {
    "done": ("check", ("已完成", "done")),
    "current": ("player-play", ("办理中", "now")),
    "waiting": ("clock-pause", ("等待中", "waiting")),
    "refused": ("x", ("未通过", "refused")),
    "todo": ("circle-dashed", ("未开始", "to come")),
}


def _get(item: object, name: str) -> Any:
    return item.get(name, "") if isinstance(item, Mapping) else getattr(item, name, "")


@register.inclusion_tag(PARTS + "steps.html")
def steps(items: Iterable[object]) -> dict[str, object]:
    """Progress of a case. Items have ``title``, ``state`` (a key of STEPS) and perhaps ``when``, ``note``."""
    shown = []
    for item in items:
        state = str(_get(item, "state") or "todo")
        symbol, word = STEPS.get(state, STEPS["todo"])
        shown.append(
            {
                "title": _get(item, "title"),
                "state": state,
                "symbol": symbol,
                "word": t(*word),
                "when": _get(item, "when"),
                "note": _get(item, "note"),
            }
        )
    return {"steps": shown}


@register.inclusion_tag(PARTS + "timeline.html")
def timeline(entries: Iterable[object]) -> dict[str, object]:
    """What happened, newest first as given. Entries have ``when``, ``title``; perhaps ``who``, ``note``, ``icon``."""
    return {"entries": entries}


@register.inclusion_tag(PARTS + "facts.html")
def facts(pairs: Iterable[Sequence[object]]) -> dict[str, object]:
    """A definition list of (label, value) pairs."""
    return {"pairs": pairs}


@register.inclusion_tag(PARTS + "stat.html")
def stat(
    label: str,
    value: object,
    *,
    unit: str = "",
    hint: str = "",
    symbol: str = "",
    url: str = "",
    tone: str = "",
) -> dict[str, object]:
    """One figure with its name. ``tone``: ``good``, ``warn`` or ``bad`` (say why in ``hint``)."""
    return {
        "label": label, "value": value, "unit": unit, "hint": hint, "symbol": symbol, "url": url, "tone": tone,
    }  # fmt: skip


@register.inclusion_tag(PARTS + "chart.html")
def chart(data: Chart, height: str = "md") -> dict[str, object]:
    """A chart with its figures as a table; ``height`` is ``sm``, ``md`` or ``lg``."""
    return {
        "title": data.title,
        "unit": data.unit,
        "axis": data.axis or t("项目", "Item"),
        "heads": [one.name for one in data.series],
        "rows": data.rows(),
        "data": json_script(data.as_json()),
        "height": height,
    }


@register.inclusion_tag(PARTS + "graph.html")
def graph(data: Graph) -> dict[str, object]:
    """A drawn graph; a click on a point leads to its page. The page lists the same ties in a table."""
    return {"title": data.title, "data": json_script(data.as_json())}


@register.inclusion_tag(PARTS + "map.html")
def map_panel(
    url: str,
    title: str,
    *,
    label: str = "name",
    value: str = "value",
    value_title: str = "",
    unit: str = "",
    link: str = "url",
    rows: Iterable[tuple[object, object]] = (),
) -> dict[str, object]:
    """A map of the GeoJSON (EPSG:4490 or 4326) at ``url``, areas shaded by the property ``value``.

    ``label``, ``value`` and ``link`` name properties of the features. Points are drawn as dots.
    ``rows`` (name, value) fill the table; when empty it is filled from the features.
    """
    return {
        "url": url, "title": title, "label": label, "value": value, "unit": unit, "link": link, "rows": rows,
        "value_title": value_title or t("数量", "Number"),
    }  # fmt: skip


@register.inclusion_tag(PARTS + "upload.html")
def upload(
    name: str,
    url: str,
    label: str,
    *,
    hint: str = "",
    accept: str = "",
    multiple: bool = False,
    files: Iterable[object] = (),
    also: str = "",
    id: str = "",
) -> dict[str, object]:
    """A drop zone that posts the file to ``url`` at once.

    The view answers with ``base/parts/upload_row.html`` (``file``: name, size, perhaps url, note,
    remove_url) or raises Invalid, whose text is shown beside the zone. ``also`` names further fields
    of the same form to send. One file replaces the last unless ``multiple``.
    """
    return {
        "name": name, "url": url, "label": label, "hint": hint, "accept": accept, "multiple": multiple,
        "files": files, "also": also, "id": id or f"upload-{name}", "swap": "beforeend" if multiple else "innerHTML",
    }  # fmt: skip


# Five levels of the "good and bad reviews" (好差评) rule of government services, best first.
RATING = (
    (5, ("非常满意", "Very satisfied")),
    (4, ("满意", "Satisfied")),
    (3, ("基本满意", "Mostly satisfied")),
    (2, ("不满意", "Dissatisfied")),
    (1, ("非常不满意", "Very dissatisfied")),
)


@register.inclusion_tag(PARTS + "rating.html")
def rating(name: str, label: str, chosen: int | None = None) -> dict[str, object]:
    """The five levels of 好差评 as a radio group with values 5 to 1."""
    return {
        "name": name,
        "label": label,
        "chosen": chosen,
        "levels": [(value, t(*words)) for value, words in RATING],
        "stars": range(1, 6),
    }


@register.inclusion_tag(PARTS + "diagram.html")
def diagram(svg: str, title: str) -> dict[str, object]:
    """A drawing in its own scrolling window with zoom. ``svg`` must be our own output: it is not escaped."""
    return {"svg": mark_safe(svg), "title": title}  # noqa: S308 - drawn by us, documented above


@register.inclusion_tag(PARTS + "service_card.html")
def service_card(
    title: str, url: str, *, summary: str = "", meta: str = "", symbol: str = "file-text"
) -> dict[str, str]:
    """A service of the portal: put several into ``<div class="wz-services">``."""
    return {"title": title, "url": url, "summary": summary, "meta": meta, "symbol": symbol}


@register.inclusion_tag(PARTS + "made_data.html")
def made_data() -> dict[str, object]:
    """The mark that people and firms on this page are made (演示数据)."""
    return {}


@register.inclusion_tag(PARTS + "autosave.html")
def autosave_state(saved: datetime | None = None) -> dict[str, str]:
    """Where a ``<form data-autosave="URL">`` says whether it is saved; ``saved``: the last time."""
    return {"saved": timezone.localtime(saved).strftime("%H:%M") if saved else ""}


@register.simple_tag
def copy_button(text: object, label: str = "") -> SafeString:
    """A button that copies ``text``."""
    return format_html(
        '<button class="btn btn-sm wz-noprint" type="button" data-copy="{}">{}{}</button>',
        text, icon("copy"), label or t("复制", "Copy"),
    )  # fmt: skip


@register.simple_tag
def print_button(label: str = "") -> SafeString:
    """A button that prints the page."""
    return format_html(
        '<button class="btn wz-noprint" type="button" data-print>{}{}</button>',
        icon("printer"), label or t("打印", "Print"),
    )  # fmt: skip
