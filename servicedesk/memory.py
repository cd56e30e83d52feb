"""What a process has loaded by its start is never garbage."""

import gc

LOOKED_AFTER = 50_000
"""So many more objects made than dropped, and the collector looks for circles among them.

A batch of the engine makes about as many, and drops them without its help; Python's own figure is 700.
"""


def settle() -> None:
    """Keep the collector away from all that is in memory now. Call it once, when a process has started.

    Otherwise every full collection walks through the code, models and forms of the whole desk: some 70 ms,
    in the middle of a page or of a look of the engine.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(LOOKED_AFTER, 10, 10)
