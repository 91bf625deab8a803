"""Django's SMTP backend, which also tells when a letter leaves our hands.

Until the text itself is sent (SMTP's DATA), a letter that fails may be tried again without anybody getting it twice.
"""

import smtplib
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.mail.backends.smtp import EmailBackend as DjangoEmailBackend


class EmailBackend(DjangoEmailBackend):
    """`before_text` is called each time just before the text of a letter is sent."""

    before_text: Callable[[], None] = staticmethod(lambda: None)

    @cached_property
    def connection_class(self) -> type[smtplib.SMTP]:  # type: ignore[override]
        backend, plain = self, super().connection_class

        class Connection(plain):  # type: ignore[misc, valid-type]
            def data(self, msg: Any) -> Any:
                backend.before_text()
                return super().data(msg)

        return Connection
