"""Safeguards and the goal (保障体系与目标)."""
