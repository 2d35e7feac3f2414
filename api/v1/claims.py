"""Claims: say that you act for an entry, give evidence, vouch for others; and the moderators' decisions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request

from api import errors as problems
from api import multipart, renderers
from api.openapi import components
from api.v1 import entries, inputs, resource, uploads, writing
from api.v1.claim_shapes import ClaimSerializer, LetterCodeSerializer
from directory import actors, clock, errors, ids, vocabularies
from partners.trust import claim_filters, claim_moves, evidence, proofs
from partners.trust.claims import Claim


class ClaimInput(inputs.Input):
    """A claim to be opened."""

    example = {"entry": "npsn:20106343", "statement": "Saya guru pustakawan sejak 2019."}
    entry = inputs.Text(max_length=100, help_text="An id or `scheme:value`.")
    statement = inputs.Text(max_length=1000, required=False, allow_blank=True, help_text="To the moderator.")


class AddressInput(inputs.Input):
    """Where a code is sent to."""

    example = {"address": "tu@sdn3sukamaju.sch.id"}
    address = serializers.EmailField(max_length=254)


class CodeInput(inputs.Input):
    """A code that was received."""

    example = {"kind": "institutional_mail", "code": "7KQM-X2RD"}
    kind = serializers.ChoiceField(choices=evidence.CODES, help_text="The kind of the evidence that waits for it.")
    code = inputs.Text(max_length=40)


class AcceptInput(inputs.Input):
    """What the moderator has looked at."""

    example = {"checked": ["assignment_letter"]}
    checked = serializers.ListField(
        child=serializers.ChoiceField(choices=vocabularies.choices("evidence_kind")),
        required=False,
        max_length=10,
        help_text="Of what was handed in; left out: all of it.",
    )


class DecisionInput(inputs.Input):
    """Why."""

    example = {"reason": "Surat tugas tidak terbaca."}
    reason = inputs.Text(max_length=1000, help_text="The claimant reads it.")


class ReadsClaims:
    """Who may read claims, and with which credential; nobody's, and the rest is not even looked at."""

    actor: actors.Actor
    path_pattern, path_example = components.public_id("claim")["pattern"], "clm_01kf3cb0s3f8q8r2d1kq8m8n8p"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse the anonymous, before any body is read."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if self.action != "metadata" and self.actor.kind == "anonymous":  # type: ignore[attr-defined]
            raise errors.Forbidden("sign_in_needed")

    def visible(self) -> QuerySet[Any]:
        """The claims that the caller may see; 403 without the scope."""
        if "claims:read" not in self.actor.scopes:
            raise errors.Forbidden("missing_scope", value="claims:read")
        return Claim.objects.as_seen_by(self.actor)


