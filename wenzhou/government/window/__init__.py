"""Counters of the service centre (政务服务窗口): what a clerk does for a person who stands before her."""
