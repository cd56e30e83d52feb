"""The pages' addresses."""

from django.urls import path

from cases.views import (
    at_risk,
    attachment,
    bulk,
    case,
    case_list,
    export,
    my_work,
    new_case,
    notifications,
    saved_views,
    take,
    verbs,
    why,
)

app_name = "cases"

urlpatterns = [
    path("", my_work.my_work, name="home"),
    path("cases/", case_list.case_list, name="list"),
    path("cases/changes/", case_list.changes, name="changes"),
    path("cases/accounts/", case_list.accounts, name="accounts"),
    path("cases/views/", saved_views.save, name="views"),
    path("cases/views/<int:view_id>/", saved_views.change, name="view"),
    path("cases/columns/", saved_views.columns, name="columns"),
    path("cases/bulk/", bulk.bulk, name="bulk"),
    path("cases/export.csv", export.export, name="export"),
    path("cases/take/", take.take, name="take-next"),
    path("cases/next/", take.next_one, name="next"),
    path("cases/<slug:number>/take/", take.take_this, name="take"),
    path("cases/new/", new_case.new_case, name="new"),
    path("cases/new/names/", new_case.names, name="names"),
    path("cases/<slug:number>/", case.case_page, name="case"),
    path("cases/<slug:number>/tracker/", case.tracker, name="tracker"),
    path("cases/<slug:number>/why/<int:milestone_id>/", why.why, name="why"),
    path("cases/<slug:number>/parts/", case.parts, name="parts"),
    path("cases/<slug:number>/messages/", verbs.write_message, name="write-message"),
    path("cases/<slug:number>/change/", verbs.change, name="change"),
    path("cases/<slug:number>/close/", verbs.close, name="close"),
    path("cases/<slug:number>/reopen/", verbs.reopen, name="reopen"),
    path("cases/<slug:number>/stop/", verbs.stop, name="stop"),
    path("cases/<slug:number>/resume/", verbs.resume, name="resume"),
    path("cases/<slug:number>/complete/", verbs.complete, name="complete"),
    path("cases/<slug:number>/tasks/<int:task_id>/", verbs.finish_task, name="finish-task"),
    path("attachments/<int:attachment_id>/", attachment.attachment, name="attachment"),
    path("tasks/<int:task_id>/done/", my_work.finish, name="finish-my-task"),
    path("at-risk/", at_risk.at_risk, name="at-risk"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/badge/", notifications.badge, name="badge"),
    path("notifications/<int:notification_id>/read/", notifications.read_one, name="read-notification"),
    path("notifications/read/", notifications.read_all, name="read-all"),
    path("notifications/<int:notification_id>/", notifications.open_notification, name="open-notification"),
]
