"""Files in object storage (S3), so that any node can answer for any file."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.encoding import filepath_to_uri
from environ import Env
from storages.backends.s3 import S3Storage

FOLDERS = {"default": "media", "private": "private"}


class Bucket(S3Storage):
    """A folder of the bucket. All in it is private: files leave by our own views, which ask who wants them, so a file
    has the same address here as on a disk, and what is frozen in an edition keeps its pictures."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name) or "")


def object_storage(env: Env) -> dict[str, Any]:
    """The storages for Django's `STORAGES`, from OBJECT_STORAGE_BUCKET and, where the storage is not Amazon's own,
    OBJECT_STORAGE_ENDPOINT. Keys come from OBJECT_STORAGE_KEY and OBJECT_STORAGE_SECRET, or, left out, from the
    machine's role."""
    options = {
        "bucket_name": env("OBJECT_STORAGE_BUCKET"),
        "endpoint_url": env("OBJECT_STORAGE_ENDPOINT", default=None),
        "region_name": env("OBJECT_STORAGE_REGION", default=None),
        "access_key": env("OBJECT_STORAGE_KEY", default=None),
        "secret_key": env("OBJECT_STORAGE_SECRET", default=None),
        "default_acl": "private",
        "file_overwrite": False,
    }
    return {
        name: {"BACKEND": "config.storage.Bucket", "OPTIONS": {**options, "location": folder}}
        for name, folder in FOLDERS.items()
    }
