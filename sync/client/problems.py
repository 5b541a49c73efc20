"""What can go wrong between the till and the centre, in words that a person can be told."""

from __future__ import annotations

from sync.protocol import ErrorAnswer

_FOR_A_PERSON = frozenset({"refused", "too_old", "centre_too_old", "not_secure"})
PROBLEM_CODES = (
    "unreachable",
    "timed_out",
    "not_the_centre",
    "not_secure",
    "refused",
    "too_old",
    "centre_too_old",
)


class TransportProblem(Exception):
    """A request did not work. Nothing is known to have happened at the centre.

    `code`: `unreachable` (nobody answers, or the centre says that it is broken), `timed_out`,
    `not_the_centre` (something else answers: a web page, another certificate, nonsense), `not_secure` (the
    address would mean to speak in the open, so nothing was said), `refused` (the
    centre will not, `detail` has its code), `too_old` (this till must be updated), `centre_too_old` (the
    centre must be). `status` is the HTTP status, 0 when nobody answered. `retry_after` is in seconds, 0 when
    the centre named none.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        status: int = 0,
        retry_after: float = 0.0,
        answer: ErrorAnswer | None = None,
    ) -> None:
        assert code in PROBLEM_CODES, code
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.status = status
        self.retry_after = retry_after
        self.answer = answer

    @property
    def is_offline(self) -> bool:
        """Say whether the centre did not answer at all, as opposed to answering no."""
        return self.code != "not_secure" and (self.status == 0 or self.code == "not_the_centre")

    @property
    def needs_person(self) -> str:
        """Return what a person is told when trying again does not help; empty when it may."""
        if self.code == "refused" and self.detail in {"till_revoked", "signature_refused"}:
            return self.detail
        return self.code if self.code in _FOR_A_PERSON else ""


READ_SECONDS = 10.0
"""How long an answer may let wait, besides what was agreed to wait for."""
