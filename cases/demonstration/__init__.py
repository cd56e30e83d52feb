"""The demonstration: Stormhaven Insurance, its people, promises and customers, and cases in every state."""
