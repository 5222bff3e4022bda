"""What crosses the door of linkage: the columns of a source, records and links as frozen values."""

from __future__ import annotations

COLUMNS = ("key", "name", "number", "sex", "born", "phone", "address", "division", "gone")
"""What a source gives of each record, in this order, all as text but ``key`` (uuid) and ``gone`` (boolean).

``born`` is YYYYMMDD, ``sex`` by GB/T 2261.1, ``division`` a division code of any length; what is not known is null.
``gone`` says that the source has the record no longer; its other columns mean nothing then.
"""
