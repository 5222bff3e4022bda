"""Population database (人口基础信息库): persons, households and where they live, with their history."""
