"""The app `cases`."""

from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CasesConfig(AppConfig):
    name = "cases"
    label = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        """Migrations take the view of the flat export down and put it up again. It needs the models."""
        view = import_module("cases.reports.flat_export.database_view")
        pre_migrate.connect(view.make_way, sender=self)
        post_migrate.connect(view.put_up, sender=self)
