"""The pages of Setup about what happened, and about the people of the desk."""

from cases.admin import deliveries, engine, machinery, people

__all__ = ["deliveries", "engine", "machinery", "people"]
