"""Mail that comes in: read from mailboxes over IMAP, understood, and made into cases and messages.

`read` fetches letters, `parse` understands one without touching the database, `receive` decides what becomes
of it and does that in one transaction.
"""
