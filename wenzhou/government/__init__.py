"""Government systems (政府信息化)."""
