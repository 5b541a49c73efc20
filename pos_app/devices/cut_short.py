"""The problem of a print job that ended in its middle."""

from __future__ import annotations

from pos_app.devices.ports import PrinterUnavailable


class PrintCutShort(PrinterUnavailable):
    """Bytes of a job were sent, and it is not known what of it is on paper."""
