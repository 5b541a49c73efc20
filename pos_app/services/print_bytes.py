"""A print job as bytes: laid out, and encoded as its printer is set. Loaded with the first job."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import msgspec

from pos_app.database.spool import PrintJob
from pos_app.devices.printer_settings import PrinterSettings
from pos_app.documents.bag_label import lay_out_bag_label
from pos_app.documents.escpos import drawer_kick, drawer_kick_in_real_time, encode_raster
from pos_app.documents.escpos_native import encode_native
from pos_app.documents.handover_slip import lay_out_handover_slip
from pos_app.documents.layout import Document
from pos_app.documents.pick_list import lay_out_pick_list
from pos_app.documents.pickup_data import BagLabel, HandoverSlip, PickList
from pos_app.documents.printer_profile import PrinterProfile
from pos_app.documents.printer_test import lay_out_printer_test
from pos_app.documents.receipt import lay_out_receipt
from pos_app.documents.receipt_data import ReceiptData, ReturnReceipt
from pos_app.documents.return_receipt import lay_out_return


class Encoder(Protocol):
    """Makes one print job's bytes of a document."""

    def __call__(
        self, document: Document, profile: PrinterProfile, *, opens_drawer: bool = False
    ) -> bytes: ...


ENCODERS: dict[str, Encoder] = {
    "raster": encode_raster,
    "native": encode_native,
}
"""How a document becomes bytes, by `PrinterSettings.mode`."""


class Paper(NamedTuple):
    """What a job's body is, and how it is laid out; every type has a field `copy`."""

    type: Any
    lay_out: Callable[[Any, int], Document]


PAPERS: dict[str, Paper] = {
    "receipt": Paper(ReceiptData, lay_out_receipt),
    "return": Paper(ReturnReceipt, lay_out_return),
    "copy": Paper(ReceiptData, lay_out_receipt),
    "pick_list": Paper(PickList, lay_out_pick_list),
    "bag_label": Paper(BagLabel, lay_out_bag_label),
    "handover_slip": Paper(HandoverSlip, lay_out_handover_slip),
}
"""What is printed, by the kind of job; a drawer is no paper, and a test page has no `copy`."""


def job_bytes(job: PrintJob, settings: PrinterSettings, now: str, *, opens_drawer: bool) -> bytes:
    """Return all that is sent for a job; raises `msgspec.ValidationError` for a body that is none."""
    document = lay_out_job(job, settings.columns, now)
    return ENCODERS[settings.mode](document, settings.profile(), opens_drawer=opens_drawer)


def kick_bytes(settings: PrinterSettings, *, printer_stopped: bool) -> bytes:
    """Return what opens the drawer, of a printer that prints or of one that is stopped."""
    kick = drawer_kick_in_real_time if printer_stopped else drawer_kick
    return kick(settings.profile())


def lay_out_job(job: PrintJob, columns: int, now: str) -> Document:
    """Return a job's document; raises `msgspec.ValidationError` for a body that is none."""
    if job.kind == "test":
        wanted = msgspec.json.decode(job.body, type=dict[str, str])
        return lay_out_printer_test(columns, wanted.get("language", "both"), now)
    paper = PAPERS[job.kind]
    data = msgspec.json.decode(job.body, type=paper.type)
    if job.interrupted or job.kind == "copy":
        data = msgspec.structs.replace(data, copy=True)
    return paper.lay_out(data, columns)
