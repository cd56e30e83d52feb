"""What administrators do in Setup: each one transaction, in their words, raising named errors."""
