"""Every query parameter as the document describes it: sense, schema and an example."""

from typing import Any

from api import filtering
from api.openapi import components, parameters_fulfilment, parameters_offers, parameters_threads
from directory import filters, ids, vocabularies
from directory.entries import filters as entry_filters
from directory.software import filters as software_filters
from directory.software import products, stating

JSON = dict[str, Any]
CODE_LIST = {"style": "form", "explode": False}  # a,b
# Latitude and longitude within their bounds, as Plain decimal numbers.
_LATITUDE, _LONGITUDE = r"-?([0-8]?[0-9](\.[0-9]+)?|90)", r"-?((1[0-7][0-9]|[0-9]{1,2})(\.[0-9]+)?|180)"
_DOTTED = r"[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?"
# Of a text that somebody types: what no text can hold (api/filtering.py refuses it).
TYPED = {"type": "string", "pattern": r"^[^\u0000\uFFFD]*$"}
REGION = {"type": "string", "pattern": f"^({_DOTTED}|[0-9]{{6}}|[0-9]{{10}}|(kemendagri|dapodik|bps|iso):.+)$"}
_SCHEMAS: dict[str, JSON] = {
    "region": {"type": "array", "minItems": 1, "maxItems": entry_filters.MOST_REGIONS, "items": REGION},
    "parent": REGION,
    "within": REGION,
    "reaches": REGION,
    "language": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"}},
    "near": {"type": "string", "pattern": f"^{_LATITUDE},{_LONGITUDE}$"},
    "bbox": {"type": "string", "pattern": f"^{_LONGITUDE},{_LATITUDE},{_LONGITUDE},{_LATITUDE}$"},
    "updated_since": {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]},
    "licence": {
        "type": "array",
        "minItems": 1,
        "items": {"type": "string", "pattern": f"^{products.LICENCE.pattern}$"},
    },
    "name": {**TYPED, "maxLength": 120},
    "dry_run": {"type": "string", "enum": ["true", "false"]},
}
_REGION_CODES = (
    "a Kemendagri code with or without dots (`32`, `32.71`, `327106`; four bare digits are refused, as BPS means other "
    "places by them) or `scheme:code` (`dapodik:026100`, `bps:3271`, `iso:ID-JB`)"
)
# Name -> what it does, and an example. A filter that is not described here cannot be published.
_TEXTS: dict[str, tuple[str, Any]] = {
    "limit": ("How many objects a page has at most.", 20),
    "cursor": (
        "`next_cursor` of the page before. Opaque, and good only with the same path, filters and order; it does not "
        "expire.",
        None,
    ),
    "format": (
        "The format of the answer; stronger than the header `Accept`. `csv` and `ndjson` send all that matches as one "
        "download: `limit`, `cursor`, `include`, `facets`, `expand` and the orders `relevance` and `distance` are "
        "refused with them. `jsonld` has members of its own, so it refuses `fields`, `expand`, `facets` and `include`.",
        "json",
    ),
    "profile": (
        "For CSV only. `excel-id`: as Indonesian spreadsheets open it, with a byte-order mark, `;` between the cells "
        "and a decimal comma.",
        None,
    ),
    "fields": (
        "Send only these members, and always `id` and `object`. The other members are then absent, also those that "
        "the schema requires.",
        ["name", "updated_at"],
    ),
    "expand": ("Members to send as whole objects instead of ids; what you may not see stays an id.", None),
    "include": ("`total` adds the number of all objects that match, counted up to 10,000.", ["total"]),
    "facets": ("Counts to add for the whole filtered list, not for the page alone.", None),
    "sort": (
        "The order: names of members, `-` before one for descending; the id settles what is equal. `relevance` (with "
        "`q`) and `distance` (with `near`) stand alone and are the default there. Without all of these the order is "
        "that of creation.",
        None,
    ),
    "q": (
        "Search as people type it: words of names and of the regions behind them, abbreviations (`smpn`, `kab`), the "
        "last word half-typed, typing errors (`corrected` then says what was searched), an NPSN or its first digits, "
        "or `scheme:value`.",
        "sdn 3 sukamaju",
    ),
    "kind": ("Only entries of these kinds.", ["school", "publisher"]),
    "status": (
        "Only entries of these statuses. Left out, lists show active entries only; a closed one stays readable by id.",
        ["active", "closed"],
    ),
    "awaiting": (
        "`moderator`: claims on which a moderator can decide something; `claimant`: those that still need evidence.",
        ["moderator"],
    ),
    "region": (f"Only what lies in one of these regions or below it, at any level: {_REGION_CODES}.", ["32.71"]),
    "trust_level": ("Only entries of these levels of trust.", ["claimed", "verified"]),
    "updated_since": (
        "Only what changed at or after this moment (a date means its beginning in UTC; write `+` of an offset as "
        "`%2B`). To mirror the directory read `/v1/changes`: it also tells what is gone.",
        "2026-01-31T10:00:00Z",
    ),
    "near": (
        "`latitude,longitude`: only what has coordinates, the nearest first unless `sort` says otherwise.",
        "-6.595,106.816",
    ),
    "radius_km": ("With `near`: only what is at most so far away, in kilometres.", 5),
    "bbox": (
        "`west,south,east,north` in degrees, west before east and south before north: only what lies inside.",
        "106.7,-6.7,106.9,-6.5",
    ),
    "form": ("Only schools of these forms.", ["sd", "mi"]),
    "ownership": ("Only state or only private schools.", ["state"]),
    "ministry": ("Only schools under these ministries.", ["kemenag"]),
    "accreditation": ("Only schools of these accreditations (not the library's).", ["a", "b"]),
    "library_exists": ("What is known of the school's library; `unknown` where nothing is.", ["yes"]),
    "library_type": ("Only schools with such a library.", ["library"]),
    "library_accreditation": ("Only schools whose library has one of these accreditations.", ["a"]),
    "book_level": ("Only those with books of one of these levels.", ["b1", "b2"]),
    "competence": ("Only those with one of these competences.", ["information_management"]),
    "is_mentor": ("Only those who are willing to be a mentor (`true`), or only the others.", True),
    "role": ("Only authors with one of these roles.", ["illustrator"]),
    "service": ("Only those that offer one of these services.", ["training"]),
    "type": ("Only organisations of these types.", ["community_library"]),
    "vendor": ("Only products of this vendor, by id.", None),
    "licence": ("Only products under these licences: SPDX identifiers, or `proprietary`.", ["GPL-3.0-or-later"]),
    "hosting": ("Only products that can be hosted in one of these ways.", ["self_hosted"]),
    "standard": ("Only products with one of these standards.", ["marc21", "indomarc"]),
    "price_model": ("Only products of these price models.", ["free"]),
    "dry_run": ("`true`: every check is made and the answer says what would be, but nothing is changed.", "true"),
    "min_score": ("Only pairs of at least this score.", 0.8),
    "proposal": ("Only requests to this offer or need, by id.", "off_01kf3cb0s3f8q8r2d1kq8m8n8p"),
    "shipment": ("Only disputes about this shipment, by id.", "shp_01kf3cb0s3f8q8r2d1kq8m8n8p"),
    "is_inquiry": ("Only those that ask first, without lines (`true`), or only the others.", True),
    "against": ("Compare with this revision: `changes` says what differs, line by line.", 1),
    "revision": ("With `against`: the revision that is compared; left out, the latest.", 2),
    "is_retired": ("Only products that are no longer maintained (`true`), or only the others.", False),
    "as_of": ("Only what was in use on this day.", "2026-01-31"),
    "product": ("Only statements about this product, by id.", None),
    "stated_by": ("Only what was stated by one of these.", ["school"]),
    **parameters_offers.texts(_REGION_CODES),
    "reason_code": ("Only those with one of these reasons.", ["not_real"]),
    "level": ("Only regions of these levels.", ["regency"]),
    "parent": (f"Only the regions one level below this one: {_REGION_CODES}.", "32"),
    "within": (f"Only this region and all below it: {_REGION_CODES}.", "32"),
    "name": (
        "Only regions whose name, or another name of theirs, begins so; `Kabupaten` and `Kota` can be left out.",
        "bogor",
    ),
    "starts_from": ("Only sessions that begin at or after this moment.", "2027-02-01T00:00:00Z"),
    "starts_until": ("Only sessions that begin until this moment; a date means its end.", "2027-02-28T23:59:59Z"),
    "year": ("The calendar year in Jakarta; this one if left out.", 2026),
    **parameters_threads.TEXTS,
    "flag": ("Only regions that ever had one of these legal statuses; `flags` tells when.", ["remote_area"]),
}


