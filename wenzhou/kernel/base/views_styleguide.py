"""``/styleguide/``: every component with made content, for page authors and for the browser tests."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from wenzhou.kernel.base.charts import Chart, Series
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.pages import Page
from wenzhou.kernel.base.text import Text, t

LAYOUTS = ("portal", "counter", "print", "auth", "error")
LARGEST = 1024 * 1024


class SampleForm(forms.Form):
    """One field of each kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.fields
        fields["shop"] = forms.CharField(
            label=t("店名", "Name of the shop"),
            max_length=40,
            help_text=t("与门头招牌一致。", "As on the sign."),
        )
        fields["phone"] = forms.CharField(
            label=t("联系电话", "Telephone"), widget=forms.TextInput({"type": "tel", "autocomplete": "tel"})
        )
        fields["town"] = forms.ChoiceField(
            label=t("所在街道", "Street office"),
            choices=[("", t("请选择", "Choose")), ("330302051", "五马街道"), ("330302052", "松台街道")],
        )
        fields["kind"] = forms.ChoiceField(
            label=t("经营类型", "Kind of business"),
            widget=forms.RadioSelect,
            choices=[("hot", t("热食类", "Hot food")), ("cold", t("冷食类", "Cold food"))],
        )
        fields["opens"] = forms.DateField(
            label=t("计划开业日期", "Planned opening"),
            required=False,
            widget=forms.DateInput({"type": "date"}),
        )
        fields["about"] = forms.CharField(
            label=t("经营说明", "About the business"), required=False, widget=forms.Textarea({"rows": 3})
        )
        fields["promise"] = forms.BooleanField(
            label=t("我承诺所填内容属实", "I declare that what I have entered is true")
        )

    def clean_phone(self) -> str:
        """A mainland mobile number."""
        phone: str = self.cleaned_data["phone"]
        if not (phone.isdigit() and len(phone) == 11):
            raise forms.ValidationError(t("请填 11 位手机号码。", "Enter the 11 digits of a mobile number."))
        return phone


def styleguide(request: HttpRequest) -> HttpResponse:
    """All components on one page; ``?layout=`` shows one of LAYOUTS instead."""
    layout = request.GET.get("layout", "")
    template = f"base/styleguide/{layout}.html" if layout in LAYOUTS else "base/styleguide/index.html"
    wrong = SampleForm({"wrong-shop": "老街面馆", "wrong-phone": "138", "wrong-kind": "hot"}, prefix="wrong")
    return render(request, template, {**_samples(), "form": SampleForm(), "wrong": wrong, "layouts": LAYOUTS})


