"""What is sent about collaboration requests: terms with their lines, answers, reasons."""

from typing import Any

from rest_framework import exceptions, serializers

from api.v1 import inputs
from directory import vocabularies
from partners.collaborations.collaborations import MOST_REVISIONS
from partners.collaborations.terms import MOST_LINES

MOST_UNITS = 1_000_000
MOST_AT_ONCE = 100
_LINE = {"offer_line": "lin_01kf3cb0s3f8q8r2d1kq8m8n8p", "quantity": 40, "min_quantity": 20}
_ID = "col_01kf3cb0s3f8q8r2d1kq8m8n8p"


def _count(**kwargs: Any) -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MOST_UNITS, **kwargs)


class TermLineInput(inputs.Input):
    """One line of terms: of an offer, of a need, of both, or in words."""

    number = serializers.IntegerField(
        min_value=1, max_value=32_767, required=False, help_text="Of the line in the last revision that is meant."
    )
    offer_line = inputs.Id("line", required=False, help_text="A line of an offer of the giving side.")
    need_line = inputs.Id("line", required=False, help_text="A line of a need of the receiving side.")
    title = inputs.Text(max_length=300, required=False, help_text="Left out: that of the line it is about.")
    unit = serializers.ChoiceField(choices=vocabularies.choices("line_unit"), required=False)
    quantity = _count()
    min_quantity = _count(
        required=False,
        help_text="The other side may grant anything from here. Left out: as before; of a new line all of it or none.",
    )


class TermsInput(inputs.Input):
    """Other terms; what is left out stays as it was."""

    example: Any = {"message": "Bagaimana kalau 40 dahulu?", "lines": [_LINE]}
    message = inputs.Text(max_length=4000, required=False, allow_blank=True)
    conditions = inputs.Text(max_length=4000, required=False, allow_blank=True)
    starts_on = serializers.DateField(
        required=False, allow_null=True, help_text="When it takes place, begins, or is sent."
    )
    ends_on = serializers.DateField(required=False, allow_null=True)
    needed_by = serializers.DateField(required=False, allow_null=True)
    transport_method = serializers.ChoiceField(
        choices=vocabularies.choices("transport_method"), required=False, allow_blank=True
    )
    transport_paid_by = serializers.ChoiceField(choices=vocabularies.choices("payer"), required=False, allow_blank=True)
    lines = TermLineInput(many=True, required=False, max_length=MOST_LINES)


class DraftInput(TermsInput):
    """A draft, changed."""

    example = {"subject": "Buku bacaan kelas 1-3", "lines": [_LINE]}
    subject = inputs.Text(max_length=200, required=False)
    is_inquiry = serializers.BooleanField(required=False, help_text="It asks first, without lines.")
    joins_waitlist = serializers.BooleanField(
        required=False, help_text="Where there is too little, it may be sent all the same and wait for what comes back."
    )


class CollaborationInput(DraftInput):
    """A request to an offer, to a need, or to any listed entry: exactly one of the three."""

    example = {
        "offer": "off_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "message": "Perpustakaan kami baru dibuka kembali.",
        "needed_by": "2026-03-31",
        "lines": [_LINE],
        "submit": True,
    }
    offer = inputs.Id("offer", required=False)
    need = inputs.Id("need", required=False)
    entry = inputs.Text(max_length=100, required=False, help_text="An id or `scheme:value`.")
    kind = serializers.ChoiceField(
        choices=vocabularies.choices("collaboration_kind"),
        required=False,
        help_text="Needed with `entry`; an offer or a need says it.",
    )
    initiator_gives = serializers.BooleanField(
        required=False, help_text="Whether you would give rather than receive. Needed with `entry`."
    )
    submit = serializers.BooleanField(required=False, help_text="Send it at once; else it stays a draft.")

    def validate(self, attrs: Any) -> Any:
        """With one target, and nothing that the target says already."""
        targets = [name for name in ("offer", "need", "entry") if name in attrs]
        if len(targets) != 1:
            raise exceptions.ValidationError({"offer": ["Sebutkan satu dari offer, need atau entry."]})
        said = [name for name in ("kind", "initiator_gives") if name in attrs and targets != ["entry"]]
        if said:
            raise exceptions.ValidationError({name: [f"{targets[0]} sudah menyebutkannya."] for name in said})
        return attrs


class GrantInput(inputs.Input):
    """What is granted of one line."""

    number = serializers.IntegerField(min_value=1, max_value=32_767)
    quantity = _count(help_text="From `min_quantity` to `quantity` of the line.")


class AcceptRequestInput(inputs.Input):
    """Which terms are accepted, and how much of them."""

    example = {"revision": 2, "lines": [{"number": 1, "quantity": 30}]}
    revision = serializers.IntegerField(min_value=1, max_value=MOST_REVISIONS)
    lines = GrantInput(
        many=True,
        required=False,
        min_length=1,
        max_length=MOST_LINES,
        help_text="Left out: everything. A line that is left out is not granted.",
    )

    def validate_lines(self, lines: Any) -> Any:
        """Each line once."""
        if len({line["number"] for line in lines}) < len(lines):
            raise exceptions.ValidationError("Satu baris disebut dua kali.")
        return lines


class AcceptedInput(AcceptRequestInput):
    """One of several requests that are accepted."""

    collaboration = inputs.Id("collaboration")


class AcceptManyInput(inputs.Input):
    """Requests to the offer that are accepted, each on its own."""

    example = {"requests": [{"collaboration": _ID, "revision": 1}]}
    requests = AcceptedInput(many=True, min_length=1, max_length=MOST_AT_ONCE)

    def validate_requests(self, requests: Any) -> Any:
        """Each request once."""
        if len({one["collaboration"] for one in requests}) < len(requests):
            raise exceptions.ValidationError("Satu permintaan disebut dua kali.")
        return requests


class WaitInput(inputs.Input):
    """Which terms are accepted."""

    example = {"revision": 1}
    revision = serializers.IntegerField(min_value=1, max_value=MOST_REVISIONS)


class DeclineRequestInput(inputs.Input):
    """Why not."""

    example = {"reason_code": "not_available", "note": "Sudah habis bulan ini."}
    reason_code = serializers.ChoiceField(choices=vocabularies.choices("collaboration_refusal"))
    note = inputs.Text(max_length=2000, required=False, allow_blank=True, help_text="The other side reads it.")


class NoteInput(inputs.Input):
    """A word to the other side."""

    example = {"note": "Kami sudah mendapatkannya dari tempat lain."}
    note = inputs.Text(max_length=2000, required=False, allow_blank=True, help_text="The other side reads it.")


class EndRequestInput(inputs.Input):
    """Why it ends."""

    example = {"note": "Gudang kami kebanjiran."}
    note = inputs.Text(max_length=2000, help_text="Both sides read it.")


def granted(asked: Any) -> dict[int, int] | None:
    """Number of a line -> quantity, None for everything."""
    return {one["number"]: one["quantity"] for one in asked["lines"]} if "lines" in asked else None
