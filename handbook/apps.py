from django.apps import AppConfig, apps
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils.translation import gettext_lazy as _
from wagtail.signals import page_published, page_unpublished, post_page_move, pre_page_move

from search import sources as search


class HandbookConfig(AppConfig):
    name = "handbook"
    verbose_name = _("Handbook")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from organisation.generation import Generation, shared_by_all  # noqa: PLC0415  (a model; not before apps are loaded)

        from . import editions, findable, findable_files, gate, numbering, protection, supplements  # noqa: PLC0415  (they use models; not before apps are loaded)

        # Wagtail's admin publishes, moves and deletes through action classes that never call the
        # page's own methods; the signals are the one place that every route passes.
        pre_save.connect(gate.guard, dispatch_uid="handbook.guard_force")
        page_published.connect(editions.when_published, dispatch_uid="handbook.freeze")
        pre_page_move.connect(protection.when_moving, dispatch_uid="handbook.guard_move")
        pre_page_move.connect(supplements.when_moving, dispatch_uid="handbook.guard_supplements")
        post_page_move.connect(numbering.when_moved, dispatch_uid="handbook.renumber")
        page = apps.get_model("wagtailcore", "Page")
        for name in ("Edition", "Document", "Delegation", "Coverage", "Requirement", "Standard", "ReadingDuty"):
            shared_by_all(apps.get_model("handbook", name))
        shared_by_all(apps.get_model("cases", "Question"))
        for signal in (page_published, page_unpublished, post_page_move):
            signal.connect(Generation.change, dispatch_uid="handbook.generation")
        post_delete.connect(Generation.change, sender=page, dispatch_uid="handbook.generation")
        pre_delete.connect(protection.when_deleting, sender=page, dispatch_uid="handbook.guard_deletion")
        post_delete.connect(numbering.when_deleted, sender=page, dispatch_uid="handbook.close_gap")
        search.register(findable.Documents())
        search.register(findable.Checklists())
        search.register(findable_files.Attachments())
        page_unpublished.connect(findable.when_unpublished, dispatch_uid="handbook.not_found")
        edition = apps.get_model("handbook", "Edition")
        post_save.connect(findable_files.when_frozen, sender=edition, dispatch_uid="handbook.read_attachments")
