"""Writes of linkage, one file a use case. Lock order: the links (one advisory lock), then a review, then a run."""
