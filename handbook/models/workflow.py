"""Wagtail's own workflow, with our two tasks: hearing, then approval (G6).

Neither offers a button in Wagtail's admin: both are done on the page's own screens, where the text, the
differences and the comments are. What the tasks say here is who may edit meanwhile.
"""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.locks import WorkflowLock
from wagtail.models import Page, Task, Workflow, WorkflowPage, WorkflowTask

NAME = "Dokumentstyring"


class WaitsForApproval(WorkflowLock):
    """Says in the editor why the draft can't be changed, and how it can."""

    def get_message(self, user: Any) -> str:
        return gettext("The draft waits for the process owner. To change it, take it back in “Hearing and approval”.")


class HearingTask(Task):
    """The draft is read by those it concerns. It may be edited meanwhile."""

    class Meta:
        verbose_name = _("hearing")
        verbose_name_plural = _("hearings")

    @classmethod
    def get_description(cls) -> str:
        return _("Those the page concerns read and comment")


class ApprovalTask(Task):
    """The draft waits for the process owner. Nobody edits: what is read is what comes into force."""

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")

    lock_class = WaitsForApproval

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return True

    @classmethod
    def get_description(cls) -> str:
        return _("The process owner approves or sends back")


def ensure_workflow(index: Page) -> Workflow:
    """The flow of every page under the handbook. Made once, changed never."""
    workflow, _is_new = Workflow.objects.get_or_create(name=NAME)
    for order, (task_type, name) in enumerate(((HearingTask, "Høring"), (ApprovalTask, "Godkjenning"))):
        task = task_type.objects.first() or task_type.objects.create(name=name)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": order})
    WorkflowPage.objects.get_or_create(page=index, defaults={"workflow": workflow})
    return workflow
