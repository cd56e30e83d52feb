"""Incidents of a ServiceNow event log: read, mapped, and replayed through the same engine as every case."""
