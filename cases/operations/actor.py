"""Who does something, as facts and events name them."""

from django.contrib.auth.models import User


def name_of(by: User | None) -> str:
    """The user's name; empty for the system itself."""
    return by.get_username() if by is not None else ""
