"""From an offer to everything that is published of it: what the law asks, labels, feeds, the open dataset."""
