"""The WSGI application: `gunicorn servicedesk.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

from servicedesk.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

application = get_wsgi_application()
settle()
