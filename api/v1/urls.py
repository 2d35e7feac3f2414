"""The router table of /v1."""

from typing import Any

from django.urls import path
from rest_framework import routers

from api import documents
from api.v1 import (
    api_keys,
    changes,
    claims,
    duplicates,
    flags,
    history,
    installations,
    invitations,
    kinds,
    me,
    memberships,
    products,
    regions,
    sources,
    suggest,
    suggestions,
    vocabularies,
)

PUBLIC = {
    "entries": kinds.EntriesViewSet,
    **{f"{viewset.kind}s": viewset for viewset in kinds.VIEWSETS},
    "products": products.ProductViewSet,
    "installations": installations.InstallationViewSet,
    "regions": regions.RegionViewSet,
    "sources": sources.SourceViewSet,
    "vocabularies": vocabularies.VocabularyViewSet,
    "suggest": suggest.SuggestViewSet,
    "changes": changes.ChangeViewSet,
}
OF_CALLERS = {  # 401 without a credential
    "duplicates": duplicates.DuplicateViewSet,
    "me": me.MeViewSet,
    "api-keys": api_keys.ApiKeyViewSet,
    "claims": claims.ClaimViewSet,
    "suggestions": suggestions.SuggestionViewSet,
    "flags": flags.FlagViewSet,
    "memberships": memberships.MembershipViewSet,
    "invitations": invitations.InvitationViewSet,
}
RESOURCES: dict[str, Any] = {**PUBLIC, **OF_CALLERS}
router = routers.SimpleRouter()
router.trailing_slash = "/?"  # the constructor takes a yes or no
for name, viewset in RESOURCES.items():
    router.register(name, viewset, basename=name)  # type: ignore[type-var]
router.register(
    "schools/(?P<school>[^/]+)/installations", installations.SchoolInstallationViewSet, "school-installations"
)
router.register("products/(?P<product>[^/]+)/libraries", installations.ProductLibraryViewSet, "product-libraries")
router.register("claims/(?P<claim>[^/]+)/letter", claims.ClaimLetterViewSet, "claim-letters")
router.register("entries/(?P<entry>[^/]+)/suggestions", suggestions.EntrySuggestionViewSet, "entry-suggestions")
for kind, name in {"entry": "entries", **{viewset.kind: f"{viewset.kind}s" for viewset in kinds.VIEWSETS}}.items():
    router.register(f"{name}/(?P<entry>[^/]+)/history", history.HistoryViewSet, f"{kind}-history")

urlpatterns = [
    path("openapi.json", documents.as_json, name="openapi-json"),
    path("openapi.yaml", documents.as_yaml, name="openapi-yaml"),
    *router.urls,
]
