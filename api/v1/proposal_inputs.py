"""What is sent of an offer or need, by the names under which it is read."""

from typing import Any

from rest_framework import exceptions, serializers
from stdnum import isbn
from stdnum.exceptions import ValidationError as StdnumError

from api.v1 import entry_inputs, inputs
from directory import vocabularies
from directory.entries import filters
from partners.offers import line_writing
from partners.offers.proposals import WAITLIST_BOUNDS

MOST_QUANTITY = 1_000_000
# Member of the body -> its members -> the names by which the domain knows them.
NESTED = {
    "reach": {
        "regions": "reach_regions",
        "kinds": "reach_kinds",
        "verified_only": "reach_verified",
        "remote_first": "remote_first",
    },
    "transport": {"paid_by": "transport_paid_by", "methods": "transport_methods", "note": "transport_note"},
    "meeting": {
        name: name for name in ("mode", "notice_days", "monthly_limit", "honorarium_by", "travel_by", "lodging_by")
    },
}


class Isbn(entry_inputs.OptionalText):
    """An ISBN of 10 or 13 digits, with or without hyphens, as its 13 digits."""

    def to_internal_value(self, data: Any) -> str:
        """The 13 digits."""
        text = super().to_internal_value(data)
        try:
            return isbn.to_isbn13(isbn.validate(text)).replace("-", "") if text else ""
        except StdnumError:
            raise exceptions.ValidationError(code="invalid_isbn") from None


class MoneyInput(inputs.Input):
    """An amount of money in whole rupiah."""

    amount = serializers.IntegerField(min_value=0, max_value=10**12)
    currency = serializers.ChoiceField(choices=["IDR"])


class ProposalLineInput(inputs.Input):
    """One title, session or licence."""

    id = inputs.Id("line", required=False, help_text="Of a line that is there already; else `external_id` tells.")
    external_id = inputs.Text(max_length=80, required=False, allow_blank=True, help_text="In your own system.")
    title = inputs.Text(max_length=300)
    quantity = serializers.IntegerField(min_value=0, max_value=MOST_QUANTITY, help_text="Of all, also the promised.")
    isbn = Isbn(max_length=20, help_text="With or without hyphens.")
    level = entry_inputs.OptionalChoice("book_level")
    language = serializers.RegexField(r"^([a-z]{2,3}(-[A-Z]{2})?)?\Z", max_length=8, required=False, allow_blank=True)
    format = entry_inputs.OptionalChoice("book_format")
    subject = entry_inputs.OptionalChoice("subject")
    condition = entry_inputs.OptionalChoice("book_condition")
    unit = serializers.ChoiceField(choices=vocabularies.choices("line_unit"), required=False)
    contents = entry_inputs.OptionalText(max_length=2000, help_text="Of a package.")
    weight_g = entry_inputs.Count(min_value=1, help_text="Of one unit; `null` where nobody has weighed it.")
    unit_value = MoneyInput(required=False, allow_null=True, help_text="Of one unit; nobody but you reads it.")
    most_per_entry = entry_inputs.Count(min_value=1)
    starts_at = serializers.DateTimeField(required=False, allow_null=True, help_text="Of a session.")
    ends_at = serializers.DateTimeField(required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> Any:
        """The members as the domain takes them."""
        cleaned = super().to_internal_value(data)
        if cleaned.get("unit_value"):
            cleaned["unit_value"] = cleaned["unit_value"]["amount"]
        return cleaned


class ReachInput(inputs.Input):
    """Whom it is for; what is left out or empty does not narrow it."""

    regions = serializers.ListField(
        child=inputs.Text(max_length=40), required=False, max_length=filters.MOST_REGIONS, help_text="`32`, `32.71`."
    )
    kinds = entry_inputs.Codes("kind", help_text="Kinds of entries.")
    verified_only = serializers.BooleanField(required=False)
    remote_first = serializers.BooleanField(required=False)


class TransportInput(inputs.Input):
    """How it travels, and who pays."""

    paid_by = entry_inputs.OptionalChoice("payer")
    methods = entry_inputs.Codes("transport_method")
    note = entry_inputs.OptionalText(max_length=1000)


class MeetingInput(inputs.Input):
    """Of visits, trainings and mentoring: where, how often, and who pays what."""

    mode = entry_inputs.OptionalChoice("meeting_mode")
    notice_days = entry_inputs.Count(max_value=365, help_text="How long before it has to be asked for.")
    monthly_limit = entry_inputs.Count(max_value=1000, help_text="How many there are in a month.")
    honorarium_by = entry_inputs.OptionalChoice("payer")
    travel_by = entry_inputs.OptionalChoice("payer")
    lodging_by = entry_inputs.OptionalChoice("payer")


class OfferInput(inputs.Input):
    """What an offer can be given."""

    example: dict[str, Any] = {
        "kind": "book_donation",
        "title": "500 buku bacaan jenjang B",
        "external_id": "STOK-2026-11",
        "reach": {"regions": ["32"], "kinds": ["school"], "remote_first": True},
        "transport": {"paid_by": "giver", "methods": ["courier"]},
        "deadline": "2027-03-31",
        "lines": [
            {"external_id": "A-1", "title": "Kancil dan Buaya", "level": "b1", "language": "id", "quantity": 300},
            {"external_id": "A-2", "title": "Malin Kundang", "level": "b2", "language": "id", "quantity": 200},
        ],
    }
    kind = serializers.ChoiceField(choices=vocabularies.choices("collaboration_kind"), help_text="It never changes.")
    title = inputs.Text(max_length=200)
    description = entry_inputs.OptionalText(max_length=5000)
    external_id = inputs.Text(max_length=80, required=False, allow_blank=True, help_text="In your own system.")
    reach = ReachInput(required=False)
    transport = TransportInput(required=False)
    meeting = MeetingInput(required=False)
    term_months = entry_inputs.Count(min_value=1, max_value=600, help_text="Of a licence.")
    conditions = entry_inputs.OptionalText(max_length=5000)
    needs_signature = serializers.BooleanField(required=False, help_text="Both sides sign before anything is sent.")
    waitlist_days = serializers.IntegerField(
        min_value=WAITLIST_BOUNDS[0],
        max_value=WAITLIST_BOUNDS[1],
        required=False,
        help_text="School days in which whoever waits for it takes what came back. Left out: 5.",
    )
    deadline = serializers.DateField(required=False, allow_null=True, help_text="The last day.")
    lines = ProposalLineInput(many=True, required=False, max_length=line_writing.MOST, help_text="Replaced whole.")

    def to_internal_value(self, data: Any) -> Any:
        """The members by the names of the domain."""
        cleaned = super().to_internal_value(data)
        for name, members in NESTED.items():
            given = cleaned.pop(name, {})
            cleaned |= {members[member]: value for member, value in given.items()}
        return cleaned


class NeedInput(OfferInput):
    """What a need can be given."""

    example = {
        "kind": "book_donation",
        "title": "200 buku bacaan kelas 1-3",
        "transport": {"methods": ["courier", "pickup"]},
        "deadline": "2027-03-31",
        "lines": [{"title": "Buku bacaan jenjang B1", "level": "b1", "language": "id", "quantity": 200}],
    }


class CloseProposalInput(inputs.Input):
    """Why."""

    example = {"reason": "Stok sudah habis dibagikan."}
    reason = inputs.Text(max_length=1000, required=False, allow_blank=True, help_text="Kept for the entry's members.")


class RefuseProposalInput(inputs.Input):
    """Why not."""

    example = {"reason": "Judul dan jumlahnya belum jelas."}
    reason = inputs.Text(max_length=1000, help_text="The entry's members read it.")
