"""Readers: each turns one kind of file into rows for the staging tables, with the address of every value."""
