"""What data of each class looks like, put together from ontology and shapes.

`packaged()` has the profiles of what comes with kg. From a profile are made the documentation of a
class, a JSON Schema and a template in CSV; tables of a template are read and written here, too.
"""

from __future__ import annotations

from functools import cache

from kg.profiles.classes import Profiles
from kg.profiles.model import Profile, Property
from kg.profiles.rdf import Rdf
from kg.profiles.shapes import NodeShape, PropertyShape
from kg.resources import data_dir, ontology_dir

__all__ = ["NodeShape", "Profile", "Profiles", "Property", "PropertyShape", "Rdf", "packaged"]


@cache
def packaged() -> Profiles:
    """The profiles of the ontology and the shapes that come with kg."""
    return Profiles(Rdf.of_folder(ontology_dir()), Rdf.of_folder(data_dir()))
