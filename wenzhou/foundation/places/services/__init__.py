"""Writes of the places registers, one file for each kind of place."""

from __future__ import annotations

from wenzhou.foundation.places.services.addresses import (
    NewAddress,
    enter_address,
    place_address,
    rename_address,
    withdraw_address,
)
from wenzhou.foundation.places.services.buildings import (
    NewBuilding,
    change_building,
    demolish_building,
    enter_building,
)
from wenzhou.foundation.places.services.common import Order, competent, fresh_key
from wenzhou.foundation.places.services.parcels import (
    NewParcel,
    adjust_parcels,
    change_parcel,
    enter_parcel,
    merge_parcels,
    split_parcel,
)

__all__ = [
    "NewAddress",
    "NewBuilding",
    "NewParcel",
    "Order",
    "adjust_parcels",
    "change_building",
    "change_parcel",
    "competent",
    "demolish_building",
    "enter_address",
    "enter_building",
    "enter_parcel",
    "fresh_key",
    "merge_parcels",
    "place_address",
    "rename_address",
    "split_parcel",
    "withdraw_address",
]
