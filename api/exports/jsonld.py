"""Entries and products as JSON-LD in the words of schema.org, for search engines and linked data."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from django.conf import settings

from directory import ids

JSON = dict[str, Any]
# Written out, so that no reader has to fetch it; members of the page that are no data mean nothing (null).
CONTEXT: JSON = {
    "@vocab": "https://schema.org/",
    "url": {"@type": "@id"},
    "sameAs": {"@type": "@id"},
    "has_more": None,
    "next_cursor": None,
}
_FORMS = {
    "Preschool": ("tk", "kb", "tpa", "sps", "ra"),
    "ElementarySchool": ("sd", "mi", "sdlb", "spk_sd"),
    "MiddleSchool": ("smp", "mts", "smplb", "spk_smp"),
    "HighSchool": ("sma", "ma", "smk", "mak", "smalb", "spk_sma"),
    "EducationalOrganization": ("pkbm", "skb", "lkp"),
}
SCHOOL_TYPES = {form: type for type, forms in _FORMS.items() for form in forms}  # any other form is a School
ORGANISATION_TYPES = {
    "foundation": "NGO",
    "government_office": "GovernmentOrganization",
    "university": "CollegeOrUniversity",
    "community_library": "Library",
    "bookshop": "BookStore",
}
_PARENTS = {"imprint_of": "parentOrganization", "branch_of": "parentOrganization", "member_of": "memberOf"}
# Of these schema.org says itself that they are places; any other organisation has one.
_PLACES = {"Library", "BookStore", "School", "CollegeOrUniversity", *_FORMS}


def one(document: bytes) -> bytes:
    """The body of one entry or product as a node."""
    return orjson.dumps({"@context": CONTEXT, **node(orjson.loads(document))})


def page(documents: Sequence[bytes], members: JSON) -> bytes:
    """A page as a graph."""
    nodes = [node(orjson.loads(document)) for document in documents]
    where = {name: members[name] for name in ("has_more", "next_cursor")}
    return orjson.dumps({"@context": CONTEXT, "@graph": nodes, **where})


def node(document: JSON) -> JSON:
    """An entry or product; what is not known is left out."""
    described = _product(document) if document["object"] == "product" else _entry(document)
    return _known({"@id": _address(document["id"]), **described, **_common(document)})


def _address(public_id: str) -> str:
    return f"{settings.PUBLIC_URL}/v1/{ids.decode(public_id)[0]}s/{public_id}"


def _known(members: Mapping[str, Any]) -> JSON:
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def _common(document: JSON) -> JSON:
    told = (("id", document["description_id"]), ("en", document["description_en"]))
    return {
        "name": document["name"],
        "url": document["website"],
        "description": [{"@value": text, "@language": language} for language, text in told if text],
    }


def _product(document: JSON) -> JSON:
    return {
        "@type": "SoftwareApplication",
        "applicationCategory": "Library software",
        "softwareVersion": document["latest_version"],
        "license": document["licence"],
        "featureList": document["standards"],
        "isAccessibleForFree": True if document["price_model"] == "free" else None,
        "provider": {"@id": _address(document["vendor"])} if document["vendor"] else None,
    }


def _entry(document: JSON) -> JSON:
    numbers = document["identifiers"]
    parents = [(_PARENTS.get(one["type"]), one["entry"]) for one in document["relations"]]
    return {
        "@type": _type(document),
        "alternateName": [one["value"] for one in document["names"] if one["type"] != "official"],
        "identifier": [_number(one) for one in numbers],
        "sameAs": [one["url"] for one in numbers if one["url"]],
        "telephone": _contacts(document, "phone"),
        "email": _contacts(document, "email"),
        "address": _postal_address(document),
        "jobTitle": document.get("roles"),
        "foundingDate": str(document.get("founded_year") or ""),
        "department": _library(document.get("library")),
        **{name: [{"@id": _address(key)} for parent, key in parents if parent == name] for name in _PARENTS.values()},
        **_place(document),
    }


def _type(document: JSON) -> str:
    kind = document["object"]
    if kind == "school":
        return SCHOOL_TYPES.get(document["form"], "School")
    if kind == "organisation":
        return ORGANISATION_TYPES.get(document["type"], "Organization")
    return "Person" if kind == "author" else "Organization"


def _number(identifier: JSON) -> JSON:
    url = identifier["url"]
    return _known(
        {"@type": "PropertyValue", "propertyID": identifier["scheme"], "value": identifier["value"], "url": url}
    )


def _contacts(document: JSON, kind: str) -> list[str]:
    return [one["value"] for one in document["contacts"] if one["kind"] == kind]


def _postal_address(document: JSON) -> JSON:
    region = document["region"] or {"path": []}
    names = {one["level"]: one["name"] for one in region["path"]}
    known = {
        "streetAddress": document["address"],
        "postalCode": document["postal_code"],
        "addressLocality": names.get("regency"),
        "addressRegion": names.get("province"),
    }
    return {"@type": "PostalAddress", **_known(known), "addressCountry": "ID"} if _known(known) else {}


def _place(document: JSON) -> JSON:
    if document["object"] == "author" or document["latitude"] is None:
        return {}  # a person's place is a region, not a point
    point = {"@type": "GeoCoordinates", "latitude": document["latitude"], "longitude": document["longitude"]}
    return {"geo": point} if _type(document) in _PLACES else {"location": {"@type": "Place", "geo": point}}


def _library(library: JSON | None) -> JSON:
    if not library or library["exists"] != "yes":
        return {}
    number = {"scheme": "npp", "value": library["npp"], "url": None}
    known = {
        "name": library["name"],
        "url": library["opac_url"],
        "identifier": _number(number) if library["npp"] else None,
    }
    return {"@type": "Library", **_known(known)}


_NODE: JSON = {"@id": {"type": "string", "format": "uri"}, "@type": {"type": "string"}, "name": {"type": "string"}}
_CONTEXT: JSON = {"type": "object", "additionalProperties": True, "description": "schema.org, written out."}
SCHEMAS: JSON = {
    "JsonLdNode": {
        "type": "object",
        "description": "A schema.org School, Organization, Person or SoftwareApplication, or a narrower type.",
        "properties": _NODE,
        "required": ["@id", "@type", "name"],
        "additionalProperties": True,
    },
    "JsonLdObject": {
        "type": "object",
        "description": "One object as JSON-LD in the words of schema.org.",
        "properties": {"@context": _CONTEXT, **_NODE},
        "required": ["@context", "@id", "@type", "name"],
        "additionalProperties": True,
    },
    "JsonLdPage": {
        "type": "object",
        "description": "A page of the list as JSON-LD in the words of schema.org.",
        "properties": {
            "@context": _CONTEXT,
            "@graph": {"type": "array", "items": {"$ref": "#/components/schemas/JsonLdNode"}},
            "has_more": {"type": "boolean", "description": "Whether there is more behind this page."},
            "next_cursor": {"type": ["string", "null"], "description": "Give it as `cursor` to get the next page."},
        },
        "required": ["@context", "@graph", "has_more", "next_cursor"],
    },
}
