"""How one operation is described: drf-spectacular reads the view, this adds what the contract says of every one."""

import inspect
import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import PolymorphicProxySerializer

from api import filtering
from api.openapi import components, examples, parameters, prose

JSON = dict[str, Any]
EVERYWHERE = ("304", "400", "401", "406", "500", "503")


class Schema(AutoSchema):
    """The description of the views of /v1."""

    view: Any

    def get_operation_id(self) -> str:
        """`listSchools`, `getSchool`, `listProductLibraries`."""
        if self._is_named():
            return prose.OPERATIONS[self.view.basename][0]
        plural = self.view.basename.replace("-", " ").title().replace(" ", "")
        return f"list{plural}" if self._is_list_view() else f"get{_singular(plural)}"

    def get_summary(self) -> str:
        """A few words that begin with a verb."""
        if self._is_named():
            return prose.OPERATIONS[self.view.basename][1]
        words = self.view.basename.replace("-", " ")
        if self._is_list_view():
            return f"List {words}"
        return f"Get {'an' if words[0] in 'aeiou' else 'a'} {_singular(words)}"

    def _is_named(self) -> bool:
        return self.view.action == "list" and self.view.basename in prose.OPERATIONS

    def get_tags(self) -> list[str]:
        """The resource, of a resource below another that one."""
        return [prose.TAG_OF.get(self.view.basename, self.view.basename)]

    def get_description(self) -> str:
        """Of a list the docstring of its resource, of other actions their own."""
        documented = self.view.__class__ if self._is_about_resource() else getattr(self.view, self.view.action)
        return inspect.getdoc(documented) or ""

    def _is_about_resource(self) -> bool:
        return bool(self.view.action == "list")

    def get_filter_backends(self) -> list[Any]:
        """None: `_get_parameters` gives all parameters."""
        return []

    def get_response_serializers(self) -> Any:
        """The class as declared: that of all kinds together cannot be instantiated."""
        shape = self.view.serializer_class
        return shape if isinstance(shape, PolymorphicProxySerializer) else shape()

    def get_auth(self) -> list[JSON]:
        """None: the document says it once for all."""
        return []

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action == "list" and not self.view.is_single

    def _get_parameters(self) -> list[JSON]:
        path = [one["name"] for one in super()._get_parameters() if one["in"] == "path"]
        headers = [components.ref(name, section="parameters") for name in components.REQUEST_HEADERS]
        return [
            *(parameters.of_path(self.view, name=name) for name in path),
            *map(self._with_named_fields, parameters.all_of(self.view)),
            *headers,
        ]

    def _with_named_fields(self, parameter: JSON) -> JSON:
        """The parameter; the members that `fields` chooses from under a name of their own."""
        if parameter["name"] != "fields":
            return parameter
        items = self._component(f"{self.view.object_name.title()}Field", parameter["schema"]["items"])
        return {**parameter, "schema": {**parameter["schema"], "items": items}}

    def _get_response_bodies(self, direction: Any = "response") -> JSON:
        responses: JSON = super()._get_response_bodies(direction)
        statuses = [*EVERYWHERE, *(["404"] if "{" in self.path else [])]
        for status in statuses:
            name = "NotModified" if status == "304" else components.BY_STATUS[status]
            responses[status] = components.ref(name, section="responses")
        if self.view.moves and self.view.action == "retrieve":
            responses["301"] = components.ref("Moved", section="responses")
        return dict(sorted(responses.items()))

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> JSON:
        response: JSON = super()._get_response_for_code(serializer, status_code, *args, **kwargs)
        is_list = self._is_list_view()
        response["description"] = "A page of the list." if is_list else "The object."
        own = ("Content-Language",) if self.view.is_labelled else ()
        response["headers"] = components.with_headers("ETag", "Cache-Control", "Link", *own)
        media = response["content"]["application/json"]
        if is_list:
            media["schema"] = self._envelope(media["schema"]["items"])
        media["example"] = examples.of(self.view.object_name, is_list=is_list)
        self._describe_formats(response)
        return response

    def _describe_formats(self, response: JSON) -> None:
        """The shapes of the formats other than JSON."""
        for one in self.view.get_renderers():
            if one.page_schema == components.TEXT and self._is_list_view():
                response["headers"]["ETag"] = components.ref("PageETag", section="headers")
            if shape := one.page_schema if self._is_list_view() else one.one_schema:
                response["content"][one.media_type] = {"schema": shape}

    def _envelope(self, item: JSON) -> JSON:
        """The reference to the page of a list, named after what it lists."""
        name = f"{item['$ref'].rpartition('/')[2]}List"
        known = filtering.known(self.view)
        schema = components.envelope(
            item, with_total="include" in known, facets=bool(self.view.facets), searches=self.view.corrects
        )
        return self._component(name, schema)

    def _component(self, name: str, schema: JSON) -> JSON:
        component = ResolvedComponent(name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name)
        self.registry.register_on_missing(component)
        return dict(component.ref)


def _singular(word: str) -> str:
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else word.removesuffix("s")
