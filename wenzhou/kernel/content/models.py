"""The base page of the city, its pictures, its papers, and the revision of all public content.

``CityPage`` takes the place of Wagtail's own ``Page`` (setting ``WAGTAIL_PAGE_MODEL``). That choice binds for the
life of the database, because Wagtail's tables (permissions, redirects, sites, workflows) hold foreign keys to
whichever model stands there when its first migration runs: see docs/adr/0003-portal-on-wagtail.md.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.http import HttpRequest, HttpResponseBase
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.models import AbstractPage, ShowInMenusMixin
from wagtail.models.pages import AbstractPageMeta
from wagtail.search import index

from wenzhou.kernel.base.text import is_english
from wenzhou.kernel.content.public_mark import mark_public
from wenzhou.kernel.content.uploads import check_document

AREA_CODE = RegexValidator(r"^\d{6}(\d{3}(\d{3})?)?$")


class Audience(models.TextChoices):
    """Whom a page speaks to (服务对象)."""

    EVERYONE = "everyone", "所有人 Everyone"
    PEOPLE = "people", "个人 People"
    BUSINESS = "business", "企业 Businesses"
    VISITORS = "visitors", "来访者 Visitors"


class CityPage(ShowInMenusMixin, AbstractPage):
    """A public page (页面) in Chinese with its English: one node of the tree, two languages, one workflow.

    ``title`` is the Chinese title (Wagtail lists and searches it); ``title_en`` the English one. ``area_code`` is the
    6-, 9- or 12-digit code of the division that the page is about (GB/T 2260, GB/T 10114), empty for the whole city;
    ``office`` is answerable for the content. Every page type can be asked for by these fields.
    """

    title_en = models.CharField("English title", max_length=255)
    summary = models.CharField("摘要 Summary (Chinese)", max_length=300, blank=True)
    summary_en = models.CharField("Summary (English)", max_length=500, blank=True)
    area_code = models.CharField(
        "区划代码 Division code", max_length=12, blank=True, db_index=True, validators=[AREA_CODE]
    )
    office = models.ForeignKey(
        "identity.Office",
        verbose_name="责任单位 Answerable office",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    audience = models.CharField(
        "服务对象 Audience", max_length=16, choices=Audience.choices, default=Audience.EVERYONE
    )
    made = models.BooleanField(
        "演示内容 Demonstration content",
        default=False,
        help_text="内容为演示而编写 The content was written for demonstration",
    )

    search_fields: ClassVar[list[index.BaseField]] = [
        *AbstractPage.search_fields,
        *ShowInMenusMixin.search_fields,
        index.SearchField("title_en", boost=2),
        index.AutocompleteField("title_en"),
        index.SearchField("summary"),
        index.SearchField("summary_en"),
        index.FilterField("area_code"),
        index.FilterField("office"),
        index.FilterField("audience"),
    ]
    content_panels: ClassVar[list[object]] = [
        *AbstractPage.content_panels,
        FieldPanel("title_en"),
        MultiFieldPanel([FieldPanel("summary"), FieldPanel("summary_en")], heading="摘要 Summary"),
    ]
    promote_panels: ClassVar[list[object]] = [
        *AbstractPage.promote_panels,
        *ShowInMenusMixin.promote_panels,
        MultiFieldPanel(
            [FieldPanel("area_code"), FieldPanel("office"), FieldPanel("audience"), FieldPanel("made")],
            heading="归属 Belongs to",
        ),
    ]

    class Meta(AbstractPageMeta):
        verbose_name = "页面 page"
        verbose_name_plural = "页面 pages"

    @property
    def heading(self) -> str:
        """The title in the reader's language; Chinese where no English was written."""
        return str((is_english() and self.title_en) or self.title)

    @property
    def lead(self) -> str:
        """The summary in the reader's language; the other language's where one is missing."""
        first, second = (self.summary_en, self.summary) if is_english() else (self.summary, self.summary_en)
        return str(first or second)

    @property
    def trail(self) -> list[CityPage]:
        """The pages above this one, from below the home page down; for breadcrumbs."""
        above = CityPage.objects.ancestor_of(self).filter(depth__gt=2).order_by("depth")
        return list(above)

    def address_for(self, request: HttpRequest) -> str:
        """Its whole address on the host that was asked; the same in both languages."""
        return request.build_absolute_uri(self.get_url(request) or "/")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Adds ``address``, the canonical address."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return context | {"address": self.address_for(request)}

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[dict[str, Any]]:
        """One entry of the sitemap, on the host that was asked."""
        entries: list[dict[str, Any]] = super().get_sitemap_urls(request)
        if request is None:
            return entries
        return [entry | {"location": self.address_for(request)} for entry in entries]

    def serve(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """The page for a reader; the same for all readers without a session, so it may be kept (public_pages)."""
        response: HttpResponseBase = super().serve(request, *args, **kwargs)
        if not getattr(request, "is_preview", False):
            mark_public(response)
        return response

    def get_admin_display_title(self) -> str:
        """Both titles, as editors know their pages."""
        return f"{self.draft_title or self.title} {self.title_en}".strip()


class CityImage(AbstractImage):
    """A picture (图片) with its alternative text in both languages (WCAG 2.2, 1.1.1) and its source."""

    alt_zh = models.CharField("替代文字 Alternative text (Chinese)", max_length=200, blank=True)
    alt_en = models.CharField("Alternative text (English)", max_length=200, blank=True)
    credit = models.CharField("来源 Source and licence", max_length=200, blank=True)

    admin_form_fields = ("title", "file", "alt_zh", "alt_en", "credit", "collection", "tags")

    @property
    def default_alt_text(self) -> str:
        """The alternative text in the reader's language; empty means decorative."""
        first, second = (self.alt_en, self.alt_zh) if is_english() else (self.alt_zh, self.alt_en)
        return str(first or second)


class CityRendition(AbstractRendition):
    """One size of a picture as it is sent to readers."""

    image = models.ForeignKey(CityImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=("image", "filter_spec", "focal_point_key"), name="content_rendition_unique"
            )
        ]


class CityDocument(AbstractDocument):
    """A paper (文件) offered for download; what it says it is, it must be."""

    title_en = models.CharField("English title", max_length=255, blank=True)

    admin_form_fields = (*Document.admin_form_fields, "title_en")

    def clean(self) -> None:
        """Refuse a wrong extension (Wagtail) and a content that is not what the extension says.

        Raises ValidationError on the field ``file``.
        """
        super().clean()
        check_document(self.file)


class ContentRevision(models.Model):
    """The revision of all that the public sees: one row, counted up by PostgreSQL on every change of content.

    The counting is done by statement triggers (migration 0004), because content is written by Wagtail's code, by
    scheduled publishing and by SQL alike, and the table is the one door that all of them pass.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="content_one_revision_row")
        ]

    def __str__(self) -> str:
        return str(self.number)
