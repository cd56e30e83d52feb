"""What happened: cases and their running milestones."""