class ClaimViewSet(writing.Writes, ReadsClaims, resource.ResourceViewSet):
    """Claims: one's own; to moderators those of their regions; to verified members those they can vouch for."""

    object_name, model, serializer_class = "claim", Claim, ClaimSerializer
    renderer_classes = (renderers.Json,)
    filterset_class = claim_filters.ClaimFilter

    def prepared(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """With entry, claimant and evidence."""
        of_claim = evidence.Evidence.objects.select_related("user", "entry").order_by("pk")
        return rows.select_related("entry", "user").prefetch_related(Prefetch("evidence", of_claim))

    def documents(self, keys: Sequence[Any]) -> dict[Any, bytes]:
        """The JSON of those that can be seen."""
        rows = self.prepared(self.visible().filter(pk__in=keys)).in_bulk()
        return {key: self._document(row) for key, row in rows.items()}

    def retrieve(self, request: Request, pk: str) -> HttpResponse:
        """One claim."""
        row = self.prepared(self.visible()).filter(pk=self.key_of(pk)).first()
        if row is None:
            raise errors.Missing("not_found")
        return self.answer_one(self._document(row), version=row.version)

    @writing.writes("openClaim", "Claim an entry", scope="claims:write", body=ClaimInput, status=201)
    def create(self, request: Request) -> HttpResponse:
        """Say that you act for an entry. Then give evidence: a code to the institution's mail is enough at once.

        Anything else that was handed in waits for a moderator; after seven days without an answer the claim holds
        provisionally. No acting entry is needed, and only a person can do it.
        """
        asked = self.body()
        key = entries.listed_key(asked["entry"])
        row = claim_moves.open(key, statement=asked.get("statement", ""), by=self.actor, now=clock.now())
        return self._answer_claim(row, status=201)

    @writing.writes("sendClaimCode", "Send a code to the institution", scope="claims:write", body=AddressInput)
    @action(detail=True, methods=["post"], url_path="send-code")
    def send_code(self, request: Request, pk: str) -> HttpResponse:
        """Mail a code to an address of the institution (a contact of the entry, or of its website's domain), of a
        school's `sch.id` domain, or of an education account. It holds three days; five a day.
        """
        return self._done(proofs.send_code, pk, address=self.body()["address"])

    @writing.writes("confirmClaimCode", "Type a code", scope="claims:write", body=CodeInput)
    @action(detail=True, methods=["post"], url_path="confirm-code")
    def confirm_code(self, request: Request, pk: str) -> HttpResponse:
        """Prove a code. Of the institution's mail or of a letter it accepts the claim at once, unless it is contested.
        Ten wrong ones lock the code.
        """
        row, is_right = proofs.confirm_code(self.key_of(pk), **self.body(), by=self.actor, now=clock.now())
        if not is_right:  # told, not raised: the try counts
            return problems.answer(request._request, "wrong_code")
        return self._answer_claim(row)

    @writing.writes("uploadClaimLetter", "Hand in a letter of assignment", scope="claims:write", body=uploads.FileInput)
    @action(detail=True, methods=["post"], url_path="upload-letter", parser_classes=(multipart.OneFile,))
    def upload_letter(self, request: Request, pk: str) -> HttpResponse:
        """A photo or PDF with stamp, in the part `file`; only you and the moderators can read it."""
        file = self.body()["file"]
        return self._done(proofs.upload_letter, pk, name=file["name"], content=file.content)

    @writing.writes("showClaimAccount", "Count your education account", scope="claims:write")
    @action(detail=True, methods=["post"], url_path="show-account")
    def show_account(self, request: Request, pk: str) -> HttpResponse:
        """Your own confirmed address is evidence when a ministry gives it to educators."""
        return self._done(proofs.show_account, pk)

    @writing.writes("vouchForClaim", "Vouch for a claimant", scope="claims:write")
    @action(detail=True, methods=["post"])
    def vouch(self, request: Request, pk: str) -> HttpResponse:
        """As a member of a verified entry of the regency: you know that this person works there. Two are evidence."""
        return self._done(proofs.vouch, pk)

    @writing.writes(
        "issueClaimLetterCode", "Make a code for a letter", scope="moderation:write", answer=LetterCodeSerializer
    )
    @action(detail=True, methods=["post"], url_path="issue-letter-code")
    def issue_letter_code(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: a code to print into a letter to the institution; it holds 60 days."""
        row, code = proofs.issue_letter_code(self.key_of(pk), by=self.actor, now=clock.now())
        return self._answer_claim(row, letter_code=f"{code[:4]}-{code[4:]}")

    @writing.writes("withdrawClaim", "Withdraw a claim", scope="claims:write")
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> HttpResponse:
        """Take your claim back; what it gave ends."""
        return self._done(claim_moves.withdraw, pk)

    @writing.writes("acceptClaim", "Accept a claim", scope="moderation:write", body=AcceptInput)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: the claimant acts for the entry from now on, and every other claim to it ends."""
        return self._done(claim_moves.accept, pk, checked=self.body().get("checked"))

    @writing.writes("declineClaim", "Decline a claim", scope="moderation:write", body=DecisionInput)
    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> HttpResponse:
        """For moderators: no, with the reason; what the claim gave provisionally ends."""
        return self._done(claim_moves.decline, pk, reason=self.body()["reason"])

    @writing.writes("suspendClaim", "Suspend a provisional claim", scope="moderation:write", body=DecisionInput)
    @action(detail=True, methods=["post"])
    def suspend(self, request: Request, pk: str) -> HttpResponse:
        """Stop a claim that nobody has decided yet: nobody acts for the entry by it until somebody does."""
        return self._done(claim_moves.suspend, pk, reason=self.body()["reason"])

    def _done(self, verb: Any, pk: str, **given: Any) -> HttpResponse:
        return self._answer_claim(verb(self.key_of(pk), **given, by=self.actor, now=clock.now()))

    def _answer_claim(self, row: Claim, *, status: int = 200, letter_code: str = "") -> HttpResponse:
        """The claim as it is now, also to a voucher who cannot see it any more."""
        shown = self.prepared(Claim.objects.told_to(self.actor)).get(pk=row.pk)
        location = f"/v1/claims/{ids.encode('claim', row.pk)}" if status == 201 else ""
        body = self._document(shown, letter_code=letter_code)
        return self.answer_written(
            body, version=shown.version, status=status, location=location, is_secret=bool(letter_code)
        )

    def _document(self, row: Any, *, letter_code: str = "") -> bytes:
        row.letter_code = letter_code
        shape = LetterCodeSerializer if letter_code else ClaimSerializer
        return resource.dumps(shape(context={"actor": self.actor}).to_representation(row))


class ClaimLetterViewSet(ReadsClaims, resource.ListViewSet):
    """The letter of assignment that was handed in last, to the claimant and to moderators, as a download."""

    object_name, model, serializer_class = "claim_letter", Claim, ClaimSerializer
    renderer_classes = (renderers.File,)
    parameters = ("format",)
    is_single = is_file = True

    def list(self, request: Request, claim: str) -> HttpResponse:
        """The file. No browser shows it as a page of this service: it comes as bytes to be saved."""
        self.visible()  # the credential and its scope
        file = proofs.file_of(_claim_key(claim), by=self.actor)
        response = self._answer(bytes(file.content))
        return uploads.for_saving(response, name=f"surat-tugas-{claim[4:]}.{file.type}")


def _claim_key(text: str) -> Any:
    try:
        name, key = ids.decode(text)
    except errors.Invalid:
        raise errors.Missing("not_found") from None
    if name != "claim":
        raise errors.Missing("not_found")
    return key
