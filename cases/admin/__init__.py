"""The pages of Setup about what happened, and about the people of the desk."""

from cases.admin import (
    configuration,
    deliveries,
    engine,
    machinery,
    people,
    publishing,
    rollouts,
    version_pages,
)

__all__ = [
    "configuration",
    "deliveries",
    "engine",
    "machinery",
    "people",
    "publishing",
    "rollouts",
    "version_pages",
]
