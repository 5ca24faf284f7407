"""Errors that are told to a person: every message is Russian and says how to mend the matter."""


class PipelineError(Exception):
    """A refusal with its reason; the command line prints it and ends with status 1."""


class UnknownCode(PipelineError):
    """A code or name that the catalogue or the snapshot does not hold; status 2 on the command line."""


class NoSnapshot(PipelineError):
    """There is nothing published yet."""


class SnapshotDamaged(PipelineError):
    """The published file cannot be opened or is not a snapshot of this version."""


class SnapshotOutdated(SnapshotDamaged):
    """The published file was built by another version of the program: it is whole, and is to be built anew."""


class CatalogueError(PipelineError):
    """The catalogue's own files contradict themselves; the message names file and entry."""
