"""Every address of the site: the health probes, pages and the API."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from api import documents, errors, health
from api.desk.site import desk
from api.pages import one_click
from api.v1 import root

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("desk/", desk.urls),
    path("docs", documents.read, name="docs"),
    path("docs/try", documents.try_out),
    path("docs/problems", documents.problems),
    path("links/suggestions/<str:token>", one_click.follow, name="suggestion_status"),
    path("links/unsubscribe/<str:token>", one_click.unsubscribe),
    path("links/<str:token>", one_click.ask),
    path("", include("api.pages.urls")),
    re_path(r"^v1/?$", root.RootViewSet.as_view({"get": "list"}, basename="root")),
    path("v1/", include("api.v1.urls")),
]
handler400 = errors.bad_request
handler404 = errors.not_found
handler500 = errors.server_error
