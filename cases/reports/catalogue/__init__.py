"""The reports themselves, a file each; what they share stands above, in `cases.reports`."""
