"""The board's figures come from the database: these tests run on both, at the desk of the pages' tests."""

from tests.pages.conftest import agent, ago, client, desk, supervisor

__all__ = ["agent", "ago", "client", "desk", "supervisor"]
