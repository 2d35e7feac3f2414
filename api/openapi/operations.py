"""How one operation is described: drf-spectacular reads the view, this adds what the contract says of every one."""

import inspect
import re
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import PolymorphicProxySerializer

from api import filtering
from api.openapi import components, examples, parameters, prose, request_headers

JSON = dict[str, Any]
EVERYWHERE = ("304", "400", "401", "403", "406", "429", "500", "503")
WRITING = ("400", "401", "403", "406", "409", "413", "415", "429", "500", "503")


class Schema(AutoSchema):
    """The description of the views of /v1."""

    view: Any

    @property
    def written(self) -> Any:
        """What a writing action declares (api/v1/writing.py); None of one that reads."""
        return getattr(getattr(self.view, self.view.action or "", None), "operation", None)

    def get_operation_id(self) -> str:
        """`listSchools`, `getSchool`, `listProductLibraries`."""
        if self.written:
            return str(self.written.named(self.view)[0])
        if self._is_named():
            return prose.OPERATIONS[self.view.basename][0]
        plural = self.view.basename.replace("-", " ").title().replace(" ", "")
        return f"list{plural}" if self._is_list_view() else f"get{_singular(plural)}"

    def get_summary(self) -> str:
        """A few words that begin with a verb."""
        if self.written:
            return str(self.written.named(self.view)[1])
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

    def get_request_serializer(self) -> Any:
        """The shape of what is sent."""
        shape = self.written.body_of(self.view) if self.written else None
        return shape() if shape else None

    def _get_request_body(self, direction: Any = "request") -> JSON | None:
        """What is sent, with an example."""
        described: JSON | None = super()._get_request_body(direction)
        if described is not None:
            shape = self.written.body_of(self.view)
            for media in described["content"].values():
                media["example"] = shape.example
        return described

    def map_parsers(self) -> list[str]:
        """The media types of what is sent: a merge patch has a name of its own too."""
        shape = self.written.body_of(self.view) if self.written else None
        return [
            shape.media_type if shape else "application/json",
            *(["application/merge-patch+json"] if self.method == "PATCH" else []),
        ]

    def get_response_serializers(self) -> Any:
        """The class as declared: that of all kinds together cannot be instantiated."""
        shape = (self.written.answer if self.written else None) or self.view.serializer_class
        return shape if isinstance(shape, PolymorphicProxySerializer) else shape()

    def get_auth(self) -> list[JSON]:
        """Of a writing operation the scope that its credential needs; whoever reads may be nobody."""
        scopes = [self.written.scope] if self.written and self.written.scope else []
        is_for_anyone = self.written is None or self.written.is_for_anyone
        return [*([{}] if is_for_anyone else []), {"bearer": scopes}]

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action == "list" and not self.view.is_single

    def _get_parameters(self) -> list[JSON]:
        path = [one["name"] for one in super()._get_parameters() if one["in"] == "path"]
        left_out = {"IfNoneMatch"} if self.written else {"IdempotencyKey", "IfMatch"}
        left_out |= set() if self.method == "POST" else {"IdempotencyKey"}
        left_out |= set() if self.method in ("PATCH", "PUT") else {"IfMatch"}
        wanted = [name for name in request_headers.REQUEST_HEADERS if name not in left_out]
        headers = [components.ref(name, section="parameters") for name in wanted]
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
        if self.written:
            return self._written_responses()
        responses: JSON = super()._get_response_bodies(direction)
        statuses = [*EVERYWHERE, *(["404"] if "{" in self.path or self.view.can_be_missing else [])]
        for status in statuses:
            name = "NotModified" if status == "304" else components.BY_STATUS[status]
            responses[status] = components.ref(name, section="responses")
        if self.view.erases and self.view.action == "retrieve":
            responses["410"] = components.ref("Gone", section="responses")
        if self.view.moves and "{" in self.path and self.view.action in ("retrieve", "list"):
            responses["301"] = components.ref("Moved", section="responses")
        return dict(sorted(responses.items()))

    def _written_responses(self) -> JSON:
        """What a writing operation can answer."""
        statuses = [*WRITING, *(["404"] if "{" in self.path or self.view.can_be_missing else [])]
        statuses += ["422"] if self.method == "POST" else []
        statuses += {"PATCH": ["412", "428"], "PUT": ["412"]}.get(self.method, [])
        responses = {status: components.ref(components.BY_STATUS[status], section="responses") for status in statuses}
        for status in {str(self.written.status), *(["201"] if self.method == "PUT" else [])}:
            responses[status] = self._written_response(status)
        return dict(sorted(responses.items()))

    def _written_response(self, status: str) -> JSON:
        replayed = ("Idempotent-Replayed",) if self.method == "POST" else ()
        if status == "204":
            return {"description": "Done.", "headers": components.with_headers(*replayed)}
        own = ("Location",) if status == "201" else ()
        shape = self.get_response_serializers()
        response: JSON = super()._get_response_for_code(shape, status)
        response["description"] = "The object as it is now."
        response["headers"] = components.with_headers("ETag", "Cache-Control", *own, *replayed)
        schema = response["content"]["application/json"]["schema"]
        shown = getattr(getattr(shape, "fields", {}).get("object"), "name", self.view.object_name)
        example = {**examples.of(shown, is_list=False), **getattr(shape, "example_also", {})}
        return {**response, "content": {"application/json": {"schema": schema, "example": example}}}

    def _get_response_for_code(self, serializer: Any, status_code: str, *args: Any, **kwargs: Any) -> JSON:
        if self.view.is_file:
            return components.file(self.view.renderer_classes[0].media_type)
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
