"""The API is as its description says, whatever it is sent: no answer of 500, and none that isn't described (G28)."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_schema_conformance,
    status_code_conformance,
)

from cases.api import api, open311
from cases.models import ApiKey, Integration, Scope
from config.wsgi import application
from tests import factories

pytestmark = pytest.mark.django_db

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 25  # for each operation, with what is allowed and what is not


@pytest.fixture(autouse=True)
def one_connection():
    """A call through WSGI closes the connection it used, which here is the test's own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def operations() -> list:
    found = []
    for made, prefix in ((api, "/api/v1/"), (open311, "/api/open311/v2/")):
        schema = schemathesis.openapi.from_dict(made.get_openapi_schema(path_prefix=prefix))
        schema.app = application
        found += [operation.ok() for operation in schema.get_all_operations()]
    return found


@pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
@pytest.mark.parametrize("mode", [schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE])
def test_every_operation_answers_as_described(operation, mode, cast, units):
    system = Integration.begin(cast.administrator, name="Prøve", contact="-", unit=units.home_care)
    _key, secret = ApiKey.issue(cast.administrator, system, label="Alt", scopes=Scope.values)
    factories.make_case(cast.reporter)

    # Open311 has two ways to bring the key; with the right one in the header, a wrong one in the address does no harm.
    checks = CHECKS + ([ignored_auth] if operation.path.startswith("/api/v1/") else [])

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def call(case):
        case.call_and_validate(headers={"Authorization": f"Bearer {secret}"}, checks=checks)

    call()
