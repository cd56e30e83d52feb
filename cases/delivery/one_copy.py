"""A mail of which each recipient gets a copy by itself: a bad address costs the others nothing."""

from __future__ import annotations

from smtplib import SMTPAuthenticationError, SMTPRecipientsRefused, SMTPResponseException

from django.core.mail import EmailMultiAlternatives

from cases.delivery.outcome import CannotArrive, Receipt


class OneCopy(EmailMultiAlternatives):
    """Its headers name everybody; it goes to one, where `goes_to` says so."""

    goes_to = ""

    def recipients(self) -> list[str]:
        return [self.goes_to] if self.goes_to else super().recipients()


def hand_over(message: OneCopy) -> Receipt:
    """Give it to the mail server. Raises CannotArrive where that says no for good, OSError, SMTPException."""
    try:
        message.send()
    except SMTPRecipientsRefused as fault:
        code, said = next(iter(fault.recipients.values()), (0, b""))
        raise _refusal(code, said, fault) from fault
    except SMTPResponseException as fault:
        raise _refusal(fault.smtp_code, fault.smtp_error, fault) from fault
    return Receipt({"to": message.recipients(), "subject": message.subject})


def _refusal(code: int, said: bytes | str, fault: Exception) -> Exception:
    """A code of 500 or more is final (RFC 5321, 4.2.1); but wrong credentials can be mended."""
    if code < 500 or isinstance(fault, SMTPAuthenticationError):
        return fault
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return CannotArrive(f"The mail server refused it: {code} {words}")


def one_line(text: str) -> str:
    """What may stand in a header: no line break can smuggle another one in."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())
