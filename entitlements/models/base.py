"""What all tables of Setup share: saving one tells every process that the configuration has changed."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction


class ConfigurationRevision(models.Model):
    """One row: a number that grows with each change of Setup, so that compiled definitions know when to go."""

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_configuration_revision")]

    def __str__(self) -> str:
        return f"Revision {self.number}"

    @classmethod
    def current(cls) -> int:
        return cls.objects.filter(pk=1).values_list("number", flat=True).first() or 0

    @classmethod
    def advance(cls) -> None:
        if not cls.objects.filter(pk=1).update(number=models.F("number") + 1):
            cls.objects.get_or_create(pk=1)


class ConfigurationModel(models.Model):
    """A table of Setup."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            ConfigurationRevision.advance()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            ConfigurationRevision.advance()
            return super().delete(*args, **kwargs)
