"""Registers (基础数据库): bitemporal records, masked and purpose-bound reading, the access journal."""
