"""What was kept, in numbers: each number opens the milestones that it counts (§10)."""
