"""Words of the population register that pages, services and documents share."""

from __future__ import annotations

from wenzhou.foundation.population.models import EventKind, Ground, Relation
from wenzhou.kernel.base.text import Text

RELATIONS: dict[str, Text] = {
    Relation.HEAD: Text("户主", "Head"),
    Relation.SPOUSE: Text("配偶", "Spouse"),
    Relation.SON: Text("子", "Son"),
    Relation.DAUGHTER: Text("女", "Daughter"),
    Relation.GRANDCHILD: Text("孙子女或外孙子女", "Grandchild"),
    Relation.PARENT: Text("父母", "Parent"),
    Relation.GRANDPARENT: Text("祖父母或外祖父母", "Grandparent"),
    Relation.SIBLING: Text("兄弟姐妹", "Sibling"),
    Relation.OTHER: Text("其他", "Other"),
}
EVENTS: dict[str, Text] = {
    EventKind.BIRTH: Text("出生登记", "Birth"),
    EventKind.DEATH: Text("死亡登记", "Death"),
    EventKind.MARRIAGE: Text("结婚登记", "Marriage"),
    EventKind.DIVORCE: Text("离婚登记", "Divorce"),
    EventKind.RECOGNITION: Text("认领子女", "Recognition of a child"),
    EventKind.ADOPTION: Text("收养登记", "Adoption"),
    EventKind.MOVE: Text("市内移居", "Move between households"),
    EventKind.HOUSEHOLD_MOVE: Text("整户迁移", "Move of a household"),
    EventKind.HEAD: Text("户主变更", "Change of head"),
    EventKind.ARRIVAL: Text("迁入登记", "Arrival in the city"),
    EventKind.DEPARTURE: Text("迁出登记", "Departure from the city"),
}
GROUNDS: dict[str, Text] = {
    Ground.BIRTH: Text("生育", "by birth"),
    Ground.RECOGNITION: Text("认领", "by recognition"),
    Ground.ADOPTION: Text("收养", "by adoption"),
    "": Text("", ""),
}
