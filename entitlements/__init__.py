"""What was promised: hours, milestones, entitlement processes, entitlements."""
