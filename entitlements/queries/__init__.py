"""What Setup's pages read."""
