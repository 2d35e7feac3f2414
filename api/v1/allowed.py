"""What can be done with an object now, and why not: the machine's own answer, for every resource that has one."""

import datetime
from typing import Any

from rest_framework import serializers

from api.exports import columns
from api.v1 import fields
from directory import actors
from partners import machine


class AllowedActionSerializer(fields.Serializer):
    """One action of an object."""

    in_csv = columns.Joined("")

    name = serializers.CharField()
    href = serializers.CharField(help_text="POST here.")
    enabled = serializers.BooleanField(help_text="Whether you can do it now.")
    reason = fields.Described(
        {
            "type": ["string", "null"],
            "description": "The code of the problem that you would get; `null` when it is enabled.",
        }
    )


def actions(
    table: machine.Table, row: Any, *, address: str, by: actors.Actor, now: datetime.datetime
) -> list[dict[str, Any]]:
    """The actions of a row as the object at `address` tells them."""
    return [
        {
            "name": one.name,
            "href": f"{address}/{one.name.replace('_', '-')}",
            "enabled": one.refusal is None,
            "reason": one.refusal.code if one.refusal else None,
        }
        for one in machine.allowed(table, row, by=by, now=now)
    ]
