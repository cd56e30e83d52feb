"""What all tables of Setup share: saving one tells every process that the configuration has changed."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models, transaction
from django.db.models.expressions import RawSQL

OFFERED = "Inactive: no longer offered for anything new. What uses it goes on."


class ConfigurationRevision(models.Model):
    """One row: a token that changes with each change of Setup, so that compiled definitions know when to
    go.
    """

    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_configuration_revision")]

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def current(cls) -> uuid.UUID | None:
        """The token as it stands; None while nothing has ever been configured."""
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()

    @classmethod
    def token_of_now(cls) -> RawSQL:
        """`current` as a part of another query; as SQL, since every look at a case asks for it."""
        table, field = cls._meta.db_table, models.UUIDField()
        return RawSQL(f'(SELECT "token" FROM "{table}" WHERE "id" = 1)', (), output_field=field)

    @classmethod
    def advance(cls) -> None:
        """Say that the configuration has changed.

        Saves of Setup's tables do it themselves; bulk changes must.
        """
        cls.objects.update_or_create(pk=1, defaults={"token": uuid.uuid4()})


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
