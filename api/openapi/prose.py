"""The words of the document: what somebody must know who has nothing else."""

from api import errors
from directory import ids
from directory.software import stating

INTRODUCTION = """\
The partner directory of Indonesian school libraries: schools with their libraries, publishers, authors, vendors of
library software and organisations, and which library runs which software. Reading needs no account.

## Finding something
- A known object: `/v1/schools/npsn:20106343`, or by its id: `/v1/schools/sch_...`; of any kind: `/v1/entries/...`.
- A list: filters in the query, a comma means "or", several filters mean "and":
  `/v1/schools?region=32.71&form=sd,mi&sort=name`. A parameter that there is not is refused, with what may be meant.
- A search: `q=` on every list of entries; `/v1/suggest` for a field that completes what is typed.
- Codes stand in the documents, labels in Indonesian and English at `/v1/vocabularies`. An empty text (`""`), `null` or
  `unknown` all say that it is not known.

## Pages
A list is `{"data": [...], "has_more": ..., "next_cursor": ...}` of `limit` objects. Ask again with
`cursor=<next_cursor>` and everything else the same, until `has_more` is false; the header `Link` holds that address
ready-made. Nothing comes twice or is left out when entries are added meanwhile, and no list ends at 10,000.

## Keeping a copy
`/v1/changes` gives every entry once, in the order of its last change: read it to the end for a first copy, keep the
last `next_cursor`, and go on from it whenever you like. It also says what was merged, removed or left your filter.

## The past
`/v1/schools/{id}/history` tells who or which source changed what and when, and
`/v1/schools/{id}?as_of=2026-01-31` shows the entry as it was at the end of that day. What may not be
shown today is not shown of the past either.

## Ids
`sch_`, `pub_`, `aut_`, `ven_`, `org_` (entries), `prd_` (products), `off_`, `ned_` (offers and needs), `ins_`
(statements of use), `src_` (sources) and 26 characters. An id is for ever. When two entries were one, the old id
answers 301 to the one that stays. A region's id is its Kemendagri code. A `/` in an identifier is written `-` in a
path: `ikapi:280-JTI-2021`.

## Freshness
Answers may be kept for a minute and shown up to ten minutes longer while they are fetched anew (`Cache-Control`), so
hiding something takes up to eleven minutes to reach every cache; entries of people are never kept unasked. Send the
`ETag` you hold as `If-None-Match`: 304 means that nothing has changed.

## Licence
The data may be used under the licence that the header `Link` names (`rel="license"`) and that `/v1` tells; name the
source. Every entry says where it came from (`provenance`), and `/v1/sources` what a source does not cover.

## Growing
New members, parameters, codes and problem codes may come within `/v1`; nothing goes or changes its meaning. Ignore what
you do not know.

## Writing
Make a personal token on your account page, or a key of your entry, and send it as `Authorization: Bearer ...`;
`/v1/me` says what it is good for. With a personal token name the entry you act for in `Acting-Entry` where you have
several. Each operation names its scope. Send JSON; a member that there is not is refused. A PATCH is a JSON Merge Patch
(RFC 7396) and needs `If-Match` with the ETag you read. Every POST takes an `Idempotency-Key`: after a broken line send
it again with the same key, and it happens once.

## Limits
`RateLimit` says how many requests you have left in this minute, 429 that there are none: wait as long as `Retry-After`
says. Without a credential the limit is that of your address; a developer key has a higher one of its own.

## Errors
Every refusal is `application/problem+json` (RFC 9457): decide by `code`, and by each `code` in `errors`. After 503 wait
as long as `Retry-After` says. What you may not see looks exactly like what never was: 404.

| Code | Status | Meaning |
| --- | --- | --- |
"""
LICENCE = {"name": "CC-BY-4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}  # the settings' defaults
TAGS = {
    "api": "Where everything is.",
    "entries": "Schools, publishers, authors, vendors and organisations as one list.",
    "schools": "Schools and their libraries.",
    "publishers": "Publishers of books.",
    "authors": "Writers, illustrators, translators, editors and storytellers.",
    "vendors": "Makers and servicers of library software.",
    "organisations": "Associations, foundations, offices, universities, community libraries and bookshops.",
    "products": "Library software, and which libraries run it.",
    "offers": "What entries would give: books, visits, trainings, mentoring, licences.",
    "needs": "What entries ask for.",
    "installations": "Who says that a library runs a product, since when, and with whose consent.",
    "regions": "Provinces, regencies and cities, districts and villages.",
    "sources": "Where the data comes from.",
    "vocabularies": "Code lists with their labels.",
    "suggest": "Autocomplete.",
    "changes": "What a mirror reads.",
    "duplicates": "Entries that may be one, for moderators.",
    "me": "Who you are here, and what your credential is good for.",
    "claims": "Who says that they act for an entry, what speaks for it, and what was decided.",
    "suggestions": "What somebody proposes to change, and what became of it.",
    "flags": "What somebody says is wrong.",
    "memberships": "Who acts for an entry, and in which roles.",
    "invitations": "Inviting people by mail to act for an entry.",
    "professionals": "People who work in school libraries and want to be found.",
    "agreements": "What was accepted, as a deed that both sides sign.",
    "sessions": "Visits and trainings at their times.",
    "shipments": "What was promised travels, and is counted on receipt.",
    "disputes": "What one side of a shipment says is not so, and how that ends.",
    "threads": "What the two sides of a collaboration request write to each other, and what happened to it.",
    "events": "What happened, for programs that react to it.",
    "notifications": "What a person is told of.",
    "blocks": "Of whom an entry takes nothing, and of whom it does not want to hear.",
    "collaboration-requests": "What one entry asks of or offers to another: terms, answers, what was agreed.",
    "api-keys": "Keys of entries, tokens of people, keys of developers.",
}
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A personal token (`mp_user_...`), an entry's key (`mp_live_...`) or a developer key, in "
    "`Authorization: Bearer`. Never in an address.",
}
TAG_OF = {
    "root": "api",
    **{f"{kind}-installations": "installations" for kind in stating.LIBRARIES},
    "product-libraries": "products",
    "claim-letters": "claims",
    "collaboration-terms": "collaboration-requests",
    "offers-accept-many": "collaboration-requests",
    "entry-suggestions": "suggestions",
    "entry-offers": "offers",
    "offer-attachments": "offers",
    "offer-attachment": "offers",
    "need-attachments": "needs",
    "need-attachment": "needs",
    "need-templates": "needs",
    "entry-needs": "needs",
    "entry-history": "entries",
    **{f"{kind}-history": f"{kind}s" for kind in ids.ENTRIES},
    "entry-contacts": "entries",
    **{f"{kind}-contacts": f"{kind}s" for kind in ids.ENTRIES},
    "me-professional": "me",
    "me-export": "me",
    "me-erase": "me",
    "me-consents": "me",
    "collaboration-letters": "collaboration-requests",
    "packing-lists": "shipments",
    "agreement-documents": "agreements",
    "verify": "agreements",
    "session-calendar": "sessions",
    "sessions-attendees": "sessions",
    "certificates": "sessions",
    "traces": "shipments",
    "entry-giving": "entries",
    "handover-records": "shipments",
    "collaboration-requests-destination": "collaboration-requests",
    "me-notification-preferences": "notifications",
    "timeline": "threads",
    "thread": "threads",
    "read-marker": "threads",
    "counterparty-contacts": "threads",
    "messages": "threads",
    "message-files": "threads",
    "message-file": "threads",
}
# Resource -> operationId and summary of its list, where "list" and the name of the resource would not do.
OPERATIONS = {
    "root": ("getApi", "See what there is"),
    "me": ("getMe", "See who you are"),
    "events": ("listEvents", "Follow what happens"),
    "me-notification-preferences": ("getNotificationPreferences", "See how you are told"),
    "timeline": ("listTimeline", "Read what happened in a request"),
    "read-marker": ("getReadMarker", "See how far you have read"),
    "counterparty-contacts": ("listCounterpartyContacts", "See how to reach the other side"),
    "claim-letters": ("getClaimLetter", "Download the letter of a claim"),
    "collaboration-terms": ("getCollaborationTerms", "Get all revisions of the terms, and what differs"),
    "me-professional": ("getMyProfessional", "Get your professional profile"),
    "me-export": ("exportMe", "Take along everything held about you"),
    "me-consents": ("listMyConsents", "List what you agreed to"),
    "traces": ("getTrace", "Trace promised units"),
    "entry-giving": ("getGiving", "Sum what an entry gave in a year"),
    "session-calendar": ("getSessionCalendar", "Take a session into a calendar"),
    "sessions-attendees": ("listAttendees", "List who attended"),
    "certificates": ("getCertificate", "Print a certificate"),
    "agreement-documents": ("getAgreementDocument", "Print an agreement"),
    "verify": ("verifyAgreement", "Verify the hash of an agreement"),
    "collaboration-letters": ("getCollaborationLetter", "Get the letter to an entry that nobody acts for"),
    "packing-lists": ("getPackingList", "Print a packing list"),
    "handover-records": ("getHandoverRecord", "Get the handover record"),
    "collaboration-requests-destination": ("getDestination", "See where deliveries go"),
    "suggest": ("suggestEntries", "Suggest entries while somebody types"),
    "changes": ("listChanges", "Follow what changes"),
    **{
        f"{kind}-history": (
            f"list{kind.title()}History",
            f"List what became of {'an' if kind[0] in 'aeo' else 'a'} {kind}",
        )
        for kind in ("entry", *ids.ENTRIES)
    },
    "entry-offers": ("listEntryOffers", "List the offers of an entry"),
    "entry-needs": ("listEntryNeeds", "List the needs of an entry"),
    **{
        f"{kind}-installations": (
            f"list{kind.title()}Installations",
            f"List the software history of the library of {a}",
        )
        for kind, a in (("school", "a school"), ("organisation", "an organisation"))
    },
    "entry-suggestions": ("listEntrySuggestions", "List the suggestions for an entry"),
    "product-libraries": ("listProductLibraries", "List the libraries that run a product"),
}


def introduction() -> str:
    """The description of the API, with every code of a problem."""
    return INTRODUCTION + "\n".join(
        f"| `{code}` | {problem.status} | {_meaning(problem.en)} |" for code, problem in errors.CATALOGUE.items()
    )


def _meaning(sentence: str) -> str:
    return sentence.replace("{", "*").replace("}", "*").replace("|", "\\|")
