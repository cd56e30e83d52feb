"""Outside effects of fired triggers: leased, done outside any transaction, marked. One file a kind."""
