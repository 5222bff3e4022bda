"""Enterprise systems (企业信息化)."""
