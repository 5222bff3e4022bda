"""Community and countryside systems (社区与农村信息化)."""
