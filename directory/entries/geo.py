"""Where entries are: boxes, circles and the nearest, on the GiST index of points (x = longitude, y = latitude)."""

import math
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import BooleanField, F, FloatField, Func, QuerySet, UUIDField, Value

from directory import errors, filters

EARTH_RADIUS_KM = 6371.0088


class Place(NamedTuple):
    """A point on the earth in degrees."""

    latitude: float
    longitude: float


class _Point(Func):
    function = "point"


class _Inside(Func):
    template = "(%(expressions)s)"
    arg_joiner = " <@ "
    output_field = BooleanField()


class _Apart(Func):
    """Distance in degrees, which the index can walk; at Indonesia's latitudes at most 2 % off in one direction."""

    template = "(%(expressions)s)"
    arg_joiner = " <-> "
    output_field = FloatField()


HERE = _Point(F("longitude"), F("latitude"))


def degrees_from(place: Place, *, of: str = "") -> Func:
    """The order of nearness; `of` is the way from the rows to their entry, such as `entry__`."""
    here = _Point(F(f"{of}longitude"), F(f"{of}latitude"))
    return _Apart(here, _Point(Value(place.longitude), Value(place.latitude)))


def in_box(entries: QuerySet[Any], *, south_west: Place, north_east: Place) -> QuerySet[Any]:
    """The entries inside a box, its edges included."""
    corners = (_Point(Value(corner.longitude), Value(corner.latitude)) for corner in (south_west, north_east))
    return entries.filter(_Inside(HERE, Func(*corners, function="box")))


def in_circle(entries: QuerySet[Any], place: Place, *, radius_km: float) -> QuerySet[Any]:
    """The entries within a distance; the box around the circle uses the index, the haversine formula decides."""
    height = math.degrees(radius_km / EARTH_RADIUS_KM)
    width = height / max(math.cos(math.radians(abs(place.latitude))), 0.01)
    boxed = in_box(
        entries,
        south_west=Place(place.latitude - height, place.longitude - width),
        north_east=Place(place.latitude + height, place.longitude + width),
    )
    return boxed.filter(_Haversine(F("latitude"), F("longitude"), *map(Value, place), Value(radius_km)))


class _Haversine(Func):
    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> Any:  # type: ignore[override]
        """Whether the great-circle distance is at most the radius (haversine formula)."""
        compiled = [compiler.compile(expression) for expression in self.source_expressions]
        (row_lat, _), (row_lng, _), (lat, lat_p), (lng, lng_p), (radius, radius_p) = compiled
        sql = (
            f"{2 * EARTH_RADIUS_KM} * asin(sqrt(least(1, power(sin(radians({row_lat} - {lat}) / 2), 2)"
            f" + cos(radians({lat})) * cos(radians({row_lat})) * power(sin(radians({row_lng} - {lng}) / 2), 2))))"
            f" <= {radius}"
        )
        return f"({sql})", [*lat_p, *lat_p, *lng_p, *radius_p]


def distance_km(one: Place, other: Place) -> float:
    """The great-circle distance."""
    lat1, lng1, lat2, lng2 = map(math.radians, (*one, *other))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lng2 - lng1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


class Hit(NamedTuple):
    """An entry by nearness, and the key with which the next page goes on."""

    id: uuid.UUID
    key: tuple[float, str]


def nearest(
    entries: QuerySet[Any], place: Place, *, limit: int, after: Sequence[Any] | None = None, of: str = ""
) -> list[Hit]:
    """The entries nearest to a place, or rows `of` entries, in order; a bad `after` is Invalid `invalid_cursor`."""
    apart = degrees_from(place, of=of)
    if after is not None:
        try:
            distance, last = after
            place_in_order = Value(float(distance)), Value(uuid.UUID(last), output_field=UUIDField())
            entries = entries.filter(filters.RowComparison(apart, F("pk"), *place_in_order, operator=">"))
        except (ValueError, TypeError, AttributeError):
            raise errors.Invalid("invalid_cursor", parameter="cursor") from None
    rows = entries.filter(**{f"{of}latitude__isnull": False}).annotate(apart=apart).order_by("apart", "pk")
    return [Hit(key, (distance, str(key))) for key, distance in rows.values_list("pk", "apart")[:limit]]
