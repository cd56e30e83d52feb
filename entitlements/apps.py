"""The app `entitlements`."""

from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    name = "entitlements"
    label = "entitlements"
    verbose_name = "Entitlements"
