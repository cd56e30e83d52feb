"""How dates and times are written: day before month by name, hours to 24."""
