"""Writes of cases, one file a use case. Lock order: case, then task, then paper, then licence."""
