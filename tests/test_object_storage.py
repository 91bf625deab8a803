"""Files in object storage: the same to the people, nothing open in the bucket (issue 7, growth)."""

import io
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from environ import Env
from moto import mock_aws
from PIL import Image

from cases.models import Attachment
from cases.uploads import clean
from config.storage import object_storage
from tests import factories

BUCKET = "felles"


@pytest.fixture
def bucket(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A bucket, and storages that are set up for it as in production."""
    for name, value in {
        "OBJECT_STORAGE_BUCKET": BUCKET,
        "OBJECT_STORAGE_KEY": "key",
        "OBJECT_STORAGE_SECRET": "secret",
        "OBJECT_STORAGE_REGION": "eu-north-1",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = boto3.resource("s3", "eu-north-1", aws_access_key_id="key", aws_secret_access_key="secret").Bucket(
            BUCKET
        )
        made.create(CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
        settings.STORAGES = {**settings.STORAGES, **object_storage(Env())}
        yield made


def picture() -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(target, "PNG")
    return SimpleUploadedFile("hull.png", target.getvalue())


@pytest.fixture
def attachment(bucket: Any, cast: Any, monkeypatch: pytest.MonkeyPatch) -> Attachment:
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storages["private"])
    case = factories.make_case(cast.reporter, sealed=True)
    return case.attach(cast.reporter, [clean(picture())])[0]


def test_a_file_of_a_case_is_kept_in_the_private_folder(attachment: Attachment, bucket: Any) -> None:
    [key] = [item.key for item in bucket.objects.all()]
    assert key == f"private/{attachment.file.name}"
    assert "hull" not in key
    assert bucket.Object(key).Acl().grants[0]["Permission"] == "FULL_CONTROL"
    assert len(bucket.Object(key).Acl().grants) == 1, "the owner's only"


def test_those_who_may_get_it(attachment: Attachment, cast: Any, login: Any) -> None:
    answer = login(cast.reporter).get(attachment_address(attachment))
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(b"".join(answer.streaming_content))).size == (40, 30)


def test_those_who_may_not_do_not(attachment: Attachment, cast: Any, login: Any) -> None:
    assert login(cast.outsider).get(attachment_address(attachment)).status_code == 404
    assert Client().get(attachment_address(attachment)).status_code == 302


def attachment_address(attachment: Attachment) -> str:
    return f"/saker/{attachment.case.reference}/vedlegg/{attachment.pk}/"


def test_the_time_of_an_anonymous_file_is_no_fault(attachment: Attachment) -> None:
    attachment.forget_time(attachment.uploaded_at)


def test_a_picture_of_the_handbook_has_the_address_it_has_on_a_disk(bucket: Any, cast: Any, login: Any) -> None:
    name = default_storage.save("images/trapp og dør.png", picture())
    address = default_storage.url(name)
    assert address.startswith("/media/images/")
    assert login(cast.reporter).get(address).status_code == 200
    assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["finnes-ikke.png", "../private/cases/hemmelig.png"])
def test_what_is_not_a_picture_of_the_handbook_is_not_found(bucket: Any, cast: Any, login: Any, name: str) -> None:
    bucket.put_object(Key="private/cases/hemmelig.png", Body=b"png")
    assert login(cast.reporter).get(f"/media/images/{name}").status_code in (400, 404)


def test_two_files_with_one_name_are_two_files(bucket: Any) -> None:
    assert default_storage.save("documents/plan.pdf", picture()) != default_storage.save(
        "documents/plan.pdf", picture()
    )


def test_without_a_bucket_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OBJECT_STORAGE_BUCKET", raising=False)
    with pytest.raises(Exception, match="OBJECT_STORAGE_BUCKET"):
        object_storage(Env())
