"""The acts of the office: each life event with its form, its words and the service that registers it.

The fields of a form are the fields of the service's request; pages and API take them from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from typing import Any, Protocol

from wenzhou.foundation.population import services as act
from wenzhou.foundation.population.models import EventKind
from wenzhou.foundation.population.permissions import MAINTAIN_PERSONS
from wenzhou.foundation.population.services.common import CIVIL_AFFAIRS, SOURCE
from wenzhou.foundation.population.words import EVENTS, RELATIONS
from wenzhou.kernel.base.actors import Actor
from wenzhou.kernel.base.errors import Invalid
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.registers.api import ETHNICITIES, SEXES, functions


class Run(Protocol):
    """A service that registers what a request asks, once for a key."""

    def __call__(self, actor: Actor, request: Any, *, key: str) -> act.Done:
        """Raises Refused, Invalid, Conflict."""


@dataclass(frozen=True, slots=True)
class Input:
    """How a field stands in a form; ``choices`` are (value, words)."""

    label: Text
    kind: str = "text"
    help: Text | None = None
    choices: Mapping[str, Text] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: what is asked (``request``), who registers it (``run``), which office answers (``function``)."""

    kind: EventKind
    request: type[Any]
    run: Run
    lead: Text
    function: str = SOURCE
    icon: str = "file-text"
    called: Mapping[str, Input] | None = None

    @property
    def title(self) -> Text:
        """What it is called."""
        return EVENTS[self.kind]

    def inputs(self) -> dict[str, tuple[Input, bool]]:
        """The fields of its form in their order, and whether each is required."""
        return {
            one.name: ((self.called or {}).get(one.name, INPUTS[one.name]), one.default is MISSING)
            for one in fields(self.request)
        }

    def parse(self, texts: Mapping[str, str]) -> Any:
        """The request of what was typed. Raises Invalid, which names every field that is missing or no day."""
        values: dict[str, object] = {}
        wrong: dict[str, Text] = {}
        for name, (one, required) in self.inputs().items():
            text = texts.get(name, "").strip()
            if not text:
                if required:
                    wrong[name] = Text(f"请填写{one.label.zh}", f"Enter: {one.label.en.lower()}")
                continue
            try:
                values[name] = date.fromisoformat(text) if one.kind == "date" else text
            except ValueError:
                wrong[name] = Text("日期格式应为 2026-01-31", "A day is written 2026-01-31")
        if wrong:
            raise Invalid(
                Text("有的内容没有填好，见各项说明。", "Some entries are not right; see each."), fields=wrong
            )
        return self.request(**values)


_NUMBER_HELP = Text("18 位，末位可能是 X", "18 characters, the last may be X")
_ELSEWHERE = Text("仅外地人员填写", "Only for somebody from elsewhere")
_PAPER = Text("有证件的填写其编号", "Where there is a paper, its number")
_NEW_HOME = Text("另立新户时填写", "When a new household is opened")


def _number(zh: str, en: str, help: Text = _NUMBER_HELP) -> Input:
    return Input(Text(f"{zh}公民身份号码", f"Identity number of {en}"), help=help)


INPUTS: Mapping[str, Input] = {
    "name": Input(Text("姓名", "Name")),
    "number": Input(Text("公民身份号码", "Identity number"), help=_NUMBER_HELP),
    "sex": Input(Text("性别", "Sex"), "select", choices=SEXES),
    "born": Input(Text("出生日期", "Date of birth"), "date"),
    "ethnicity": Input(Text("民族", "Ethnicity"), "select", choices=ETHNICITIES),
    "phone": Input(Text("联系电话", "Telephone")),
    "on": Input(Text("日期", "Day"), "date"),
    "household": Input(Text("户号", "Number of the household")),
    "relation": Input(Text("与户主关系", "Relation to the head"), "select", choices=RELATIONS),
    "division": Input(
        Text("村（居）委会代码", "Village or community"), help=Text("12 位代码", "The 12-digit code")
    ),
    "address": Input(Text("户籍地址", "Address")),
    "destination": Input(Text("迁往地", "Destination")),
    "reference": Input(Text("证件编号", "Number of the paper"), help=_PAPER),
    "mother_number": _number("母亲", "the mother"),
    "father_number": _number("父亲", "the father"),
    "child_number": _number("子女", "the child"),
    "husband_number": _number("男方", "the husband"),
    "wife_number": _number("女方", "the wife"),
    "successor_number": _number(
        "继任户主",
        "the next head",
        Text("户主离开且户内还有他人时填写", "When a head leaves and others stay"),
    ),
    "mother_name": Input(Text("母亲姓名", "Name of the mother"), help=_ELSEWHERE),
    "father_name": Input(Text("父亲姓名", "Name of the father"), help=_ELSEWHERE),
    "husband_name": Input(Text("男方姓名", "Name of the husband"), help=_ELSEWHERE),
    "wife_name": Input(Text("女方姓名", "Name of the wife"), help=_ELSEWHERE),
}
_NEW = {
    "household": Input(
        Text("迁入户号", "Household joined"),
        help=Text("另立新户时留空", "Empty when a new household is opened"),
    ),
    "division": Input(Text("村（居）委会代码", "Village or community"), help=_NEW_HOME),
    "address": Input(Text("户籍地址", "Address"), help=_NEW_HOME),
}


