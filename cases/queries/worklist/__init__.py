"""The queue in parts: what its address says, which cases that means, in which order, what stands around."""
