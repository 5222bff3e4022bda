"""``docs/systems.md``: every module as its manifest has it, for reading without a running city."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from wenzhou.kernel.base.endpoints import Endpoint
from wenzhou.kernel.base.manifest import Declaration, Module
from wenzhou.kernel.base.pages import Page
from wenzhou.kernel.base.registry import registry
from wenzhou.kernel.base.text import Text

FILE = "docs/systems.md"
COMMAND = "./wz manage write_docs"

HEAD = f"""\
# Systems 系统一览

Made from the manifests by `{COMMAND}`; do not edit. A test compares it with the manifests.
由各系统的清单生成，请勿手工修改。
"""


@dataclass(frozen=True, kw_only=True)
class DocsPage(Declaration):
    """A page below ``docs/`` that a module writes from what modules declare; ``text`` gives the whole of it, in Markdown."""

    code: str
    file: str
    text: Callable[[], str]


def pages() -> dict[str, str]:
    """The made pages of ``docs/``, by file."""
    return {FILE: systems_page(registry.modules)} | {
        one.file: one.text() for one in registry.declared(DocsPage)
    }


def systems_page(modules: Sequence[Module]) -> str:
    """The whole page, in Markdown: a table of all modules, then a section for each."""
    lines = [HEAD, "| code | 系统 | system | rows of the plan | depends on |", "|---|---|---|---|---|"]
    for module in modules:
        plan = ", ".join(module.rows) + (f" [{', '.join(module.clauses)}]" if module.clauses else "")
        needed = ", ".join(one.code for one in module.depends_on)
        cells = (f"[{module.code}](#{module.code})", module.title.zh, module.title.en, plan, needed)
        lines.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    for module in modules:
        lines += ["", *_section(module)]
    return "\n".join(lines) + "\n"


def _section(module: Module) -> Iterator[str]:
    yield f"## {module.code}"
    yield ""
    yield f"{_both(module.title)}. {module.summary.zh} {module.summary.en}"
    parts = (
        ("Permissions 权限", [_permission(module, at) for at in range(len(module.permissions))]),
        ("Pages 页面", [_page(page) for page in module.pages]),
        ("Endpoints 接口", [_endpoint(module, endpoint) for endpoint in module.endpoints]),
        ("Emits 发出事件", [f"`{event.name}` {_both(event.title)}" for event in module.emits]),
        ("Handles 处理事件", [f"`{h.event.name}`: {_both(h.title)}" for h in module.handles]),
        ("Jobs 任务", [f"`{j.name}` {_both(j.title)}" + (f" (`{j.cron}`)" if j.cron else "") for j in module.jobs]),
        ("Declares 声明", _declared(module.declares)),
    )  # fmt: skip
    for title, items in parts:
        if items:
            yield ""
            yield f"**{title}**"
            yield ""
            yield from (f"- {item}" for item in items)


def _permission(module: Module, at: int) -> str:
    permission = module.permissions[at]
    roles = ", ".join(role.code for role in permission.roles)
    bound = "; with a purpose 须说明用途" if permission.purpose_bound else ""
    return f"`{permission.code}` {_both(permission.title)}: {roles}{bound}"


def _page(page: Page) -> str:
    right = page.permission.code if page.permission else "public 公开"
    return f"`/{page.path}` {_both(page.title)}: {right}"


def _endpoint(module: Module, endpoint: Endpoint) -> str:
    right = endpoint.permission.code if endpoint.permission else "public 公开"
    path = endpoint.path.lstrip("/")
    return f"`{endpoint.method} /api/{module.code}/{path}` {_both(endpoint.summary)}: {right}"


def _declared(declarations: Iterable[Declaration]) -> list[str]:
    """What kernel blocks let modules declare: case types, resources offered and used, templates, …"""
    found = []
    for one in declarations:
        title = getattr(one, "title", None) or getattr(getattr(one, "resource", None), "title", None)
        words = f" {_both(title)}" if isinstance(title, Text) else ""
        found.append(f"{type(one).__name__} `{one.code}`{words}")
    return found


def _both(text: Text) -> str:
    return f"{text.zh} {text.en}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
