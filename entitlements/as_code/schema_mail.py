"""The shape of a mailbox in a configuration file. Its password is given in Setup alone."""

from __future__ import annotations

from entitlements.as_code.shapes import Key, Keys
from entitlements.as_code.value_shapes import Choice, Flag, Reference, Text, Whole

MAILBOX = Keys(
    "mailbox",
    {
        "name": Key(Text(80, what="a name"), "The name.", True),
        "address": Key(
            Text(254, pattern=r"[^@\s]+@[^@\s]+", what="an address such as support@example.com"),
            "Customers write to it, and get answers from it.",
            True,
        ),
        "sender_name": Key(Text(100), "Whom customers see as the sender. Default: the name."),
        "read": Key(Flag(), "Default: true."),
        "host": Key(Text(200), "The IMAP server.", True),
        "port": Key(Whole(1, 65_535), "Default: 993."),
        "security": Key(Choice(("tls", "starttls", "none")), "Default: tls."),
        "user": Key(Text(200), "Default: the address. The password is given in Setup."),
        "folder": Key(Text(200), "Default: INBOX."),
        "done_folder": Key(Text(200), "Where what was read is moved. Default: it stays, marked as read."),
        "queue": Key(Reference("queues", "a queue"), "Of the cases that it opens."),
        "priority": Key(Reference("priorities", "a priority"), "Of the cases that it opens."),
        "account": Key(Reference("accounts", "an account"), "Of strangers."),
        "when_closed": Key(Choice(("reopen", "follow_up")), "A message to a closed case. Default: reopen."),
        "reopen_days": Key(Whole(0, 32_767), "Closed for longer: a new case follows. Default: never."),
        "machines_open_cases": Key(Flag(), "Default: false."),
    },
)