def sample_map(request: HttpRequest) -> JsonResponse:
    """Six invented areas and two points, to try the map without the registers."""
    features = [
        _square(
            t(f"示例 {at + 1} 区", f"Sample area {at + 1}"),
            120.3 + 0.2 * (at % 3),
            27.8 + 0.2 * (at // 3),
            7 * at + 3,
        )
        for at in range(6)
    ]
    points = [(120.45, 27.95), (120.72, 28.06)]
    features += [
        {
            "type": "Feature",
            "properties": {"name": t("示例网点", "Sample office")},
            "geometry": {"type": "Point", "coordinates": list(point)},
        }
        for point in points
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def sample_post(request: HttpRequest) -> HttpResponse:
    """The other end of the autosave and upload samples: looks at what came and keeps nothing."""
    if not request.FILES:
        return JsonResponse({"fields": len(request.POST)})
    files = request.FILES.getlist("paper")
    if not files or (files[0].size or 0) > LARGEST:
        raise Invalid(Text("文件超过 1 MB，请压缩后再传。", "The file is larger than 1 MB; make it smaller."))
    shown = SimpleNamespace(
        name=files[0].name, size=files[0].size, note=t("未保存，仅为示例", "not kept: a sample")
    )
    return render(request, "base/parts/upload_row.html", {"file": shown})


def _square(name: str, west: float, south: float, value: int) -> dict[str, Any]:
    east, north = west + 0.18, south + 0.17
    ring = [[west, south], [east, south + 0.03], [east, north], [west + 0.04, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"name": name, "value": value, "url": "/styleguide/"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def _samples() -> dict[str, Any]:
    """Made content in the reader's language."""
    return {
        "due": date(2026, 11, 27),
        "cases": _cases(),
        "slice": SimpleNamespace(next="bmV4dA", previous=""),
        "steps_sample": [
            {"title": t("提交申请", "Application"), "state": "done", "when": "11-20 09:12"},
            {"title": t("材料审核", "Check of papers"), "state": "done", "when": "11-21 15:40"},
            {
                "title": t("消防安全检查", "Fire-safety check"),
                "state": "current",
                "note": t("鹿城区消防救援大队", "Lucheng fire brigade"),
            },
            {
                "title": t("门头招牌", "Shop sign"),
                "state": "waiting",
                "note": t("等待补正材料", "Waiting for a paper"),
            },
            {"title": t("发证", "Licence")},
        ],
        "timeline_sample": [
            {
                "when": "2026-11-21 15:40",
                "who": t("鹿城区市场监管局", "Lucheng market supervision"),
                "title": t("材料审核通过", "Papers accepted"),
                "icon": "check",
            },
            {
                "when": "2026-11-20 09:12",
                "who": t("申请人", "Applicant"),
                "title": t("提交申请", "Application sent"),
                "note": t("回执号 LC-2026-000123", "Receipt LC-2026-000123"),
            },
        ],
        "facts_sample": [
            (t("受理编号", "Case number"), "LC-2026-000123"),
            (t("法定时限", "Time limit"), t("20 个工作日", "20 working days")),
            (t("承诺时限", "Promised time"), t("5 个工作日", "5 working days")),
            (t("收费", "Fee"), t("不收费", "None")),
        ],
        "charts": _charts(),
        "prefill": t("来自人口库", "from the population register"),
        "kinds": [("1", t("个体工商户", "Sole trader")), ("2", t("有限公司", "Limited company"))],
        "svg": DIAGRAM,
    }


def _cases() -> list[dict[str, Any]]:
    rows = (
        ("LC-2026-000123", ("老街面馆", "Old Street Noodles"), "progress", ("办理中", "In progress"), 5, False),
        ("LC-2026-000119", ("瓯江鱼丸店", "Oujiang Fish Balls"), "waiting", ("待补正", "Paper missing"), 1, False),
        ("LC-2026-000104", ("松台小馆", "Songtai Kitchen"), "late", ("已超期", "Overdue"), -2, False),
        ("LC-2026-000098", ("五马茶餐厅", "Wuma Tea House"), "ok", ("已办结", "Done"), 0, True),
    )  # fmt: skip
    return [
        {"number": number, "name": t(*name), "kind": kind, "state": t(*state), "left": left, "done": done}
        for number, name, kind, state, left, done in rows
    ]


def _charts() -> list[Chart]:
    counties = [
        t(*pair)
        for pair in (("鹿城区", "Lucheng"), ("龙湾区", "Longwan"), ("瓯海区", "Ouhai"), ("瑞安市", "Rui'an"), ("乐清市", "Yueqing"), ("龙港市", "Longgang"))
    ]  # fmt: skip
    months = [t(f"{month}月", f"Month {month}") for month in range(5, 11)]
    received, done = t("收件", "Received"), t("办结", "Done")
    cases, days = t("件", "cases"), t("工作日", "working days")
    area, month = t("地区", "Area"), t("月份", "Month")
    return [
        Chart("bar", t("各县（市、区）办件量", "Cases by county"), counties, [Series(received, [420, 310, 288, 365, 402, 154]), Series(done, [401, 300, 270, 349, 390, 150])], cases, area),
        Chart("line", t("平均办理用时", "Average time used"), months, [Series(t("实际", "Used"), [4.2, 4.0, 3.7, 3.6, 3.1, 2.9]), Series(t("承诺", "Promised"), [5, 5, 5, 5, 5, 5])], days, month),
        Chart("pie", t("服务评价", "Ratings"), [t("非常满意", "Very satisfied"), t("满意", "Satisfied"), t("基本满意", "Mostly satisfied"), t("不满意", "Dissatisfied")], [Series(t("件数", "Cases"), [640, 280, 60, 12])], cases),
        Chart("gauge", t("按期办结率", "Done in time"), [t("按期办结", "In time")], [Series(t("比率", "Share"), [97.6])], "%"),
        Chart("hbar", t("各部门在办", "Open cases by office"), [t("市场监管局", "Market supervision"), t("消防救援大队", "Fire brigade"), t("综合行政执法局", "Urban management")], [Series(t("在办", "Open"), [86, 41, 23])], cases),
        Chart("treemap", t("行业构成", "Lines of business"), [t("鞋革", "Shoes"), t("服装", "Garments"), t("低压电器", "Low-voltage electrical"), t("泵阀", "Pumps and valves"), t("眼镜", "Glasses")], [Series(t("企业", "Firms"), [320, 270, 410, 180, 90])], t("家", "firms")),
    ]  # fmt: skip


DIAGRAM = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 150" width="720" height="150" aria-hidden="true">
<g fill="#eaf3f0" stroke="#0e5a63" stroke-width="2"><rect x="20" y="45" width="140" height="60" rx="8"/>
<rect x="290" y="45" width="140" height="60" rx="8" fill="#fdf0d8" stroke="#8a4b00" data-current=""/>
<rect x="560" y="45" width="140" height="60" rx="8"/></g>
<g stroke="#17292d" stroke-width="2"><path d="M160 75h118"/><path d="M430 75h118"/></g>
<g fill="#17292d"><path d="M278 69l12 6-12 6z"/><path d="M548 69l12 6-12 6z"/></g>
<g font-size="16" text-anchor="middle" fill="#17292d"><text x="90" y="81">受理 Accept</text><text x="360" y="81">审核 Review</text><text x="630" y="81">发证 Issue</text></g></svg>"""

PAGES = (
    Page(
        name="styleguide", path="styleguide/", view=styleguide, public=True,
        title=Text("界面组件", "Components"),
    ),
    Page(
        name="styleguide-map", path="styleguide/map.geojson", view=sample_map, public=True,
        title=Text("示例地图数据", "Sample map data"),
    ),
    Page(
        name="styleguide-try", path="styleguide/try/", view=sample_post, public=True,
        title=Text("示例提交", "Sample post"),
    ),
)  # fmt: skip
