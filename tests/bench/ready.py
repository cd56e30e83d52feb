"""Importing this makes Django and an empty database ready for a bench."""

import os

import django
from django.core.management import call_command

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
django.setup()
call_command("migrate", verbosity=0)
