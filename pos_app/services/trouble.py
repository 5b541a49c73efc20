"""Problems of the world that reach a cashier as a sentence, told apart from bugs of ours."""

from __future__ import annotations

from pos_app.database.files import CACHE_FILE
from pos_app.database.problems import DatabaseProblem
from pos_app.services.rules import StoreNotReady
from retail.money import AmountRefused


def code_of(problem: Exception) -> str:
    """Return the stable code of a problem that has a sentence; empty for a bug."""
    if isinstance(problem, DatabaseProblem) and problem.code == "damaged":
        return "cache_damaged" if problem.detail.startswith(CACHE_FILE) else "damaged"
    if isinstance(problem, DatabaseProblem | AmountRefused):
        return problem.code
    return "store_not_ready" if isinstance(problem, StoreNotReady) else ""
