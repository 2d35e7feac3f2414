"""The router table of /v1."""

import re
from typing import Any

from django.urls import path, re_path
from rest_framework import routers

from api import documents
from api.v1 import (
    agreements,
    api_keys,
    blocks,
    changes,
    claims,
    collaboration_letters,
    collaboration_terms,
    collaborations,
    contacts,
    disputes,
    duplicates,
    events,
    flags,
    history,
    installations,
    invitations,
    kinds,
    me,
    memberships,
    messages,
    need_templates,
    notifications,
    own_data,
    products,
    professionals,
    proposal_attachments,
    proposal_lists,
    proposals,
    regions,
    sessions,
    shipments,
    sources,
    suggest,
    suggestions,
    traces,
    vocabularies,
)

PUBLIC = {
    "entries": kinds.EntriesViewSet,
    **{f"{viewset.kind}s": viewset for viewset in kinds.VIEWSETS},
    "professionals": professionals.ProfessionalViewSet,
    "products": products.ProductViewSet,
    "installations": installations.InstallationViewSet,
    "offers": proposals.OfferViewSet,
    "needs": proposals.NeedViewSet,
    "need-templates": need_templates.NeedTemplateViewSet,
    "regions": regions.RegionViewSet,
    "sources": sources.SourceViewSet,
    "vocabularies": vocabularies.VocabularyViewSet,
    "suggest": suggest.SuggestViewSet,
    "changes": changes.ChangeViewSet,
    "events": events.EventViewSet,
}
OF_CALLERS = {  # 401 without a credential
    "duplicates": duplicates.DuplicateViewSet,
    "me": me.MeViewSet,
    "api-keys": api_keys.ApiKeyViewSet,
    "claims": claims.ClaimViewSet,
    "collaboration-requests": collaborations.CollaborationViewSet,
    "suggestions": suggestions.SuggestionViewSet,
    "flags": flags.FlagViewSet,
    "memberships": memberships.MembershipViewSet,
    "invitations": invitations.InvitationViewSet,
    "agreements": agreements.AgreementViewSet,
    "sessions": sessions.SessionViewSet,
    "shipments": shipments.ShipmentViewSet,
    "disputes": disputes.DisputeViewSet,
    "blocks": blocks.BlockViewSet,
    "notifications": notifications.NotificationViewSet,
}
RESOURCES: dict[str, Any] = {**PUBLIC, **OF_CALLERS}
# What a person has, or asks for, once: no list and no id.
OWN: dict[str, Any] = {
    "me/professional": (
        professionals.OwnProfessionalViewSet,
        {"get": "list", "put": "update", "patch": "partial_update", "delete": "destroy"},
    ),
    "me/export": (own_data.ExportViewSet, {"get": "list"}),
    "me/erase": (own_data.EraseViewSet, {"post": "create"}),
    "offers/(?P<offer>[^/]+)/accept-many": (collaboration_terms.AcceptManyViewSet, {"post": "create"}),
    "sessions/(?P<session>[^/]+)/attendees": (sessions.AttendeeViewSet, {"get": "list", "put": "update"}),
    "me/notification-preferences": (
        notifications.PreferencesViewSet,
        {"get": "list", "patch": "partial_update"},
    ),
    "collaboration-requests/(?P<collaboration>[^/]+)/destination": (
        shipments.DestinationViewSet,
        {"get": "list", "put": "update"},
    ),
}
_BASENAME = re.compile(r"(/\(\?P<\w+>[^)]*\))?/")
# What stands below one request or one message: name -> address, view, methods.
_REQUEST, _MESSAGE = "collaboration-requests/(?P<collaboration>[^/]+)", "messages/(?P<message>[^/]+)"
OF_THREADS: dict[str, Any] = {
    "timeline": (f"{_REQUEST}/timeline", messages.TimelineViewSet, {"get": "list"}),
    "thread": (f"{_REQUEST}/messages", messages.ThreadViewSet, {"post": "create"}),
    "read-marker": (f"{_REQUEST}/read-marker", messages.ReadMarkerViewSet, {"get": "list", "post": "create"}),
    "counterparty-contacts": (f"{_REQUEST}/contacts", messages.CounterpartyContactsViewSet, {"get": "list"}),
    "messages": ("messages/(?P<pk>[^/]+)", messages.MessageViewSet, {"get": "retrieve"}),
    "message-files": (f"{_MESSAGE}/files", messages.MessageFilesViewSet, {"post": "create"}),
    "message-file": (f"{_MESSAGE}/files/(?P<pk>[^/]+)", messages.MessageFilesViewSet, {"get": "retrieve"}),
}
for _name, _view in (
    ("offer", proposal_attachments.OfferAttachmentViewSet),
    ("need", proposal_attachments.NeedAttachmentViewSet),
):
    _files = f"{_name}s/(?P<{_name}>[^/]+)/attachments"
    OF_THREADS[f"{_name}-attachments"] = (_files, _view, {"post": "create"})
    OF_THREADS[f"{_name}-attachment"] = (f"{_files}/(?P<pk>[^/]+)", _view, {"get": "retrieve", "delete": "destroy"})