def described(name: str, view: Any) -> JSON:
    """The parameter `name` of the view's current action. Raises KeyError for one without a description."""
    text, example = _TEXTS[name]
    extra = {**view.extra_parameters, **view.detail_extra}
    if name in extra:
        schema = extra[name]
    else:
        schema = _of_lists(name, view) or _SCHEMAS.get(name) or _of_filter(view.filterset_class.base_filters[name])
    parameter: JSON = {"name": name, "in": "query", "description": _TEXTS_OF_VIEWS.get((view.basename, name), text)}
    if name in view.required_parameters:
        parameter["required"] = True
    if schema.get("type") == "array":
        parameter |= CODE_LIST
    parameter["schema"] = schema
    example = _EXAMPLES_OF_VIEWS.get((view.basename, name), example)
    if example is not None:
        parameter["example"] = _fitting(example, schema)
    return parameter


_AS_IT_WAS = (
    "The object as it was at this moment (a date means its end in UTC; write `+` of an offset as `%2B`); 404 before it "
    "was made. Contacts are those of then that are public today."
)
_EXAMPLES_OF_VIEWS = {
    ("claims", "status"): ["open", "provisional"],
    ("claim-letters", "format"): "file",
    **parameters_threads.EXAMPLES_OF_VIEWS,
    ("collaboration-requests", "status"): ["pending", "active"],
    ("collaboration-requests", "kind"): ["book_donation"],
    ("collaboration-requests", "awaiting"): ["me"],
    ("collaboration-requests", "role"): ["initiator"],
    ("collaboration-requests", "sort"): ["deadline"],
    ("professionals", "role"): ["teacher_librarian"],
    **parameters_fulfilment.EXAMPLES_OF_VIEWS,
    **parameters_offers.EXAMPLES_OF_VIEWS,
}
_TEXTS_OF_VIEWS = {
    **parameters_fulfilment.TEXTS_OF_VIEWS,
    **parameters_threads.TEXTS_OF_VIEWS,
    ("duplicates", "status"): "Only pairs of these statuses; left out, all of them.",
    ("claim-letters", "format"): "There is one: `file`, the bytes as they were handed in.",
    ("claims", "status"): "Only claims of these statuses.",
    ("collaboration-requests", "status"): "Only requests of these statuses.",
    ("collaboration-requests", "kind"): "Only requests of these kinds.",
    ("collaboration-requests", "awaiting"): "Only those in which this side has to answer; `me`: the entry you act for.",
    ("collaboration-requests", "role"): "Only those that you began (`initiator`) or are asked by (`counterparty`).",
    ("collaboration-requests", "updated_since"): "Only requests in which something happened at or after this moment.",
    ("collaboration-requests", "sort"): (
        "The order: names of members, `-` before one for descending; the id settles what is equal. `deadline` leaves "
        "out what has none."
    ),
    ("claims", "region"): f"Only claims to entries in this region or below it: {_REGION_CODES}.",
    ("claims", "updated_since"): "Only claims in which something happened at or after this moment.",
    **{(name, "as_of"): _AS_IT_WAS for name in ("entries", *(f"{kind}s" for kind in ids.ENTRIES))},
    ("product-libraries", "as_of"): "Only libraries in which the product ran on this day; today if left out.",
    **{
        (basename, "status"): "Only what is shown, or what a vendor states and the library has not answered: to both."
        for basename in ("installations", *(f"{kind}-installations" for kind in stating.LIBRARIES))
    },
    ("changes", "region"): _TEXTS["region"][0] + " What moves out of it comes once more as `left_filter`.",
    ("professionals", "q"): "The beginning of a name, in any case and without its accents.",
    ("professionals", "role"): "Only those who work as one of these.",
    ("professionals", "sort"): "The order: names of members, `-` before one for descending; the id settles the rest.",
    ("suggest", "q"): "What has been typed so far; below three letters or digits nothing is suggested.",
    ("suggest", "region"): f"Only what lies in this region or below it: {_REGION_CODES}.",
    ("changes", "cursor"): "`next_cursor` of the answer before. It does not expire, also not when the service moves.",
    **parameters_offers.texts_of_views(_REGION_CODES),
    ("suggestions", "status"): "Only suggestions of these statuses.",
    ("entry-suggestions", "status"): "Only suggestions of these statuses.",
    ("flags", "status"): "Only flags of these statuses.",
    ("products", "sort"): "The order: names of members, `-` before one for descending; the id settles what is equal.",
}


