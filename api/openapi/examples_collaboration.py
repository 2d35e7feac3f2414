"""One example of every object of what partners do together, true to its schema (tests compare)."""

from typing import Any

JSON = dict[str, Any]
_AT = "2026-01-31T03:15:00Z"
_SCHOOL = "sch_01kf3cb0s3f8q8r2d1kq8m8n8p"
OBJECTS: dict[str, JSON] = {
    "shipment": {
        "id": "shp_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "object": "shipment",
        "version": 3,
        "status": "dispatched",
        "sender": "pub_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "sender_name": "Penerbit Bintang Kecil",
        "receiver": _SCHOOL,
        "receiver_name": "SDN 3 Sukamaju",
        "method": "courier",
        "courier": "Pos Indonesia",
        "tracking_number": "P2611250001",
        "packages": 4,
        "weight_g": 92000,
        "cost": 480000,
        "paid_by": "giver",
        "expected_on": "2026-12-09",
        "note": "",
        "code": None,
        "is_unconfirmed": False,
        "lines": [
            {
                "id": "shl_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "agreed_line": "agl_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "title": "Kancil dan Buaya",
                "unit": "copy",
                "quantity": 300,
                "accepted": 290,
                "damaged": 0,
                "missing": 0,
                "wrong": 0,
                "extra": 0,
                "uncounted": 10,
            }
        ],
        "dispatched_at": _AT,
        "arrived_at": None,
        "received_at": None,
        "allowed_actions": [
            {
                "name": "count",
                "href": "/v1/shipments/shp_01kf3cb0s3f8q8r2d1kq8m8n8p/count",
                "enabled": True,
                "reason": None,
            }
        ],
        "created_at": _AT,
        "updated_at": _AT,
    },
    "handover_record": {
        "object": "handover_record",
        "shipment": "shp_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "event": "evt_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "closed_at": _AT,
        "dispatched_on": "2026-11-25",
        "sender": {"id": "pub_01kf3cb0s3f8q8r2d1kq8m8n8p", "name": "Penerbit Bintang Kecil", "region": "32.71"},
        "receiver": {"id": _SCHOOL, "name": "SDN 3 Sukamaju", "region": "53.71"},
        "counted_by": "member",
        "counted_by_name": "Sari Puspita",
        "lines": [
            {
                "collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "title": "Kancil dan Buaya",
                "isbn": "",
                "unit": "copy",
                "sent": 300,
                "accepted": 290,
                "damaged": 10,
                "missing": 0,
                "wrong": 0,
                "extra": 0,
                "unit_value": 25000,
            }
        ],
        "value": 7250000,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    },
    "destination": {
        "object": "destination",
        "recipient_name": "Ibu Sari",
        "phone": "+62 812-0000-0000",
        "address": "Jalan Mawar 3",
        "district": "Oebobo",
        "postal_code": "85111",
        "landmark": "Seberang lapangan",
        "hours": "Senin sampai Jumat, 07.00-14.00",
        "updated_at": _AT,
    },
    "trace": {
        "object": "trace",
        "id": "agl_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "lines": [
            {
                "agreed_line": "agl_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "collaboration": "col_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "title": "Kancil dan Buaya",
                "offer": "off_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "offer_line": "lin_01kf3cb0s3f8q8r2d1kq8m8n8p",
                "need": None,
                "need_line": None,
                "asked": 320,
                "agreed": 300,
                "reserved": 0,
                "in_transit": 0,
                "received": 290,
                "written_off": 10,
                "released": 0,
                "shipments": [
                    {
                        "shipment": "shp_01kf3cb0s3f8q8r2d1kq8m8n8p",
                        "status": "received",
                        "quantity": 300,
                        "counts": [
                            {
                                "event": "evt_01kf3cb0s3f8q8r2d1kq8m8n8p",
                                "at": _AT,
                                "accepted": 290,
                                "damaged": 10,
                                "missing": 0,
                                "wrong": 0,
                                "extra": 0,
                            }
                        ],
                    }
                ],
            }
        ],
        "has_more": False,
    },
    "giving": {
        "object": "giving",
        "entry": "pub_01kf3cb0s3f8q8r2d1kq8m8n8p",
        "year": 2026,
        "shipments": 3,
        "receivers": 2,
        "accepted": 980,
        "not_accepted": 20,
        "unconfirmed": 150,
        "value": None,
        "without_value": 0,
    },
}
