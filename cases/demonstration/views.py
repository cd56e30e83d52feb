"""Views of the list that somebody has shared."""

from __future__ import annotations

from django.contrib.auth.models import User

from cases.models import SavedView


def add_views() -> None:
    supervisor, agent = (User.objects.get(username=name) for name in ("supervisor", "agent"))
    everyone, members, me = SavedView.Audience.EVERYONE, SavedView.Audience.QUEUE, SavedView.Audience.ME
    urgent = "show=open&priority=High&priority=Critical"
    SavedView.objects.bulk_create(
        [
            SavedView(name="High and critical", owner=supervisor, audience=everyone, query=urgent),
            SavedView(
                name="First response in an hour",
                owner=supervisor,
                audience=everyone,
                query="show=open&milestone=First+Response&clock=running&left=1h",
            ),
            SavedView(
                name="Claims that nobody has",
                owner=agent,
                audience=members,
                queue_id="Claims",
                query="show=open&queue=Claims&owner=-",
            ),
            SavedView(name="Mine that wait", owner=agent, audience=me, query="show=stopped&owner=%40me"),
        ]
    )
