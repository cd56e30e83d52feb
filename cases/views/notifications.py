"""What the desk has told its user."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from cases.operations import mark_notifications_read
from cases.queries.notifications import all_notifications_of, notifications_of
from cases.roles import agents_only


@agents_only
@require_safe
def notifications(request: HttpRequest) -> HttpResponse:
    found = notifications_of(request.user)  # type: ignore[arg-type]
    context = {"place": "notifications", "now": timezone.now(), "notifications": found}
    return render(request, "cases/notifications.html", context)


@agents_only
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    mark_notifications_read(request.user, timezone.now())  # type: ignore[arg-type]
    return redirect("cases:notifications")


@agents_only
@require_POST
def open_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one as read and go to its case."""
    mine = all_notifications_of(request.user)  # type: ignore[arg-type]
    notification = get_object_or_404(mine, pk=notification_id)
    mark_notifications_read(request.user, timezone.now(), notification.pk)  # type: ignore[arg-type]
    return redirect("cases:case", notification.case.number)
