"""Programmes of the source documents as typed views over their tables; nothing here is stored a second time."""
