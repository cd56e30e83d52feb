"""Secrets that Setup keeps: encrypted at rest, never shown and never exported.

The key comes from SECRET_KEY: whoever has only a copy of the database learns nothing. Keys of
SECRET_KEY_FALLBACKS still open what they sealed. When all are lost, the secret has to be given again.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes


class SecretLost(Exception):
    """It was sealed with another SECRET_KEY."""


def seal(secret: str) -> str:
    """As it may stand in the database; empty for nothing."""
    return _safe().encrypt(secret.encode()).decode("ascii") if secret else ""


def unseal(sealed: str) -> str:
    """What was sealed. Raises SecretLost."""
    if not sealed:
        return ""
    try:
        return _safe().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, ValueError):
        raise SecretLost("It was encrypted with another SECRET_KEY: give it again.") from None


def _safe() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str | bytes) -> bytes:
    derivation = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"servicedesk secrets of Setup")
    return base64.urlsafe_b64encode(derivation.derive(force_bytes(key)))