def _day(zh: str, en: str) -> dict[str, Input]:
    return {"on": Input(Text(zh, en), "date")}


ACTS: Mapping[str, Act] = {
    one.kind.value: one
    for one in (
        Act(
            kind=EventKind.BIRTH,
            request=act.Birth,
            run=act.register_birth,
            icon="user-plus",
            lead=Text(
                "凭出生医学证明办理：赋予公民身份号码，登记父母，随父或随母入户。",
                "On the birth certificate: gives the identity number, enters the parents and the household.",
            ),
            called={
                "reference": Input(
                    Text("出生医学证明编号", "Number of the birth certificate"),
                    help=Text("一个字母加九位数字", "A letter and nine digits"),
                ),
                "household": Input(
                    Text("入户户号", "Household joined"),
                    help=Text("父或母所在户；留空随母", "That of mother or father; the mother's when empty"),
                ),
            },
        ),
        Act(
            kind=EventKind.DEATH,
            request=act.Death,
            run=act.register_death,
            icon="user",
            lead=Text(
                "注销户口，终止婚姻；死者为户主的，由继任户主接替。",
                "Ends the registration and the marriage; where she headed a household, another does.",
            ),
            called=_day("死亡日期", "Day of death"),
        ),
        Act(
            kind=EventKind.MARRIAGE,
            request=act.Wedding,
            run=act.register_marriage,
            function=CIVIL_AFFAIRS,
            icon="heart",
            lead=Text(
                "核对婚龄、近亲关系和婚姻状况后登记（民法典第一千零四十六至一千零四十八条）。",
                "Age, kinship and present marriages are checked (Civil Code art. 1046–1048).",
            ),
            called=_day("登记日期", "Day of the marriage"),
        ),
        Act(
            kind=EventKind.DIVORCE,
            request=act.Divorce,
            run=act.register_divorce,
            function=CIVIL_AFFAIRS,
            icon="users",
            lead=Text(
                "凭离婚证或生效的法律文书终止婚姻登记。", "Ends the marriage, on certificate or judgment."
            ),
            called=_day("离婚日期", "Day of the divorce"),
        ),
        Act(
            kind=EventKind.RECOGNITION,
            request=act.Recognition,
            run=act.register_recognition,
            icon="user-check",
            lead=Text(
                "凭亲子鉴定意见或判决补登父亲。", "Enters the father, on a report of kinship or a judgment."
            ),
            called=_day("认领日期", "Day of the recognition"),
        ),
        Act(
            kind=EventKind.ADOPTION,
            request=act.Adoption,
            run=act.register_adoption,
            function=CIVIL_AFFAIRS,
            icon="users-group",
            lead=Text(
                "收养人取代生父母；配偶收养继子女的，另一方不变。",
                "The adopters take the place of the parents; who adopts a spouse's child leaves the spouse.",
            ),
            called={
                **_day("收养登记日期", "Day of the adoption"),
                "father_number": _number("养父", "the adoptive father"),
                "mother_number": _number("养母", "the adoptive mother"),
            },
        ),
        Act(
            kind=EventKind.MOVE,
            request=act.Move,
            run=act.register_move,
            icon="arrows-exchange",
            lead=Text(
                "本市内迁入另一户，或分户另立新户。", "Into another household of the city, or a new one."
            ),
            called={**_day("迁移日期", "Day of the move"), **_NEW},
        ),
        Act(
            kind=EventKind.HOUSEHOLD_MOVE,
            request=act.Rehousing,
            run=act.move_household,
            icon="home",
            lead=Text(
                "整户迁到新址；跨县（市、区）的由市公安局办理。",
                "The whole household moves; between counties the city's office registers it.",
            ),
            called=_day("迁移日期", "Day of the move"),
        ),
        Act(
            kind=EventKind.HEAD,
            request=act.Succession,
            run=act.change_head,
            icon="user-shield",
            lead=Text(
                "户内另一成员任户主，其他成员的关系随之变更。",
                "Another member heads the household; the others' relations follow.",
            ),
            called={
                **_day("变更日期", "Day of the change"),
                "successor_number": _number("新户主", "the new head"),
            },
        ),
        Act(
            kind=EventKind.ARRIVAL,
            request=act.Arrival,
            run=act.register_arrival,
            icon="login",
            lead=Text(
                "从外地迁入本市；性别和出生日期取自号码。",
                "Moves into the city; sex and birth are read from the number.",
            ),
            called={**_day("迁入日期", "Day of arrival"), **_NEW},
        ),
        Act(
            kind=EventKind.DEPARTURE,
            request=act.Departure,
            run=act.register_departure,
            icon="logout",
            lead=Text(
                "迁往外地，在本市的户口登记终止。", "Moves out of the city; the registration here ends."
            ),
            called=_day("迁出日期", "Day of departure"),
        ),
    )
}


def acts_of(actor: Actor) -> list[Act]:
    """The acts for which an office of the actor answers."""
    own = functions(actor, MAINTAIN_PERSONS)
    return [one for one in ACTS.values() if one.function in own]
