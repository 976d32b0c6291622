"""A call one can hear: voices without words, spoken in the rhythm of the transcript (8 kHz, 16 bit, one channel, as a telephone gives).

No voice of a real person is used: a pulse train for the cords goes through two resonators for the mouth, a syllable for every sign said.
"""

from __future__ import annotations

import io
import math
import wave
from array import array
from collections.abc import Sequence
from functools import lru_cache
from random import Random

from casefiles.demo.chance import chance_of
from casefiles.demo.story import Turn

RATE = 8000
SYLLABLE = 0.19  # seconds
VOWELS = ((730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840), (390, 1990))  # first two formants of a, i, u, e, o, ü, in Hz
PITCH = (128, 205, 150, 182)  # Hz: the speakers in the order they first speak
LEVEL = 9000
PAUSES = "，。？！、；："


def seconds_of(turns: Sequence[Turn]) -> int:
    """Whole seconds a call lasts: to the end of its last sentence, and a moment more."""
    return math.ceil(turns[-1].second + len(turns[-1].text) * SYLLABLE + 1)


def call(turns: Sequence[Turn], seconds: int, seed: str) -> bytes:
    """A wav of exactly `seconds` with a voice wherever the turns say that somebody speaks, and the line's hiss in between."""
    chance = chance_of(f"call {seed}")
    hiss = array("h", (value - 128 for value in chance.randbytes(RATE)))
    track = (hiss * (seconds + 1))[: seconds * RATE]
    voices = list(dict.fromkeys(turn.speaker for turn in turns))
    for number, turn in enumerate(turns):
        end = turns[number + 1].second if number + 1 < len(turns) else seconds
        _speak(track, turn, end, voices.index(turn.speaker) % len(PITCH), chance)
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(track.tobytes())
    return made.getvalue()


def _speak(track: array[int], turn: Turn, end: int, voice: int, chance: Random) -> None:
    room = end - turn.second - 0.35  # a breath before the other answers
    step = min(SYLLABLE, room / max(1, len(turn.text)))
    for at, sign in enumerate(turn.text):
        if sign in PAUSES:
            continue
        vowel, tone = ord(sign) % len(VOWELS), chance.randrange(4)
        start = int((turn.second + 0.15 + at * step) * RATE)
        for offset, value in enumerate(_syllable(voice, vowel, tone)[: int(step * 1.05 * RATE)]):
            if start + offset < len(track):
                track[start + offset] = max(-32768, min(32767, track[start + offset] + value))


@lru_cache(maxsize=256)
def _syllable(voice: int, vowel: int, tone: int) -> array[int]:
    """One sung vowel with one of the four tones: rising, falling, level, dipping."""
    long = int(SYLLABLE * 1.05 * RATE)
    bend = ((0.0, 0.0), (-0.12, 0.16), (0.05, -0.22), (0.14, -0.26))[tone]
    phase, made = 0.0, array("d", bytes(8 * long))
    for at in range(long):
        share = at / long
        pitch = PITCH[voice] * (1 + bend[0] + bend[1] * share)
        phase += pitch / RATE
        if phase >= 1:
            phase -= 1
            made[at] = 1.0
    for formant, width in zip(VOWELS[vowel], (90, 130), strict=True):
        made = _resonate(made, formant * (1.0 if voice % 2 == 0 else 1.14), width)
    peak = max(abs(value) for value in made) or 1.0
    rise = RATE * 0.02
    return array("h", (int(LEVEL * value / peak * min(1.0, at / rise, (long - at) / (2 * rise))) for at, value in enumerate(made)))


def _resonate(signal: array[float], centre: float, width: float) -> array[float]:
    radius = math.exp(-math.pi * width / RATE)
    first, second = 2 * radius * math.cos(2 * math.pi * centre / RATE), -radius * radius
    made, before, earlier = array("d", bytes(8 * len(signal))), 0.0, 0.0
    for at, value in enumerate(signal):
        now = value + first * before + second * earlier
        made[at], earlier, before = now, before, now
    return made
