"""Email templates: {{field}} substitution only."""

from django.db import models

from entitlements.models.base import OFFERED, ConfigurationModel


class EmailTemplate(ConfigurationModel):
    """The words of an email alert. Its name is what actions refer to."""

    name = models.SlugField(max_length=80, primary_key=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    html = models.TextField(
        "as HTML", blank=True, help_text="The same words for mail programs that show HTML. Empty: none."
    )
    is_active = models.BooleanField("active", default=True, help_text=OFFERED)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
