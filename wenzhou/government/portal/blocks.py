"""The parts of a public page's body. Each part carries both languages, so that neither can drift (ADR 0002)."""

from __future__ import annotations

from typing import Any

from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

from wenzhou.kernel.base.text import is_english


class Pair(blocks.StructBlock):
    """One short text in Chinese and in English; shown in the reader's language."""

    zh = blocks.CharBlock(label="中文")
    en = blocks.CharBlock(label="English")

    class Meta:
        form_classname = "struct-block"
        template = "portal/blocks/pair.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """``shown``: the text in the reader's language."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        return context | {"shown": value["en" if is_english() else "zh"]}


class TextPair(Pair):
    """A formatted text in both languages."""

    zh = blocks.RichTextBlock(label="中文")
    en = blocks.RichTextBlock(label="English")

    class Meta:
        icon = "pilcrow"
        label = "正文 Text"
        template = "portal/blocks/text.html"


class HeadingPair(Pair):
    """A heading of the second level in both languages."""

    class Meta:
        icon = "title"
        label = "标题 Heading"
        template = "portal/blocks/heading.html"


class Table(blocks.StructBlock):
    """A table: its caption, its column heads, its rows; the first cell of a row heads the row."""

    caption = Pair(label="表名 Caption")
    heads = blocks.ListBlock(Pair(), label="列名 Columns", min_num=2)
    rows = blocks.ListBlock(blocks.ListBlock(Pair()), label="行 Rows")

    class Meta:
        icon = "table"
        label = "表格 Table"
        template = "portal/blocks/table.html"


class Link(blocks.StructBlock):
    """A link to a page of the portal or to an address."""

    title = Pair(label="文字 Words")
    page = blocks.PageChooserBlock(required=False, label="本站页面 Page here")
    address = blocks.CharBlock(required=False, label="地址 Address", help_text="/path/ 或 https://…")

    def clean(self, value: Any) -> Any:
        """Exactly one target; an address is a path of this site or an https address. Raises StructBlockValidationError."""
        cleaned = super().clean(value)
        address = cleaned.get("address") or ""
        if bool(cleaned.get("page")) == bool(address):
            raise blocks.StructBlockValidationError(
                non_block_errors=["页面和地址二选一 Give either a page or an address"]
            )
        if address and not (address.startswith("https://") or (address[0] == "/" and address[:2] != "//")):
            raise blocks.StructBlockValidationError(
                non_block_errors=["地址应以 / 或 https:// 开头 An address starts with / or https://"]
            )
        return cleaned


class Contact(blocks.StructBlock):
    """Where and when somebody can be reached."""

    name = Pair(label="名称 Name")
    address = Pair(label="地址 Address")
    telephone = blocks.CharBlock(label="电话 Telephone", max_length=40)
    hours = Pair(label="时间 Hours")

    class Meta:
        icon = "mail"
        label = "联系 Contact"
        template = "portal/blocks/contact.html"


class Picture(blocks.StructBlock):
    """A picture with a caption; its alternative text belongs to the picture itself."""

    image = ImageChooserBlock(label="图片 Picture")
    caption = Pair(label="说明 Caption")

    class Meta:
        icon = "image"
        label = "图片 Picture"
        template = "portal/blocks/picture.html"


class Body(blocks.StreamBlock):
    """The body of an information or news page."""

    heading = HeadingPair()
    text = TextPair()
    table = Table()
    picture = Picture()
    links = blocks.ListBlock(Link(), icon="link", label="链接 Links", template="portal/blocks/links.html")
    contact = Contact()
    documents = blocks.ListBlock(
        DocumentChooserBlock(), icon="doc-full", label="文件 Papers", template="portal/blocks/documents.html"
    )


class Contacts(blocks.StreamBlock):
    """How to reach the city, on the home page."""

    contact = Contact()
