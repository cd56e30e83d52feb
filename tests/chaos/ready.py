"""Django, set up: import this before anything that has models."""

import django

django.setup()
