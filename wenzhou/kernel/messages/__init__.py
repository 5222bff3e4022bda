"""Notices and what leaves the house by e-mail and SMS (K10). Its Django label is ``notices``."""
