"""Wagtail's groups and permissions, in line with the table in `organisation/roles.py`."""

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from organisation.models import User
from organisation.roles import RIGHTS, Right, Role, enters_admin

PAGE_PERMISSIONS = {
    # Wagtail asks for its own "publish" to move and sort what is in force; what comes into force is asked of
    # the approvals, whoever publishes.
    Right.WRITE_HANDBOOK: ["add_page", "change_page", "publish_page", "bulk_delete_page"],
}
MODEL_PERMISSIONS = {
    Right.WRITE_HANDBOOK: [
        ("wagtailimages", "add_image"),
        ("wagtailimages", "change_image"),
        ("wagtailimages", "choose_image"),
        ("wagtaildocs", "add_document"),
        ("wagtaildocs", "change_document"),
        ("wagtaildocs", "choose_document"),
    ],
    Right.MANAGE_ORGANISATION: [
        ("organisation", "add_user"),
        ("organisation", "change_user"),
    ],
}


@transaction.atomic
def sync_roles() -> int:
    """Give each role's group what the table says, and put everybody in the groups of the roles held today; returns
    the number of roles. Run at every deploy and each night: roles and absences begin and end."""
    root = Page.get_first_root_node()
    for role in Role:
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.set(_model_permissions(role))
        GroupPagePermission.objects.filter(group=group).delete()
        for right in RIGHTS[role]:
            for codename in PAGE_PERMISSIONS.get(right, []):
                permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
                GroupPagePermission.objects.get_or_create(group=group, page=root, permission=permission)
        _give_files(group)
    Group.objects.exclude(name__in=Role.values).delete()
    for user in User.objects.filter(is_active=True):
        user.sync_groups()
    return len(Role.values)


def _give_files(group: Group) -> None:
    """Wagtail asks for rights to pictures and files at a collection, not at the model: all have the root."""
    GroupCollectionPermission.objects.filter(group=group).delete()
    collection = Collection.get_first_root_node()
    for permission in group.permissions.filter(content_type__app_label__in=["wagtailimages", "wagtaildocs"]):
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)


def _model_permissions(role: Role) -> list[Permission]:
    wanted = [pair for right in RIGHTS[role] for pair in MODEL_PERMISSIONS.get(right, [])]
    if enters_admin(role):
        wanted.append(("wagtailadmin", "access_admin"))
    permissions: list[Permission] = []
    for app_label, codename in wanted:
        permissions += Permission.objects.filter(content_type__app_label=app_label, codename=codename)
    return permissions
