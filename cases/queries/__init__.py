"""Reads for pages. Nothing here writes."""