def _fitting(example: Any, schema: JSON) -> Any:
    if example not in (single := schema.get("enum", [example])):
        return single[0]
    items = schema.get("items", {})
    vocabulary = components.ENUMS.get(items.get("$ref", "").rpartition("/")[2])
    allowed = vocabularies.codes(vocabulary) if vocabulary else items.get("enum")
    return [one for one in example if one in allowed] or allowed[:1] if allowed else example


def _of_lists(name: str, view: Any) -> JSON | None:
    """The schema of what every list takes."""
    default, most = view.limits
    if name == "limit":
        return {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    if name == "cursor":
        return components.TEXT
    if name == "q":
        least = {"minLength": 1} if name in view.required_parameters else {}
        return {**TYPED, **least, "maxLength": 200}
    single = {"format": [one.format for one in view.get_renderers()], "profile": ["excel-id"]}
    if name in single:
        return {"type": "string", "enum": single[name]}
    many = {
        "include": lambda: ["total"],
        "sort": lambda: [sign + one for one in view.sorts for sign in ("", "-")] + list(view.special_sorts),
        "fields": view.field_names,
        "expand": lambda: list(view.expandable),
        "facets": lambda: list(view.facets),
    }
    return _array({"type": "string", "enum": list(many[name]())}) if name in many else None


def _array(items: JSON) -> JSON:
    return {"type": "array", "minItems": 1, "items": items}


def _of_filter(declared: Any) -> JSON:
    if isinstance(declared, filters.OneOf):
        return _array(components.codes(declared.codes))
    if isinstance(declared, software_filters.Id):
        return components.public_id(*declared.extra["names"])
    schema: JSON = dict(declared.schema)
    if isinstance(declared, filters.Number):
        schema |= {"minimum": declared.extra["min_value"], "maximum": declared.extra["max_value"]}
    return schema


def of_path(view: Any, *, name: str) -> JSON:
    """The parameter of the path that names an object."""
    whole = view.path_description, view.path_pattern, view.path_example
    description, pattern, example = view.paths.get(name, whole)
    schema = {"type": "string", **({"pattern": pattern} if pattern else {})}
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": schema,
        "example": example,
    }


def all_of(view: Any) -> list[JSON]:
    """The query parameters of the view's current action."""
    return [described(name, view) for name in filtering.known(view)]
