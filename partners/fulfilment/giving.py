"""What an entry gave in a year: counted on receipt, and apart from it what was sent and nobody has confirmed."""

import datetime
import uuid
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, Sum

from partners.fulfilment.shipments import UNDERWAY, ShipmentLine

WIB = datetime.timezone(datetime.timedelta(hours=7))  # the year of Jakarta


class Giving(NamedTuple):
    """One year of an entry's giving. `value` is in rupiah, of what was accepted and has a value."""

    shipments: int
    receivers: int
    accepted: int
    not_accepted: int  # damaged, missing or wrong
    unconfirmed: int  # sent, and not counted yet
    value: int
    without_value: int  # accepted units of which nobody has said the value


def of(entry: uuid.UUID, year: int) -> Giving:
    """The sums of what an entry sent: by the day of the closed count, and of what is not counted by that of sending."""
    start = datetime.datetime(year, 1, 1, tzinfo=WIB)
    span = (start, start.replace(year=year + 1))
    lines = ShipmentLine.objects.filter(shipment__sender=entry)
    counted = Q(shipment__received_at__gte=span[0], shipment__received_at__lt=span[1])
    lost = Q(shipment__status="lost", shipment__updated_at__gte=span[0], shipment__updated_at__lt=span[1])
    value = F("agreed_line__term_line__offer_line__unit_value")
    sums: dict[str, Any] = lines.filter(counted | lost).aggregate(
        shipments=Count("shipment", distinct=True, filter=counted),
        receivers=Count("shipment__receiver", distinct=True, filter=counted),
        not_accepted=Sum(F("damaged") + F("missing") + F("wrong"), default=0),
        value=Sum(F("accepted") * value, default=0),
        without_value=Sum("accepted", filter=Q(agreed_line__term_line__offer_line__unit_value=None), default=0),
        all_accepted=Sum("accepted", default=0),
    )
    underway = lines.filter(
        shipment__status__in=UNDERWAY, shipment__dispatched_at__gte=span[0], shipment__dispatched_at__lt=span[1]
    )
    counted_of = F("accepted") + F("damaged") + F("missing") + F("wrong")
    open_units = underway.aggregate(all=Sum(F("quantity") - counted_of, default=0))["all"]
    return Giving(unconfirmed=open_units, accepted=sums.pop("all_accepted"), **sums)
