"""The addresses of the pages of decisions."""

from django.views import View

from api.desk import claims, disputes, entry, proposals, said

PAGES: dict[str, tuple[str, type[View]]] = {
    "pair": ("duplicates/<str:reference>", entry.Pair),
    "entry": ("entries/<str:reference>", entry.EntryPage),
    "suggestion": ("suggestions/<str:reference>", said.SuggestionPage),
    "flag": ("flags/<str:reference>", said.FlagPage),
    "proposal": ("proposals/<str:reference>", proposals.ProposalPage),
    "dispute": ("disputes/<str:reference>", disputes.DisputePage),
    "claim": ("claims/<str:reference>", claims.ClaimPage),
    "claim_letter": ("claims/<str:reference>/letter", claims.Letter),
}
