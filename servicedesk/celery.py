"""The Celery application. Tasks only knock: what is due stands in the database."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_process_init, worker_ready

from servicedesk.memory import settle

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

app = Celery("servicedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
@worker_ready.connect
def has_started(**_signal: Any) -> None:
    """A worker's process, or that of its threads, is about to take tasks."""
    settle()
