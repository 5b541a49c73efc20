"""The till's four tones as WAV files, computed: 16 bit, mono, 22,050 samples a second.

accept: one short high tone. refuse: two low tones. arrived: one chime. new_order: a soft
fifth that rises once, below the other tones in pitch and loudness, so that it disturbs no sale.
"""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import lru_cache
from typing import NamedTuple

SAMPLE_RATE = 22_050
LOUDEST = 32_767
EDGE_MS = 6
"""Every tone rises and falls this long, so that the loudspeaker does not click."""


class Note(NamedTuple):
    """A tone of a frequency (0: silence). `decays` lets it ring out like a bell."""

    hertz: float
    milliseconds: int
    volume: float = 0.5
    decays: bool = False


TONES: dict[str, tuple[Note, ...]] = {
    "accept": (Note(1_760, 90, 0.4),),
    "refuse": (Note(330, 140, 0.6), Note(0, 70), Note(262, 200, 0.6)),
    "arrived": (Note(1_047, 180, 0.45, decays=True), Note(1_397, 520, 0.45, decays=True)),
    "new_order": (Note(523, 220, 0.3, decays=True), Note(784, 620, 0.3, decays=True)),
}
"""Every sound of the till."""


class ToneUnknown(Exception):
    """There is no tone of that name; the message names it."""


@lru_cache(maxsize=len(TONES))
def wav(name: str) -> bytes:
    """The WAV file of a tone. Raises ToneUnknown."""
    if name not in TONES:
        raise ToneUnknown(f"no tone named {name!r}")
    samples = array("h")
    for note in TONES[name]:
        samples.extend(_samples(note))
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(SAMPLE_RATE)
        writer.writeframes(samples.tobytes())
    return file.getvalue()


def _samples(note: Note) -> list[int]:
    count = SAMPLE_RATE * note.milliseconds // 1000
    edge = SAMPLE_RATE * EDGE_MS // 1000
    step = 2 * math.pi * note.hertz / SAMPLE_RATE
    samples = []
    for place in range(count):
        shape = min(1.0, place / edge, (count - place) / edge)
        if note.decays:
            shape *= math.exp(-4 * place / count)
        # The octave above carries a low tone over the small loudspeaker of a till.
        value = 0.8 * math.sin(step * place) + 0.2 * math.sin(2 * step * place)
        samples.append(round(LOUDEST * note.volume * shape * value))
    return samples
