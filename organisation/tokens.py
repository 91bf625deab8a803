"""Secret addresses: a token is shown once and never again; what is kept of it is its checksum.

Looked up by the checksum, so the time a look-up takes tells nothing.
"""

import base64
import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(BYTES)


def new_mail_token() -> str:
    """A secret for an e-mail address: 160 bits in small letters and digits, for some programs fold the case."""
    return base64.b32encode(secrets.token_bytes(20)).decode().lower()


def checksum(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
