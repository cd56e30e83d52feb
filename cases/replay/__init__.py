"""A draft of the configuration, run over what has really happened: what would have been met and missed.

Through the one engine, and without writing anything: what was recorded stays as it was recorded.
"""
