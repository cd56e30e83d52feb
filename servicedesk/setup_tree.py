"""The tree of Setup: its pages in the order of the work, and how Quick Find finds them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """One entry. `model` names the table whose list it opens; `below` those that are reached from it.

    `words` are others by which people look for it. A page that is about no table has a `view` instead.
    """

    name: str
    model: str = ""
    words: str = ""
    below: tuple[str, ...] = ()
    view: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether the home says how many there are: of what was configured, not of what happened."""
        return self.model.startswith(("entitlements.", "auth.")) and self.model not in _NOT_COUNTED

    @property
    def models(self) -> tuple[str, ...]:
        return (self.model, *self.below) if self.model else ()

    def fits(self, wanted: str) -> bool:
        """Whether each word that was typed begins a word of the name, or one of its other words."""
        known = f"{self.name} {self.words}".lower().split()
        return all(any(word.startswith(part) for word in known) for part in wanted.lower().split())


_NOT_COUNTED = ("entitlements.entitlementsettings", "entitlements.setupchange")
_OF_PROCESS = ("entitlements.processversion", "entitlements.processmilestone", "entitlements.trigger")

TREE: tuple[tuple[str, tuple[Page, ...]], ...] = (
    (
        "Service",
        (
            Page("Milestones", "entitlements.milestone", "new targets"),
            Page(
                "Entitlement Processes",
                "entitlements.entitlementprocess",
                "sla versions publish triggers",
                _OF_PROCESS,
            ),
            Page("Business Hours", "entitlements.businesshours", "calendar opening time zone"),
            Page("Holidays", "entitlements.holiday", "calendar closed"),
            Page("Entitlements", "entitlements.entitlement", "contract promise"),
            Page("Entitlement Templates", "entitlements.entitlementtemplate", "term contract make"),
            Page("Auto-apply Rules", "entitlements.autoapplyrule", "automatic entitlement new case"),
            Page(
                "Escalation Rules",
                "entitlements.escalationrule",
                "age old reassign",
                ("entitlements.ruleentry",),
            ),
            Page("Escalation Ladders", "entitlements.escalationladder", "levels acknowledge on call page"),
            Page("On-Duty Rotas", "entitlements.rota", "shifts on call duty substitution"),
            Page("Entitlement Settings", "entitlements.entitlementsettings", "allow pausing at risk feed"),
            Page("Queues", "entitlements.queue", "groups teams"),
            Page("Statuses", "entitlements.casestatus", "case stop clock"),
            Page("Stages", "entitlements.casestage", "case"),
            Page("Priorities", "entitlements.casepriority", "case urgent"),
            Page("Custom Fields", "entitlements.customfield", "case"),
        ),
    ),
    (
        "Customers",
        (
            Page("Accounts", "entitlements.account", "customers companies"),
            Page("Contacts", "entitlements.contact", "customers people"),
            Page("Products", "entitlements.product"),
        ),
    ),
    (
        "People",
        (
            Page("Users", "auth.user", "agents log-in passwords"),
            Page("Roles", "auth.group", "groups permissions"),
        ),
    ),
    (
        "Communication",
        (
            Page("Mailboxes", "entitlements.mailbox", "email to case imap addresses incoming"),
            Page("Received Mail", "cases.receivedmail", "incoming set aside retry bounces email to case"),
            Page("Email Templates", "entitlements.emailtemplate", "mails alerts"),
            Page("Webhook Endpoints", "entitlements.webhookendpoint", "outbound messages hooks http secret"),
            Page("Canned Replies", "entitlements.cannedreply", "macros texts answers"),
            Page("Deliveries", "cases.delivery", "outbox dead retry"),
        ),
    ),
    (
        "System",
        (
            Page(
                "Configuration File",
                words="export import yaml code plan apply",
                view="configuration",
            ),
            Page("Audit", "entitlements.setupchange", "who changed what history before after"),
            Page("Lint", words="check warnings errors findings", view="lint"),
            Page("Engine", "cases.enginelook", "health lag tick"),
            Page("Rollouts", "cases.rollout", "apply publish version open cases progress history"),
            Page("Events", "cases.caseevent", "history audit"),
            Page("Fired Triggers", "cases.firedtrigger", "warnings violations"),
            Page("Stops", "cases.stop", "paused clock"),
        ),
    ),
)


def pages() -> Iterator[Page]:
    for _, group in TREE:
        yield from group


def find(wanted: str) -> list[Page]:
    """The pages that fit, those first whose name begins with what was typed."""
    found = [page for page in pages() if page.fits(wanted)] if wanted.strip() else []
    return sorted(found, key=lambda page: not page.name.lower().startswith(wanted.strip().lower()))
