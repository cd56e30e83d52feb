"""Wiring: settings, addresses, Celery, the Setup site and the embedded mode.

The Celery application is imported here so that a task declared with `shared_task` finds it
however the process was started.
"""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
