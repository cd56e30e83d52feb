"""The Setup site: Django's admin under the product's name."""

from django.contrib import admin


class SetupSite(admin.AdminSite):
    """What `admin.site` is throughout the project."""

    site_header = "Setup"
    site_title = "Setup"
    index_title = "Setup"
