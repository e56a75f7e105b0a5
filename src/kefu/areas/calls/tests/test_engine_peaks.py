"""Wave forms."""

from __future__ import annotations

import io
import struct
import wave
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kefu.areas.calls.engine import peaks
from kefu.areas.calls.engine.peaks import NotWave, wave_form


def wav(samples: np.ndarray, *, rate: int = 8000, width: int = 2) -> io.BytesIO:
    """A WAV file of the given frames (rows) and channels (columns), written by the standard library."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(samples.astype({1: np.uint8, 2: "<i2", 4: "<i4"}[width]).tobytes())
    stream.seek(0)
    return stream


def coded(tag: int, data: bytes, *, rate: int = 8000, size: int | None = None) -> io.BytesIO:
    """A telephone's WAV file: one byte a sample, coded by a law."""
    form = struct.pack("<HHIIHH", tag, 1, rate, rate, 1, 8)
    length = len(data) if size is None else size
    return io.BytesIO(
        b"RIFF\0\0\0\0WAVEfmt " + struct.pack("<I", 16) + form + b"LIST\x02\0\0\0hi"
        + b"data" + struct.pack("<I", length) + data
    )  # fmt: skip


def test_each_stretch_shows_its_loudest_sample_channel_by_channel() -> None:
    frames = np.zeros((80_000, 2))
    frames[20_000:40_000, 0] = 16_384
    frames[79_999, 1] = -32_768

    form = wave_form(wav(frames), buckets=4)
    assert form.seconds == 10
    assert form.channels == [[0, 50, 0, 0], [0, 0, 0, 100]]


def test_a_long_file_is_read_in_blocks_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    frames = np.random.default_rng(1).integers(-32768, 32767, (50_000, 1))
    whole = wave_form(wav(frames))
    monkeypatch.setattr(peaks, "BLOCK_FRAMES", 777)

    assert wave_form(wav(frames)) == whole


def test_eight_and_thirty_two_bits() -> None:
    assert wave_form(wav(np.array([[128], [192]]), width=1), buckets=2).channels == [[0, 50]]
    assert wave_form(wav(np.array([[0], [2**30]]), width=4), buckets=2).channels == [[0, 50]]


def test_the_telephone_laws_by_the_values_of_the_recommendation() -> None:
    """G.711: µ-law 0x80 is +32124 and 0xFF is 0; A-law 0xAA is +32256 and 0xD5 is +8."""
    assert peaks._MU_LAW[[0x80, 0x00, 0xFF, 0xF0]].tolist() == [
        32124 / 32768, -32124 / 32768, 0, np.float32(120 / 32768),
    ]  # fmt: skip
    assert peaks._A_LAW[[0xAA, 0x2A, 0xD5, 0x55]].tolist() == [
        32256 / 32768, -32256 / 32768, 8 / 32768, -8 / 32768,
    ]  # fmt: skip
    assert wave_form(coded(7, bytes([0xFF, 0x80])), buckets=2).channels == [[0, 98]]
    assert wave_form(coded(6, bytes([0xD5, 0xAA])), buckets=2).channels == [[0, 98]]


def test_a_length_that_was_never_written_means_to_the_end() -> None:
    assert wave_form(coded(7, b"\x80" * 16_000, size=0)).seconds == 2
    assert wave_form(coded(7, b"\x80" * 16_000, size=0xFFFFFFFF)).seconds == 2


def test_an_empty_recording_has_an_empty_wave_form() -> None:
    assert wave_form(wav(np.zeros((0, 1)))) == peaks.WaveForm(0, [[]])


@pytest.mark.parametrize(
    "data", [b"", b"RIFF", b"ID3\x04", b"RIFF\0\0\0\0WAVE", b"RIFF\0\0\0\0WAVEdata\0\0\0\0", coded(2, b"x").getvalue()]
)
def test_anything_else_is_no_wave(data: bytes) -> None:
    with pytest.raises(NotWave):
        wave_form(io.BytesIO(data))


@given(st.binary(max_size=200), st.integers(0, 60))
def test_no_damage_raises_anything_else(noise: bytes, place: int) -> None:
    data = bytearray(coded(7, b"\x80" * 50).getvalue())
    data[place : place + len(noise)] = noise
    with suppress(NotWave):
        wave_form(io.BytesIO(bytes(data)))
