"""What ``./wz new-system`` makes: a module from the files in ``scaffold/``, whole or not at all."""

from __future__ import annotations

import keyword
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template

from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text

GROUPS = ("foundation", "enterprise", "government", "community", "assurance")
SCAFFOLD = Path(__file__).parent / "scaffold"
SYSTEMS = Path("wenzhou", "city", "systems.py")
# What the manifest of a new module depends on, and so what it must be listed after.
NEEDED = ("wenzhou.kernel.identity", "wenzhou.kernel.messages")

_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
MAX_NAME = 22  # the names of indexes are made from it and PostgreSQL's Django allows them 30 characters
_ENTRY = re.compile(r'^    "(?P<package>[a-z0-9_.]+)",$', re.MULTILINE)
_ROW = re.compile(r"[A-Z][0-9]{0,2}[a-z]?")
_CLAUSE = re.compile(r"[0-9]+(\.[0-9]+)*")
# As a class of the module, these would hide what its files import.
_TAKEN = frozenset(
    {
        "actor",
        "any",
        "client",
        "conflict",
        "demo",
        "endpoint",
        "event",
        "handler",
        "invalid",
        "job",
        "module",
        "nav",
        "now",
        "page",
        "permission",
        "q",
        "refused",
        "sample",
        "schema",
        "slice",
        "text",
        "uuid",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSystem:
    """What is asked for: ``thing`` is what a row is, in the singular; ``rows`` and ``clauses`` of the plan."""

    group: str
    code: str
    zh: str
    en: str
    thing: str = "entry"
    thing_zh: str = "条目"
    rows: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()

    @property
    def package(self) -> str:
        """Its dotted name."""
        return f"wenzhou.{self.group}.{self.code}"

    @property
    def folder(self) -> Path:
        """Where it stands, below the root of the tree."""
        return Path("wenzhou", self.group, self.code)

    @property
    def path(self) -> str:
        """The first part of the addresses of its pages."""
        return self.code.replace("_", "-")

    def words(self) -> dict[str, str]:
        """What the ``$`` places of the scaffold are filled with."""
        thing_en = self.thing.replace("_", " ")
        # "Parks and greenery" within a sentence, but "GIS" stays.
        en_mid = self.en if self.en[1:2].isupper() else self.en[:1].lower() + self.en[1:]
        return {
            "group": self.group,
            "code": self.code,
            "CODE": self.code.upper(),
            "path": self.path,
            "zh": self.zh,
            "en": self.en,
            "en_mid": en_mid,
            "thing": self.thing,
            "Thing": "".join(part.capitalize() for part in self.thing.split("_")),
            "thing_zh": self.thing_zh,
            "thing_en": thing_en,
            "Thing_en": thing_en.capitalize(),
            "rows": repr(self.rows),
            "clauses": repr(self.clauses),
        }


def check(new: NewSystem, root: Path, *, labels: frozenset[str], paths: frozenset[str]) -> None:
    """Raise Invalid for what cannot be made. ``labels`` and ``paths``: app labels and first parts of addresses in use."""
    wrong = next(_wrong(new, root, labels, paths), None)
    if wrong is not None:
        raise Invalid(wrong)


def _wrong(new: NewSystem, root: Path, labels: frozenset[str], paths: frozenset[str]) -> Iterator[Text]:
    if new.group not in GROUPS:
        groups = ", ".join(GROUPS)
        yield Text(
            f"没有“{new.group}”这一组，可选：{groups}", f"no group “{new.group}”; choose one of: {groups}"
        )
    yield from _wrong_names(new)
    if (root / new.folder).exists():
        yield Text(f"{new.folder} 已经存在", f"{new.folder} exists already")
    if new.code in labels:
        yield Text(
            f"名称“{new.code}”已被占用", f"the name “{new.code}” is taken by another module or library"
        )
    if new.path in paths:
        yield Text(f"地址 /{new.path}/ 已被占用", f"the address /{new.path}/ is taken")
    yield from _wrong_texts(new)


def _wrong_names(new: NewSystem) -> Iterator[Text]:
    for name, limit in ((new.code, MAX_NAME), (new.thing, MAX_NAME)):
        if not _NAME.fullmatch(name) or len(name) > limit or keyword.iskeyword(name):
            yield Text(
                f"名称“{name}”不可用：小写字母开头，可含数字和单个下划线，最多 {limit} 个字符，不能是 Python 关键字",
                f"the name “{name}” cannot be used: small letters, digits and single underscores, a letter first, "
                f"at most {limit} characters, no keyword of Python",
            )
    if new.thing in _TAKEN:
        yield Text(
            f"--thing 不能是“{new.thing}”", f"--thing cannot be “{new.thing}”: the code uses that word"
        )


def _wrong_texts(new: NewSystem) -> Iterator[Text]:
    for option, text in (("--zh", new.zh), ("--en", new.en), ("--thing-zh", new.thing_zh)):
        if not 1 <= len(text) <= 60 or not text.isprintable() or set(text) & set("\"'\\{}$<>&"):
            yield Text(
                f"{option} 应为 1 至 60 个字，不含引号、反斜杠、花括号、$、<、>、&",
                f"{option} has 1 to 60 characters, without quotes, backslashes, braces, $, <, > and &",
            )
    for option, form, texts in (("--row", _ROW, new.rows), ("--clause", _CLAUSE, new.clauses)):
        for text in texts:
            if not form.fullmatch(text):
                example = "G5f" if option == "--row" else "2.12"
                yield Text(
                    f"{option} 的写法如 {example}", f"{option} is written like {example}, not “{text}”"
                )


def files_of(new: NewSystem) -> dict[Path, str]:
    """Every file of the module but its migration, by its path inside the module."""
    words = new.words()
    files = {Path("migrations", "__init__.py"): ""}
    for source in sorted(SCAFFOLD.rglob("*.txt")):
        name = source.relative_to(SCAFFOLD).with_suffix("")
        if name.parts[0] == "templates":
            name = Path("templates", new.code, *name.parts[1:])
        files[name] = Template(source.read_text(encoding="utf-8")).substitute(words)
    return files


def listed(text: str, new: NewSystem) -> str:
    """``systems.py`` with the module's line: after its group's last and after what it needs; again: unchanged."""
    entries = list(_ENTRY.finditer(text))
    if any(entry["package"] == new.package for entry in entries):
        return text
    before = [e for e in entries if e["package"].startswith(f"wenzhou.{new.group}.")]
    # The first module of its group goes to the end: it may come to depend on anything.
    after = max(before, key=lambda e: e.start()) if before else entries[-1]
    needed = [e for e in entries if e["package"] in NEEDED]
    place = max((after, *needed), key=lambda e: e.start()).end()
    return f'{text[:place]}\n    "{new.package}",{text[place:]}'


@contextmanager
def made(new: NewSystem, root: Path) -> Iterator[Path]:
    """The module in its place and in the list while the block finishes it; any error takes both away again."""
    folder, systems = root / new.folder, root / SYSTEMS
    before = systems.read_text(encoding="utf-8")
    folder.mkdir()
    try:
        for name, text in files_of(new).items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        systems.write_text(listed(before, new), encoding="utf-8")
        yield folder
    except BaseException:
        systems.write_text(before, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        raise
