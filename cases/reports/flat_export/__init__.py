"""The flat export: one documented row a case milestone, as a file and as a view of the database."""
