"""Django's PostgreSQL with a quicker way of reading instants."""
