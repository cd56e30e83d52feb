"""Mails as they come: bytes, with good defaults."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

ADA = "Ada Byron <ada@acme.example>"
SUPPORT = "support@desk.example"


def letter(
    body: str = "Water in the cellar.",
    *,
    html: str = "",
    files: dict[str, bytes] | None = None,
    **headers: Any,
) -> bytes:
    """A person's mail. Headers by name, `_` for `-`; an empty one is left out."""
    message = EmailMessage(policy=SMTP)
    given = {"From": ADA, "To": SUPPORT, "Subject": "Water", "Message_ID": "<1@acme.example>", **headers}
    for name, value in given.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def raw(head: str, body: bytes | str = b"") -> bytes:
    """Head and body as they stand, for mails that no program of ours would write."""
    data = body if isinstance(body, bytes) else body.encode()
    return head.strip().replace("\n", "\r\n").encode("utf-8", "surrogateescape") + b"\r\n\r\n" + data


def bounce(
    of: str, *, recipient: str = "ada@acme.example", action: str = "failed", status: str = "5.1.1"
) -> bytes:
    """A delivery status notification (RFC 3464) about the mail of this id."""
    return raw(
        f"""Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.acme.example>
To: {SUPPORT}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{status}-{action}@mx.acme.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"
""",
        f"""--b\r
Content-Type: text/plain\r
\r
I'm sorry to have to inform you.\r
--b\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.acme.example\r
\r
Final-Recipient: rfc822; {recipient}\r
Action: {action}\r
Status: {status}\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
\r
--b\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {of}\r
Subject: Water\r
\r
--b--\r
""",
    )
