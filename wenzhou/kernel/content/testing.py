"""What tests that commit need again: the rows that migrations of Wagtail lay, gone with the tables' content."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from wenzhou.kernel.content.api import LOOK, STORE, CityPage

PAGE_RIGHTS = {"Editors": ("add", "change"), "Moderators": ("add", "change", "publish", "lock", "unlock")}
# Wagtail asks for the rights on its own models also where pictures and papers are ours.
COLLECTION_RIGHTS = tuple(
    f"{action}_{kind}" for action in ("add", "change", "choose") for kind in ("image", "document")
)
WORKFLOW = "Moderators approval"


def forget_kept_pages() -> None:
    """Start with no kept page and with a fresh look at the revision."""
    STORE.clear()
    LOOK.forget()


def lay_ground() -> CityPage:
    """The language, the root of pages and of collections, both groups with their rights, the workflow.

    Gives the root page. Does nothing where it is all there.
    """
    forget_kept_pages()
    root: CityPage | None = CityPage.objects.filter(depth=1).first()
    if root is not None and Group.objects.filter(name__in=PAGE_RIGHTS).count() == len(PAGE_RIGHTS):
        return root
    Locale.objects.get_or_create(language_code="zh-hans")
    root = root or CityPage.add_root(instance=CityPage(title="Root", title_en="Root", slug="root"))
    collection = Collection.get_first_root_node() or Collection.add_root(name="Root")
    for name, actions in PAGE_RIGHTS.items():
        _group(name, actions, root, collection)
    _workflow(root, Group.objects.get(name="Moderators"))
    return root


def _group(name: str, actions: tuple[str, ...], root: CityPage, collection: Collection) -> None:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for action in actions:
        right = Permission.objects.get(content_type__app_label="content", codename=f"{action}_citypage")
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
    for codename in COLLECTION_RIGHTS:
        right = Permission.objects.get(
            codename=codename, content_type__app_label__in=("wagtailimages", "wagtaildocs")
        )
        GroupCollectionPermission.objects.get_or_create(group=group, collection=collection, permission=right)


def _workflow(root: CityPage, moderators: Group) -> None:
    workflow, made = Workflow.objects.get_or_create(name=WORKFLOW)
    if not made:
        return
    task = GroupApprovalTask.objects.create(name=WORKFLOW)
    task.groups.add(moderators)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.create(workflow=workflow, page=root)
