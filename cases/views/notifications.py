"""What the desk has told its user."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.operations import mark_notifications_read
from cases.queries.foot import read_foot
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
def read_one(request: HttpRequest, notification_id: int) -> HttpResponse:
    notification = get_object_or_404(all_notifications_of(request.user), pk=notification_id)  # type: ignore[arg-type]
    mark_notifications_read(request.user, timezone.now(), notification.pk)  # type: ignore[arg-type]
    return redirect("cases:notifications")


@agents_only
@require_safe
@never_cache
def badge(request: HttpRequest) -> HttpResponse:
    """How much is unread, with the latest of it. 204 while that is as the browser shows it."""
    foot = read_foot(request.user, timezone.now())  # type: ignore[arg-type]
    if request.GET.get("seen") == f"{foot.unread}.{foot.latest_unread}":
        return HttpResponse(status=204)
    news = all_notifications_of(request.user).filter(pk=foot.latest_unread).first()  # type: ignore[arg-type]
    return render(request, "cases/_badge.html", {"foot": foot, "news": news})


@agents_only
@require_POST
def open_notification(request: HttpRequest, notification_id: int) -> HttpResponse:
    """Mark one as read and go to its case."""
    mine = all_notifications_of(request.user)  # type: ignore[arg-type]
    notification = get_object_or_404(mine, pk=notification_id)
    mark_notifications_read(request.user, timezone.now(), notification.pk)  # type: ignore[arg-type]
    return redirect("cases:case", notification.case.number)
