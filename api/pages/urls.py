"""The addresses of pages for people: django-allauth's for signing in, ours for entries, members and keys."""

from django.urls import include, path

from api.pages import account, invitation, keys, members
from api.pages.page import sensitive

urlpatterns = [
    path("account/", account.Home.as_view(), name="account_home"),
    path("account/entries/", account.Entries.as_view(), name="account_entries"),
    path("account/entries/<entry>/members/", sensitive(members.Members.as_view()), name="account_members"),
    path("account/entries/<entry>/keys/", sensitive(keys.EntryKeys.as_view()), name="account_keys"),
    path("account/tokens/", sensitive(keys.Tokens.as_view()), name="account_tokens"),
    path("account/", include("allauth.account.urls")),
    path("account/second-factors/", include("allauth.mfa.urls")),
    path("invitations", invitation.Accept.as_view(), name="invitation"),
]
