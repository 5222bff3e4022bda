"""Workloads of the city, each measured beside its peer in the same run: ``./wz bench [NAME…]``.

Peers take turns with ours (A B A B …), so that what else the machine does meets both; what is judged is the median of
the ratios of neighbouring turns, never an absolute figure. The table is docs/benchmarks.md.
"""
