"""What is approved, in one number: a fingerprint over all that a reader would see of a page."""

import hashlib
import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from handbook.models.kept_file import sha256_of

if TYPE_CHECKING:
    from handbook.models import ControlledPage

FIELDS = ("title", "kind", "summary", "users", "benefit", "review_months", "owner_unit", "applies_to")
SAID = (*FIELDS, "principles", "body")  # the fields of a page that a reader sees


def fingerprint(page: "ControlledPage") -> str:
    """SHA-256 over what a reader would see: fields, body, and the bytes of the files and pictures in it.
    Not over Wagtail's block ids, which change without anything being written."""
    names = [page._meta.get_field(name).attname for name in FIELDS]
    said: dict[str, Any] = {name: getattr(page, name) for name in names}
    said["principles"] = sorted(page.principles or [])
    said["body"] = body_of(page)
    said["files"] = _hashes(page)
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(canonical.encode()).hexdigest()


def body_of(page: "ControlledPage") -> list[dict[str, Any]]:
    """The body as plain data in one form, however it was written: without Wagtail's block ids, which are made
    anew when a body is built in code."""
    return [
        {"type": child.block_type, "value": _without_ids(child.block.get_prep_value(child.value))}
        for child in page.body
    ]


def stored_body(blocks: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A body as it is stored, in the form of `body_of`. What it refers to may be gone since."""
    return [{"type": block["type"], "value": _without_ids(block["value"])} for block in blocks]


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        is_block = value.keys() >= {"type", "value"}
        return {key: _without_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    return value


def _hashes(page: "ControlledPage") -> list[str]:
    """The checksums of every file and picture the body refers to: of the bytes that are there now, not of what
    Wagtail noted when they were uploaded."""
    files: dict[type[models.Model], set[str]] = {get_document_model(): set(), get_image_model(): set()}
    for model, pk, _model_path, _content_path in page.body.stream_block.extract_references(page.body):
        if model in files:
            files[model].add(str(pk))
    return sorted(
        f"{model.__name__}:{item.pk}:{sha256_of(item.file)}"  # type: ignore[attr-defined]
        for model, keys in files.items()
        if keys
        for item in model._default_manager.filter(pk__in=keys)
    )
