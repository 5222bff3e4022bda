"""Writes of trust, one file a use: the ceremony, issuing, revoking, lists, and the journal that all of them write."""
