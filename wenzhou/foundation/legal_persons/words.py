"""Words of the register's own codes."""

from __future__ import annotations

from wenzhou.foundation.legal_persons.kinds import RULES
from wenzhou.foundation.legal_persons.models import Appointment, Role, Route, Status
from wenzhou.kernel.base.text import Text

KINDS: dict[str, Text] = {kind: rule.title for kind, rule in RULES.items()}

ROLES: dict[str, Text] = {
    Role.CHAIR: Text("董事长（理事长、会长）", "Chair"),
    Role.VICE_CHAIR: Text("副董事长（副理事长、副会长）", "Vice chair"),
    Role.DIRECTOR: Text("董事（理事）", "Director"),
    Role.SUPERVISOR_CHAIR: Text("监事会主席（监事长）", "Chair of supervisors"),
    Role.SUPERVISOR: Text("监事", "Supervisor"),
    Role.MANAGER: Text("经理（院长、校长、主任、负责人）", "Manager"),
    Role.DEPUTY_MANAGER: Text("副经理（副院长、副校长、副主任）", "Deputy manager"),
    Role.MANAGING_PARTNER: Text("执行事务合伙人", "Managing partner"),
    Role.FINANCE: Text("财务负责人", "Head of finance"),
    Role.SECRETARY: Text("秘书长（董事会秘书）", "Secretary"),
}

APPOINTMENTS: dict[str, Text] = {
    Appointment.ELECTED: Text("选举", "Elected"),
    Appointment.APPOINTED: Text("委派", "Appointed"),
    Appointment.HIRED: Text("聘任", "Hired"),
}

ROUTES: dict[str, Text] = {
    Route.GENERAL: Text("一般注销", "General procedure"),
    Route.SIMPLIFIED: Text("简易注销", "Simplified procedure"),
}

STATUSES: dict[str, Text] = {
    Status.ACTIVE: Text("存续", "Active"),
    Status.SUSPENDED: Text("歇业", "Suspended"),
    Status.REVOKED: Text("吊销", "Licence revoked"),
    Status.DEREGISTERED: Text("注销", "Deregistered"),
}

SECTIONS: dict[str, Text] = {
    "A": Text("农、林、牧、渔业", "Agriculture, forestry, animal husbandry, fishery"),
    "B": Text("采矿业", "Mining"),
    "C": Text("制造业", "Manufacturing"),
    "D": Text("电力、热力、燃气及水", "Electricity, heat, gas, water"),
    "E": Text("建筑业", "Construction"),
    "F": Text("批发和零售业", "Wholesale and retail"),
    "G": Text("交通运输、仓储和邮政", "Transport, storage, post"),
    "H": Text("住宿和餐饮业", "Accommodation and catering"),
    "I": Text("信息传输、软件和信息技术服务", "Information, software"),
    "J": Text("金融业", "Finance"),
    "K": Text("房地产业", "Real estate"),
    "L": Text("租赁和商务服务业", "Leasing and business services"),
    "M": Text("科学研究和技术服务", "Research and technical services"),
    "N": Text("水利、环境和公共设施", "Water, environment, public facilities"),
    "O": Text("居民服务、修理和其他服务", "Resident services, repair"),
    "P": Text("教育", "Education"),
    "Q": Text("卫生和社会工作", "Health and social work"),
    "R": Text("文化、体育和娱乐业", "Culture, sport, entertainment"),
    "S": Text("公共管理和社会组织", "Public administration and societies"),
    "T": Text("国际组织", "International organisations"),
}
"""Sections of the classification of economic activities (国民经济行业分类, GB/T 4754-2017)."""
