"""Linkage: which records of several offices' lists are about one person (记录链接, entity resolution)."""
