"""What the store refuses as a personal name: the same rule as for files (:mod:`pipelines.personal_names`)."""

from pipelines.personal_names import first_name_in, personal_names

__all__ = ["first_name_in", "personal_names"]
