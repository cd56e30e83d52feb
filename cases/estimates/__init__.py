"""The chance that an open milestone becomes late, by how long similar ones took. An estimate, no rule."""
