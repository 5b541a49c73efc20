"""A cashier's step either takes effect or is refused with a sentence; it never ends in a stack trace."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from pos_app.services.trouble import code_of

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class CanBeTroubled(Protocol):
    """A view-model with a `troubled` signal of one text: the problem's code."""

    troubled: Any  # a bound Qt signal, which has no type of its own


Troubled = TypeVar("Troubled", bound=CanBeTroubled)


def guarded(
    step: Callable[Concatenate[Troubled, Arguments], Result],
) -> Callable[Concatenate[Troubled, Arguments], Result | None]:
    """Turn a full disk, a read-only folder or a store that is not ready into the `troubled` signal.

    The services store before they believe, so a step that failed has changed nothing. Bugs pass through.
    """

    @functools.wraps(step)
    def guarded_step(
        self: Troubled, /, *arguments: Arguments.args, **named: Arguments.kwargs
    ) -> Result | None:
        try:
            return step(self, *arguments, **named)
        except Exception as problem:
            code = code_of(problem)
            if not code:
                raise
            self.troubled.emit(code)
            return None

    return guarded_step
