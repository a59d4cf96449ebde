"""Who may ask what: callers, keys, people, policies, and the view of the graph that each caller gets."""
