"""The pages' addresses."""

from django.urls import path

from cases.views import at_risk, attachment, case, case_list, new_case, notifications, verbs, why

app_name = "cases"

urlpatterns = [
    path("", case_list.case_list, name="list"),
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
    path("at-risk/", at_risk.at_risk, name="at-risk"),
    path("notifications/", notifications.notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="read-all"),
    path("notifications/<int:notification_id>/", notifications.open_notification, name="open-notification"),
]
