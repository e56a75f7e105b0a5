"""Sounds like two people talking on the telephone, without a word: for recordings of the demonstration."""

from __future__ import annotations

import io
import wave

import numpy as np

RATE = 8_000
SPEAKERS = (
    (205.0, (640.0, 1190.0, 2390.0)),
    (118.0, (520.0, 990.0, 2230.0)),
)
"""Pitch and formants (Hz) of the agent and the caller."""


def recording(seconds: float, seed: int) -> bytes:
    """A conversation as a WAV file."""
    return as_wav(conversation(seconds, seed))


def conversation(seconds: float, seed: int) -> np.ndarray:
    """Mono samples (16 bit, 8 kHz): turns of one to six seconds made of syllables, with pauses and line noise."""
    rng = np.random.default_rng([seed, 5])
    total = int(seconds * RATE)
    sound = rng.normal(0, 0.004, total)
    at, speaker = int(0.6 * RATE), 0
    while at < total:
        length = int(rng.uniform(1.0, 6.0) * RATE)
        turn = _turn(min(length, total - at), *SPEAKERS[speaker], rng)
        sound[at : at + len(turn)] += turn
        at += len(turn) + int(rng.uniform(0.25, 1.4) * RATE)
        speaker = 1 - speaker if rng.random() < 0.85 else speaker
    peak = float(np.abs(sound).max()) or 1.0
    return (sound / peak * 0.8 * 32767).astype(np.int16)


def _turn(length: int, pitch: float, formants: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    """One turn: a gliding harmonic tone shaped by formants, opened and closed four to five times a second."""
    t = np.arange(length) / RATE
    glide = pitch * (1.0 + 0.12 * np.sin(2 * np.pi * rng.uniform(0.3, 0.7) * t + rng.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(glide) / RATE
    sound = np.zeros(length)
    for harmonic in range(1, 16):
        frequency = pitch * harmonic
        if frequency > 3_400:
            break
        weight = sum(np.exp(-(((frequency - formant) / 180.0) ** 2)) for formant in formants) + 0.06
        sound += weight / harmonic**0.4 * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * rng.uniform(3.8, 5.0) * t + rng.uniform(0, 6)) + 0.35, 0, 1) ** 0.7
    edge = np.minimum(1.0, np.minimum(np.arange(length), np.arange(length)[::-1]) / (0.03 * RATE))
    return sound * syllables * edge * rng.uniform(0.6, 1.0) * 0.2


def as_wav(samples: np.ndarray) -> bytes:
    """The samples as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return buffer.getvalue()
