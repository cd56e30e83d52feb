"""One case as its tracker asks for it, again and again."""

from __future__ import annotations

from itertools import islice

from django.contrib.auth.models import User

from cases.models import Case, seen_by
from entitlements.models import Account, ConfigurationRevision, Contact, Entitlement

OWN = tuple(field.attname for field in Case._meta.concrete_fields)
RELATED = {
    "owner": (User, ("id", "username", "first_name", "last_name")),
    "account": (Account, ("id", "name", "tier", "region", "business_hours_id")),
    "contact": (Contact, ("id", "name", "email")),
    "entitlement": (
        Entitlement,
        ("id", "name", "type", "process_id", "business_hours_id", "start_date", "end_date"),
    ),
}
"""What a tracker says of other rows, in the order of their models; more of them is read when asked for."""

_ROWS = Case.objects.values_list(
    *OWN,
    *(f"{name}__{field}" for name, (_, fields) in RELATED.items() for field in fields),
    ConfigurationRevision.token_of_now(),
)


def read_tracked_case(number: str, user: User) -> Case:
    """In one query. Raises Case.DoesNotExist, also where the user may not see it.

    The values come flat and are put together here: `select_related` takes longer to say what it selects
    than the database takes to find it.
    """
    values = iter(_ROWS.get(seen_by(user), number=number))
    case = Case.from_db(_ROWS.db, OWN, list(islice(values, len(OWN))))
    for name, (model, fields) in RELATED.items():
        found = list(islice(values, len(fields)))
        setattr(case, name, None if found[0] is None else model.from_db(_ROWS.db, fields, found))
    case.revision_of_setup = next(values)  # type: ignore[attr-defined]
    return case