router = routers.SimpleRouter()
router.trailing_slash = "/?"  # the constructor takes a yes or no
for name, viewset in RESOURCES.items():
    router.register(name, viewset, basename=name)  # type: ignore[type-var]
for kind, of_library in installations.OF_LIBRARIES.items():
    router.register(f"{kind}s/(?P<{kind}>[^/]+)/installations", of_library, f"{kind}-installations")
router.register("products/(?P<product>[^/]+)/libraries", installations.ProductLibraryViewSet, "product-libraries")
router.register("claims/(?P<claim>[^/]+)/letter", claims.ClaimLetterViewSet, "claim-letters")
router.register(
    "collaboration-requests/(?P<collaboration>[^/]+)/terms", collaboration_terms.TermsViewSet, "collaboration-terms"
)
router.register(f"{_REQUEST}/letter", collaboration_letters.CollaborationLetterViewSet, "collaboration-letters")
router.register("entries/(?P<entry>[^/]+)/offers", proposal_lists.OffersOfEntry, "entry-offers")
router.register("entries/(?P<entry>[^/]+)/needs", proposal_lists.NeedsOfEntry, "entry-needs")
router.register("entries/(?P<entry>[^/]+)/suggestions", suggestions.EntrySuggestionViewSet, "entry-suggestions")
for kind, name in {"entry": "entries", **{viewset.kind: f"{viewset.kind}s" for viewset in kinds.VIEWSETS}}.items():
    router.register(f"{name}/(?P<entry>[^/]+)/history", history.HistoryViewSet, f"{kind}-history")
for kind, of_kind in contacts.VIEWSETS.items():
    plural = "entries" if kind == "entry" else f"{kind}s"
    router.register(f"{plural}/(?P<entry>[^/]+)/contacts", of_kind, f"{kind}-contacts")
router.register("shipments/(?P<shipment>[^/]+)/packing-list", shipments.PackingListViewSet, "packing-lists")
router.register("shipments/(?P<shipment>[^/]+)/handover-record", shipments.HandoverRecordViewSet, "handover-records")
router.register("traces/(?P<trace>[^/]+)", traces.TraceViewSet, "traces")
router.register("entries/(?P<entry>[^/]+)/giving", traces.GivingViewSet, "entry-giving")
router.register("agreements/(?P<agreement>[^/]+)/document", agreements.AgreementDocumentViewSet, "agreement-documents")
router.register("verify/(?P<hash>[^/]+)", agreements.VerifyViewSet, "verify")
router.register("sessions/(?P<session>[^/]+)/calendar", sessions.CalendarViewSet, "session-calendar")
router.register(
    "sessions/(?P<session>[^/]+)/attendees/(?P<attendee>[^/]+)/certificate",
    sessions.CertificateViewSet,
    "certificates",
)
router.register("me/consents", own_data.ConsentViewSet, "me-consents")

urlpatterns = [
    path("openapi.json", documents.as_json, name="openapi-json"),
    path("openapi.yaml", documents.as_yaml, name="openapi-yaml"),
    *router.urls,
    *(
        re_path(rf"^{address}/?$", view.as_view(methods, basename=_BASENAME.sub("-", address)))
        for address, (view, methods) in OWN.items()
    ),
    *(
        re_path(rf"^{address}/?$", view.as_view(methods, basename=name))
        for name, (address, view, methods) in OF_THREADS.items()
    ),
]
