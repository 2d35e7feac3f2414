"""Entries as GeoJSON (RFC 7946): a point each, or no geometry; all else are properties."""

from collections.abc import Sequence
from typing import Any

import orjson

PLACE = frozenset({"latitude", "longitude"})
JSON = dict[str, Any]


def feature(document: JSON) -> JSON:
    """One entry."""
    longitude, latitude = document["longitude"], document["latitude"]
    return {
        "type": "Feature",
        "id": document["id"],
        "geometry": None if latitude is None else {"type": "Point", "coordinates": [longitude, latitude]},
        "properties": {name: value for name, value in document.items() if name not in PLACE},
    }


def one(document: bytes) -> bytes:
    """The Feature of a body."""
    return orjson.dumps(feature(orjson.loads(document)))


def page(documents: Sequence[bytes], members: JSON) -> bytes:
    """The FeatureCollection of a page; the members of its envelope are foreign members (RFC 7946, 6.1)."""
    features = [feature(orjson.loads(document)) for document in documents]
    return orjson.dumps({"type": "FeatureCollection", "features": features, **members})


_POINT: JSON = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "const": "Point"},
        "coordinates": {
            "type": "array",
            "items": {"type": "number"},
            "minItems": 2,
            "maxItems": 2,
            "description": "Longitude, latitude.",
        },
    },
    "required": ["type", "coordinates"],
}
SCHEMAS: JSON = {
    "GeoJsonPoint": {**_POINT, "description": "A point on WGS 84."},
    "GeoJsonFeature": {
        "type": "object",
        "description": "An entry on the map (RFC 7946).",
        "properties": {
            "type": {"type": "string", "const": "Feature"},
            "id": {"type": "string"},
            "geometry": {
                "anyOf": [{"$ref": "#/components/schemas/GeoJsonPoint"}, {"type": "null"}],
                "description": "`null` when no coordinates are known.",
            },
            "properties": {
                "type": "object",
                "additionalProperties": True,
                "description": "The members of the JSON object but `latitude` and `longitude`.",
            },
        },
        "required": ["type", "id", "geometry", "properties"],
    },
    "GeoJsonFeatureCollection": {
        "type": "object",
        "description": "A page of entries on the map (RFC 7946).",
        "properties": {
            "type": {"type": "string", "const": "FeatureCollection"},
            "features": {"type": "array", "items": {"$ref": "#/components/schemas/GeoJsonFeature"}},
            "has_more": {"type": "boolean", "description": "Whether there is more behind this page."},
            "next_cursor": {"type": ["string", "null"], "description": "Give it as `cursor` to get the next page."},
            "total": {"$ref": "#/components/schemas/Total"},
            "facets": {"$ref": "#/components/schemas/Facets"},
            "corrected": {"type": "string", "description": "What was probably meant, where words looked mistyped."},
        },
        "required": ["type", "features", "has_more", "next_cursor"],
    },
}
