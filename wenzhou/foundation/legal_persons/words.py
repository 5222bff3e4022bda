"""Words of the register's own codes."""

from __future__ import annotations

from wenzhou.foundation.legal_persons.models import Kind, Status
from wenzhou.kernel.base.text import Text

KINDS: dict[str, Text] = {
    Kind.LIMITED: Text("有限责任公司", "Limited company"),
    Kind.STOCK: Text("股份有限公司", "Company limited by shares"),
    Kind.SOLE: Text("个人独资企业", "Sole proprietorship enterprise"),
    Kind.PARTNERSHIP: Text("合伙企业", "Partnership"),
    Kind.INDIVIDUAL: Text("个体工商户", "Sole trader"),
    Kind.COOPERATIVE: Text("农民专业合作社", "Farmers' cooperative"),
    Kind.INSTITUTION: Text("事业单位", "Public institution"),
    Kind.SOCIETY: Text("社会团体", "Society"),
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
