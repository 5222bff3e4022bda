"""Places database 地名地址与不动产单元库 (F3c)."""
