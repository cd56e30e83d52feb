"""Setup in place of Django's own admin site."""

from django.contrib.admin.apps import AdminConfig


class SetupConfig(AdminConfig):
    """`django.contrib.admin` with `SetupSite` as its site."""

    default_site = "servicedesk.setup_site.SetupSite"
