"""Secret addresses: a token is shown once and never again; what is kept of it is its checksum.

Looked up by the checksum, so the time a look-up takes tells nothing.
"""

import hashlib
import secrets

BYTES = 32


def new_token() -> str:
    return secrets.token_urlsafe(BYTES)


def checksum(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
