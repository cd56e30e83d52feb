"""Forms of Setup."""
