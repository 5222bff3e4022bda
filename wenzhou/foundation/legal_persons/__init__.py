"""Legal persons database (法人单位基础信息库): firms, their holders and what has changed."""
