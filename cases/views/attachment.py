"""Files of messages. Only ever a download, and only for people of the desk."""

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.models import Attachment, seen_by
from cases.roles import agents_only


@agents_only
@require_safe
def attachment(request: HttpRequest, attachment_id: int) -> FileResponse:
    seen = seen_by(request.user, "message__case__")  # type: ignore[arg-type]
    kept = get_object_or_404(Attachment.objects.filter(seen), pk=attachment_id)
    try:
        content = kept.file.open("rb")
    except OSError:
        raise Http404("The file is no longer there.") from None
    answer = FileResponse(
        content, as_attachment=True, filename=kept.name, content_type="application/octet-stream"
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
