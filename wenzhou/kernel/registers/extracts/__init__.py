"""Extracts (查询单): what a register says of one record as of a day, on paper that anybody can verify."""
