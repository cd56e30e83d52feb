"""How cases belong together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models.case import Case


class LinkKind(models.TextChoices):
    """`case` is … `other`."""

    RELATED = "related", "related to"
    DUPLICATE = "duplicate", "duplicate of"
    BLOCKS = "blocks", "blocks"


REVERSED = {
    LinkKind.RELATED: "related to",
    LinkKind.DUPLICATE: "duplicated by",
    LinkKind.BLOCKS: "blocked by",
}
"""The same, told from the other case."""


class CaseLink(models.Model):
    """One line between two cases, read from `case` to `other`."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links", db_index=False)
    other = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links_to")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["case", "other", "kind"], name="one_link_of_a_kind"),
            models.CheckConstraint(condition=~Q(case=F("other")), name="no_link_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.other_id}"
