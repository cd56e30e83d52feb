"""The subcommands of `manage.py sla`, one a module: `HELP`, `add_arguments(parser)`, `run(options, stdout,
stderr)`, which returns the exit status.
"""
