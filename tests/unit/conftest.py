"""How hard the property tests look: `pytest tests/unit --hypothesis-profile long` looks much harder."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure, so examples have no deadline; a run that fails fails for the next one too.
settings.register_profile("usual", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("usual")
