"""The decision on a child's return, after the panel has classified: `approval` says who must approve it, `law` holds the rules of the day."""
