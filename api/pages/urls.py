"""The addresses of pages for people: django-allauth's for signing in, ours for entries, members and keys."""

from django.urls import include, path

from api.pages import (
    account,
    claim,
    entry,
    find,
    invitation,
    keys,
    letter,
    members,
    parcel,
    proposal,
    requests,
    suggest,
    suggestions,
)
from api.pages.page import sensitive

urlpatterns = [
    path("", find.Find.as_view(), name="find"),
    path("entries/<reference>/", entry.Shown.as_view(), name="entry"),
    path("entries/<reference>/claim/", claim.New.as_view(), name="claim_new"),
    path("entries/<reference>/suggest/", suggest.Suggest.as_view(), name="suggest"),
    path("claims/<claim>/", claim.Shown.as_view(), name="claim"),
    path("account/", account.Home.as_view(), name="account_home"),
    path("account/entries/", account.Entries.as_view(), name="account_entries"),
    path("account/entries/<entry>/members/", sensitive(members.Members.as_view()), name="account_members"),
    path("account/entries/<entry>/keys/", sensitive(keys.EntryKeys.as_view()), name="account_keys"),
    path("account/entries/<entry>/suggestions/", suggestions.Suggestions.as_view(), name="account_suggestions"),
    path("account/entries/<entry>/claims/", claim.Near.as_view(), name="claims_near"),
    path("account/entries/<entry>/requests/", requests.Inbox.as_view(), name="requests"),
    path("account/entries/<entry>/requests/<collaboration>/", requests.Request.as_view(), name="request"),
    path("account/tokens/", sensitive(keys.Tokens.as_view()), name="account_tokens"),
    path("account/", include("allauth.account.urls")),
    path("account/second-factors/", include("allauth.mfa.urls")),
    path("offers/<proposal>/", proposal.Offer.as_view(), name="offer"),
    path("needs/<proposal>/", proposal.Need.as_view(), name="need"),
    path("undangan", letter.Letter.as_view(), name="letter"),  # printed on letters
    path("kiriman/<shipment>", parcel.Parcel.as_view(), name="parcel"),  # printed on packing lists
    path("invitations", invitation.Accept.as_view(), name="invitation"),
]
