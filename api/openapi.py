"""The OpenAPI 3.1 document: what the serializers and filters declare, and what all operations share."""

import functools
import re
from typing import Any

import yaml
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import PolymorphicProxySerializer

from api import filtering
from directory import filters

TEXT = {"type": "string"}
SHARED_PARAMETERS: dict[str, dict[str, Any]] = {
    "limit": {
        "schema": {"type": "integer", "minimum": 1, "maximum": filtering.MAXIMUM_LIMIT, "default": 50},
        "description": "How many objects a page has at most.",
    },
    "cursor": {"schema": TEXT, "description": "`next_cursor` of the page before; opaque."},
    "include": {
        "schema": {"type": "string", "enum": ["total"]},
        "description": "`total` adds `{value, relation}`, counted to 10,000 at most (`gte` beyond).",
    },
    "q": {
        "schema": {"type": "string", "maxLength": 200},
        "description": "Search as people type it: names, abbreviations, typos, half-typed words, regions behind "
        "the name, or an identifier.",
    },
}


class Schema(AutoSchema):
    """Adds to drf-spectacular what the contract says of every operation."""

    def get_operation_id(self) -> str:
        """`listSchools`, `getSchool`, `listProductLibraries`."""
        view: Any = self.view
        plural = view.basename.replace("-", " ").title().replace(" ", "")
        if self._is_list_view():
            return f"list{plural}"
        return f"get{_singular(plural)}"

    def get_tags(self) -> list[str]:
        """One tag for each resource."""
        view: Any = self.view
        return [view.basename]

    def get_summary(self) -> str:
        """The first line of the action's docstring, of the class's for lists and details."""
        view: Any = self.view
        words = view.basename.replace("-", " ")
        if self._is_list_view():
            return f"List {words}"
        article = "an" if words[0] in "aeiou" else "a"
        return f"Get {article} {_singular(words)}"

    def get_description(self) -> str:
        """The docstring of the resource and of what the action does beyond it."""
        view: Any = self.view
        return str(view.__class__.__doc__).strip()

    def get_filter_backends(self) -> list[Any]:
        """None: the parameters come from `get_override_parameters`."""
        return []

    def get_response_serializers(self) -> Any:
        """The class as declared: that of all kinds together cannot be instantiated."""
        view: Any = self.view
        shape = view.serializer_class
        return shape if isinstance(shape, PolymorphicProxySerializer) else shape()

    def get_auth(self) -> list[dict[str, Any]]:
        """None: `complete` says it once for all."""
        return []

    def _is_list_view(self, serializer: Any = None) -> bool:
        view: Any = self.view
        return view.action == "list" and not view.is_single

    def _get_parameters(self) -> list[dict[str, Any]]:
        view: Any = self.view
        path = [one for one in super()._get_parameters() if one["in"] == "path"]
        for one in path:
            one["schema"], one["description"] = TEXT, view.path_description
            one["example"] = view.path_example
        return path + [_parameter(name, view) for name in filtering.known(view)]

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        responses = super()._get_response_bodies(direction)
        view: Any = self.view
        extra = ["304", "400", "401", "406", "500", "503"]
        if self.view.action == "retrieve" or path_has_key(self.path):
            extra.append("404")
        if view.moves and view.action == "retrieve":
            responses["301"] = {"$ref": "#/components/responses/Moved"}
        for status in extra:
            responses[status] = {"$ref": f"#/components/responses/{'NotModified' if status == '304' else 'Problem'}"}
        responses["200"]["headers"] = {
            "ETag": {"schema": TEXT, "description": "For If-None-Match."},
            "Link": {"schema": TEXT, "description": "`next` page and the data's `license`."},
        }
        return dict(sorted(responses.items()))

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        response: dict[str, Any] = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        view: Any = self.view
        for media in response.get("content", {}).values():
            if self._is_list_view(serializer) and media.get("schema", {}).get("type") == "array":
                media["schema"] = _envelope(media["schema"], view)
        return response


def path_has_key(path: str) -> bool:
    """Whether a path names a single object."""
    return "{" in path


def _envelope(array: dict[str, Any], view: Any) -> dict[str, Any]:
    members: dict[str, Any] = {
        "data": array,
        "has_more": {"type": "boolean"},
        "next_cursor": {"type": ["string", "null"]},
        "total": {"$ref": "#/components/schemas/Total"},
    }
    if view.facets:
        members["facets"] = {"$ref": "#/components/schemas/Facets"}
    if view.searches:
        members["corrected"] = {"type": "string", "description": "What was searched instead of a mistyped word."}
    required = ["data", "has_more", "next_cursor"]
    return {"type": "object", "properties": members, "required": required}


