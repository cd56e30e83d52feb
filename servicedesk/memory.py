"""What a process has loaded by its start is never garbage."""

import gc


def settle() -> None:
    """Keep the collector away from all that is in memory now. Call it once, when a process has started.

    Otherwise every full collection walks through the code, models and forms of the whole desk: some 70 ms,
    in the middle of a page or of a look of the engine.
    """
    gc.collect()
    gc.freeze()
