"""Seconds as people read them."""


def span(seconds: float) -> str:
    """`2h 20m`, `-30s`; parts of a second as far as there are some."""
    whole, fraction = divmod(abs(seconds), 1)
    minutes, rest = divmod(int(whole), 60)
    hours, minutes = divmod(minutes, 60)
    odd = f"{rest + fraction:.6f}".rstrip("0").rstrip(".")
    parts = [f"{hours}h" * bool(hours), f"{minutes}m" * bool(minutes), f"{odd}s" * (odd != "0")]
    return ("-" if seconds < 0 else "") + (" ".join(part for part in parts if part) or "0m")