def _singular(word: str) -> str:
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")


def _parameter(name: str, view: Any) -> dict[str, Any]:
    base = {"name": name, "in": "query"}
    if name in view.extra_parameters:
        return {**base, **view.extra_parameters[name]}
    if name in SHARED_PARAMETERS:
        return {**base, **SHARED_PARAMETERS[name]}
    listed = _listed(name, view)
    if listed:
        values, text = listed
        pattern = f"^({'|'.join(map(re.escape, values))})(,({'|'.join(map(re.escape, values))}))*$"
        schema = {"type": "string", "enum": values} if name in ("format", "profile") else {**TEXT, "pattern": pattern}
        return {**base, "schema": schema, "description": text}
    declared = view.filterset_class.base_filters[name]
    return {**base, "schema": _filter_schema(declared), "description": " ".join((declared.__doc__ or "").split())}


def _listed(name: str, view: Any) -> tuple[list[str], str] | None:
    if name == "format":
        return [one.format for one in view.renderer_classes], "The format, instead of Accept."
    if name == "profile":
        return ["excel-id"], "`excel-id`: CSV as Indonesian spreadsheets open it (BOM, `;`, decimal comma)."
    if name == "sort":
        names = [sign + one for one in view.sorts for sign in ("", "-")] + list(view.special_sorts)
        return names, "Comma list of orders; `-` for descending."
    if name == "fields":
        return view.field_names(), "Comma list of the members to send."
    if name == "expand":
        return list(view.expandable), "Comma list of members to send whole instead of by id."
    if name == "facets":
        return list(view.facets), "Comma list of counts to add, each with an `unknown` bucket."
    return None


def _filter_schema(declared: Any) -> dict[str, Any]:
    if isinstance(declared, filters.OneOf) and declared.codes:
        codes = "|".join(map(re.escape, declared.codes))
        return {**TEXT, "pattern": f"^({codes})(,({codes}))*$"}
    schema: dict[str, Any] = dict(declared.schema)
    if isinstance(declared, filters.Number):
        schema |= {"minimum": declared.extra["min_value"], "maximum": declared.extra["max_value"]}
    return schema


def complete(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: the components that all operations share, examples and the licence."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {}).update(_SHARED_SCHEMAS)
    components["responses"] = _SHARED_RESPONSES
    components.pop("securitySchemes", None)
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    result["security"] = [{}]
    result["info"]["license"] = {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL}
    # Both forms are served; the contract names the one without a slash.
    result["paths"] = {path.rstrip("/"): operations for path, operations in result["paths"].items()}
    for path in result["paths"].values():
        for operation in path.values():
            operation.pop("security", None)
    result["tags"] = sorted(
        ({"name": tag} for path in result["paths"].values() for one in path.values() for tag in one["tags"]),
        key=lambda tag: tag["name"],
    )
    result["tags"] = [tag for index, tag in enumerate(result["tags"]) if tag not in result["tags"][:index]]
    return result


_SHARED_SCHEMAS: dict[str, Any] = {
    "Total": {
        "type": "object",
        "properties": {"value": {"type": "integer"}, "relation": {"type": "string", "enum": ["eq", "gte"]}},
        "required": ["value", "relation"],
    },
    "Facets": {
        "type": "object",
        "additionalProperties": {"$ref": "#/components/schemas/Facet"},
    },
    "Facet": {
        "type": "object",
        "properties": {
            "buckets": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"value": TEXT, "count": {"type": "integer"}},
                    "required": ["value", "count"],
                },
            },
            "approximate": {"type": "boolean"},
        },
        "required": ["buckets", "approximate"],
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457.",
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": TEXT,
            "status": {"type": "integer"},
            "code": TEXT,
            "instance": TEXT,
            "request_id": TEXT,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "pointer": TEXT,
                        "parameter": TEXT,
                        "code": TEXT,
                        "detail": TEXT,
                        "suggestion": TEXT,
                    },
                    "required": ["code", "detail"],
                },
            },
        },
        "required": ["type", "title", "status", "code", "instance", "request_id"],
    },
}
_SHARED_RESPONSES: dict[str, Any] = {
    "Problem": {
        "description": "A refusal, as problem+json.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    },
    "NotModified": {"description": "Unchanged since the ETag of If-None-Match."},
    "Moved": {
        "description": "The entry was merged; Location is the survivor.",
        "headers": {"Location": {"schema": TEXT}},
    },
}


@functools.cache
def document() -> dict[str, Any]:
    """The whole document."""
    schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def as_yaml() -> str:
    """The document as it is committed."""
    return yaml.safe_dump(document(), allow_unicode=True, sort_keys=False, width=120)
