"""Live updates: a small process of its own that tells open pages what happened (server-sent events)."""
