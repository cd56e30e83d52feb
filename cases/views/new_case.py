"""A new case."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from cases.engine.load import organisation
from cases.forms import NewCaseForm
from cases.operations import Refused, create_case
from cases.queries.names import proposal_for
from cases.roles import agents_only


@agents_only
@require_http_methods(["GET", "HEAD", "POST"])
def new_case(request: HttpRequest) -> HttpResponse:
    """Its entitlement is chosen by account and contact."""
    now = timezone.now()
    form = NewCaseForm(request.POST or None, organisation=organisation())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                case = create_case(by=request.user, now=now, **form.cleaned_data)  # type: ignore[arg-type]
            except Refused as refusal:
                form.add_error(None, str(refusal))
                status = 409
            else:
                return redirect("cases:case", case.number)
    context = {
        "place": "new",
        "now": now,
        "form": form,
        "names": proposal_for(form["account"].value() or "", form["contact"].value() or "", now),
    }
    return render(request, "cases/new.html", context, status=status)


@agents_only
@require_safe
def names(request: HttpRequest) -> HttpResponse:
    """What fits what has been typed of account and contact, and which entitlement that would mean."""
    now = timezone.now()
    proposal = proposal_for(request.GET.get("account", ""), request.GET.get("contact", ""), now)
    return render(request, "cases/_names.html", {"now": now, "names": proposal})
