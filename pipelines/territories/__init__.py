"""Territories of one's own data: their names, their register, and which of them a row of a file means."""
