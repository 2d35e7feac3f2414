"""The whole OpenAPI 3.1 document: the committed one depends on the code alone, the served one names this place."""

import collections
import functools
from typing import Any

import yaml
from django.conf import settings
from drf_spectacular.generators import SchemaGenerator

from api.exports import geojson, jsonld
from api.openapi import components, prose, request_headers

JSON = dict[str, Any]


@functools.cache
def whole() -> JSON:
    """The document as it is committed; the same on every machine."""
    schema: JSON = SchemaGenerator().get_schema(request=None, public=True)
    return schema


def served() -> JSON:
    """The document with the address of this service and the licence of its data."""
    licence = {"name": settings.DATA_LICENCE, "url": settings.DATA_LICENCE_URL}
    return {**whole(), "info": {**whole()["info"], "license": licence}, "servers": [{"url": settings.PUBLIC_URL}]}


def as_yaml(document: JSON) -> str:
    """A document in YAML, long texts as blocks."""
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def complete(result: JSON, generator: Any, request: Any, public: bool) -> JSON:
    """Postprocessing hook of drf-spectacular: what all operations share, and tidy names."""
    # Both forms are served; the contract names the one without a slash.
    paths = {path.rstrip("/"): operations for path, operations in result["paths"].items()}
    found = {name: one for name, one in result["components"]["schemas"].items() if name not in components.ENUMS}
    schemas = {**found, **components.vocabulary_enums(), **components.SCHEMAS, **geojson.SCHEMAS, **jsonld.SCHEMAS}
    used = {tag for path in paths.values() for operation in path.values() for tag in operation["tags"]}
    document = {
        "openapi": result["openapi"],
        "info": {**result["info"], "description": prose.introduction(), "license": prose.LICENCE},
        "servers": [{"url": "https://mitra.example", "description": "Where the directory is served."}],
        "security": [{}, {"bearer": []}],
        "tags": [{"name": name, "description": text} for name, text in prose.TAGS.items() if name in used],
        "paths": _plain(paths),
        "components": {
            "schemas": _plain(dict(sorted(schemas.items()))),
            "parameters": dict(request_headers.REQUEST_HEADERS),
            "headers": components.headers(),
            "responses": components.responses(),
            "securitySchemes": {"bearer": prose.BEARER},
        },
    }
    _share_parameters(document)
    _drop_unused(document)
    return document


def _share_parameters(document: JSON) -> None:
    """Write a parameter that several operations describe alike once, as a component."""
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    written = [(one["name"], repr(one)) for operation in operations for one in operation["parameters"] if "name" in one]
    shared = document["components"]["parameters"]
    # Of a parameter that is not the same everywhere, the commonest form.
    for (name, form), number in sorted(collections.Counter(written).items(), key=lambda item: (-item[1], item[0])):
        component = "".join(part.title() for part in name.split("_"))
        if number > 1 and component not in shared:
            for operation in operations:
                for place, one in enumerate(operation["parameters"]):
                    if repr(one) == form:
                        shared[component] = one
                        operation["parameters"][place] = components.ref(component, section="parameters")


def _plain(value: Any) -> Any:
    """The same without `BlankEnum`, `allOf` of one and, as nothing is ever sent, `readOnly`."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    if value == components.ref("BlankEnum"):
        return components.BLANK
    if isinstance(value.get("allOf"), list) and len(value["allOf"]) == 1:  # as 3.0 needed it
        value = {**value["allOf"][0], **{name: one for name, one in value.items() if name != "allOf"}}
    is_property = isinstance(value.get("readOnly"), bool)
    return {name: _plain(one) for name, one in value.items() if not (is_property and name == "readOnly")}


def _drop_unused(document: JSON) -> None:
    """Leave out components that nothing refers to, until every one is referred to."""
    while True:
        used = set(_references(document))
        used.add("#/components/securitySchemes/bearer")
        kept = {
            section: {name: one for name, one in named.items() if f"#/components/{section}/{name}" in used}
            for section, named in document["components"].items()
        }
        if kept == document["components"]:
            return
        document["components"] = kept


def _references(value: Any) -> list[str]:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    own = [value["$ref"]] if isinstance(value, dict) and isinstance(value.get("$ref"), str) else []
    return [*own, *(reference for child in children for reference in _references(child))]
