"""The catalogue: mechanisms, editions, indicators and words of the field, kept as TOML."""

from pipelines.catalogue.loader import catalogue_from_texts, default_folder, load_catalogue
from pipelines.catalogue.model import (
    Catalogue,
    Component,
    Crosswalk,
    Edition,
    EditionMechanism,
    Indicator,
    Mechanism,
    Noun,
    Position,
    Preset,
    Target,
    Term,
    Threshold,
    Track,
    Version,
)

__all__ = [
    "Catalogue",
    "Component",
    "Crosswalk",
    "Edition",
    "EditionMechanism",
    "Indicator",
    "Mechanism",
    "Noun",
    "Position",
    "Preset",
    "Target",
    "Term",
    "Threshold",
    "Track",
    "Version",
    "catalogue_from_texts",
    "default_folder",
    "load_catalogue",
]
