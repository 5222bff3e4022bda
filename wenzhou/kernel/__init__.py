"""Building blocks that every system stands on; no block knows a system."""
