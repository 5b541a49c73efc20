"""Loyalty: points that are earned, kept in lots, redeemed and taken back; tiers; birthdays."""

from __future__ import annotations

from retail.loyalty.earning import points_for as points_for
