"""What is said on a case: written, kept while it is being written, looked at before, read again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases import operations
from cases.engine.load import organisation
from cases.forms import DraftForm, MessageForm
from cases.mail.copies import UNCHANGED, CcChanges
from cases.models import Case, Draft, MessageKind
from cases.operations import Refused
from cases.queries.canned import filled_reply
from cases.queries.conversation import thread_of
from cases.queries.words import instant
from cases.queries.writing import who_writes
from cases.roles import agents_only
from cases.views.acting import Act, act, by, refused
from cases.views.case import Bound, found_case, render_page
from entitlements.models import CannedReply


@agents_only
@require_POST
def write_message(request: HttpRequest, number: str) -> HttpResponse:
    case = found_case(request, number)
    form = MessageForm(request.POST, request.FILES, organisation=organisation(), case=case)
    if not form.is_valid():
        return refused(request, case, 422, "composer", form)
    given = form.cleaned_data
    said = {"body": given["body"], "form_key": given["form_key"], "files": given["attachments"]}
    author, status, copies = by(request), given["status"], form.copies or UNCHANGED
    writing: dict[str, Act] = {
        MessageKind.REPLY: lambda now: operations.reply_to_case(
            case.pk, by=author, now=now, status=status, seen=given["seen"], copies=copies, **said
        ),
        MessageKind.NOTE: lambda now: operations.add_note(case.pk, by=author, now=now, status=status, **said),
        MessageKind.CUSTOMER: lambda now: operations.receive_customer_message(
            case.pk, by=author, contact=case.contact, now=now, **said
        ),
    }
    return act(request, case, writing[given["kind"]], "composer", form)


@agents_only
@require_POST
def keep_draft(request: HttpRequest, number: str) -> HttpResponse:
    """As it is now; with `canned` that reply at its end. Scripts get JSON, a form goes back to the page."""
    case, now = found_case(request, number), timezone.now()
    form = DraftForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
        draft = operations.keep_draft(case.pk, by=by(request), now=now, **_with_canned(request, case, form))
    except Refused as refusal:
        return _not_kept(request, case, str(refusal))
    if _wants_json(request):
        saved = f"Draft saved {instant(draft.saved_at, now)}" if draft else ""
        return JsonResponse({"saved": saved, "others": who_writes(number, by(request), now)})
    if not request.POST.get("canned"):
        messages.success(request, "The draft is kept." if draft else "The draft is thrown away.")
    return redirect("cases:case", number)


def _with_canned(request: HttpRequest, case: Case, form: DraftForm) -> dict[str, Any]:
    given = {name: form.cleaned_data[name] for name in ("kind", "body", "form_key")}
    given["copies"] = form.copies
    if "discard" in request.POST:
        return {**given, "body": ""}
    if canned := request.POST.get("canned", ""):
        words = _canned(request, case, canned)
        given["body"] = f"{given['body'].rstrip()}\n\n{words}".lstrip()
    return given


def _not_kept(request: HttpRequest, case: Case, why: str) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"why": why}, status=422)
    form = MessageForm(request.POST, organisation=organisation(), case=case)
    return refused(request, case, 422, "composer", form, why)


@agents_only
@require_safe
def canned_reply(request: HttpRequest, number: str, reply_id: int) -> HttpResponse:
    """The words of a canned reply, filled in for the case."""
    words = _canned(request, found_case(request, number), str(reply_id))
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _canned(request: HttpRequest, case: Case, key: str) -> str:
    try:
        return filled_reply(case, int(key), by(request))
    except (ValueError, OverflowError, CannedReply.DoesNotExist):
        raise Http404("There is no such canned reply.") from None


@agents_only
@require_POST
def preview(request: HttpRequest, number: str) -> HttpResponse:
    """What is being written, as it will be shown. Nothing is kept."""
    case, now = found_case(request, number), timezone.now()
    form = MessageForm(request.POST, organisation=organisation(), case=case)
    form.is_valid()
    body = form.cleaned_data.get("body", "")
    if request.headers.get("HX-Request"):
        return render(request, "cases/_preview.html", {"preview": body, "oob": True})
    draft = _as_draft(request, case, body, form.copies or UNCHANGED)
    unchecked = MessageForm(organisation=organisation(), case=case, draft=draft, cc=form.shown)
    return render_page(request, case, now, bound=Bound("composer", unchecked, preview=body))


def _as_draft(request: HttpRequest, case: Case, body: str, copies: CcChanges) -> Draft:
    kind = request.POST.get("kind", "")
    return Draft(
        case=case,
        kind=kind if kind in MessageKind.values else MessageKind.REPLY,
        body=body,
        cc_added=copies.added,
        cc_removed=copies.removed,
    )


@agents_only
@require_safe
@never_cache
def earlier(request: HttpRequest, number: str) -> HttpResponse:
    """The page of the conversation that goes before what is shown."""
    case, now = found_case(request, number), timezone.now()
    thread = thread_of(case, request.GET.get("before", ""))
    return render(request, "cases/_messages.html", {"case": case, "now": now, "thread": thread})


def _wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
