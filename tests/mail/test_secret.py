"""Secrets of Setup are encrypted at rest."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.models import Mailbox, SecretLost


def test_a_password_is_not_in_the_row() -> None:
    mailbox = Mailbox(name="Support")
    mailbox.password = "sesame ünicode"
    assert "sesame" not in mailbox.sealed_password
    assert mailbox.password == "sesame ünicode"


def test_the_same_password_is_sealed_differently_each_time() -> None:
    one, two = Mailbox(), Mailbox()
    one.password = two.password = "sesame"
    assert one.sealed_password != two.sealed_password


def test_an_earlier_key_still_opens_it(settings: Any) -> None:
    mailbox = Mailbox()
    mailbox.password = "sesame"
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key altogether"
    assert mailbox.password == "sesame"


def test_without_the_key_it_is_lost_and_says_so(settings: Any) -> None:
    mailbox = Mailbox()
    mailbox.password = "sesame"
    settings.SECRET_KEY = "another key altogether"
    with pytest.raises(SecretLost, match="give it again"):
        _ = mailbox.password


def test_no_password_is_no_secret() -> None:
    mailbox = Mailbox()
    mailbox.password = ""
    assert (mailbox.sealed_password, mailbox.password) == ("", "")
