"""The wave form of a recording: the loudest sample of each of a few hundred stretches. Pure, numpy."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

BUCKETS = 600
BLOCK_FRAMES = 1 << 18
PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
Samples = NDArray[np.float32]


class NotWave(ValueError):
    """The file is no WAV file that can be read."""


@dataclass(frozen=True, slots=True)
class WaveForm:
    """``channels`` holds one list of 0…100 per channel; ``seconds`` is the length of the recording."""

    seconds: int
    channels: list[list[int]]


@dataclass(frozen=True, slots=True)
class _Format:
    tag: int
    channels: int
    rate: int
    block: int
    bits: int


def wave_form(stream: BinaryIO, buckets: int = BUCKETS) -> WaveForm:
    """The wave form of a WAV file (PCM of 8 to 32 bits, float, A-law, µ-law); raises ``NotWave``.

    Reads the file once, in constant memory. Formats: RIFF/WAVE, and ITU-T G.711 for the two laws.
    """
    form, size = _header(stream)
    frames = size // form.block
    if not frames:
        return WaveForm(0, [[] for _ in range(form.channels)])
    buckets = min(buckets, frames)
    edges = np.linspace(0, frames, buckets + 1).astype(np.int64)
    loudest = np.zeros((buckets, form.channels), dtype=np.float32)
    position = 0
    while position < frames:
        data = stream.read(min(BLOCK_FRAMES, frames - position) * form.block)
        samples = np.abs(_decode(data[: len(data) // form.block * form.block], form))
        if not len(samples):
            break
        place = np.searchsorted(edges, np.arange(position, position + len(samples)), side="right") - 1
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        reduced = np.maximum.reduceat(samples, starts, axis=0)
        loudest[place[starts]] = np.maximum(loudest[place[starts]], reduced)
        position += len(samples)
    scaled = np.clip(np.rint(loudest * 100), 0, 100).astype(int)
    return WaveForm(round(frames / form.rate), [scaled[:, channel].tolist() for channel in range(form.channels)])


def _header(stream: BinaryIO) -> tuple[_Format, int]:
    """Find the format and the beginning of the samples; a length that was never written means: to the end."""
    head = stream.read(12)
    if len(head) < 12 or head[:4] != b"RIFF" or head[8:] != b"WAVE":
        raise NotWave("not a RIFF/WAVE file")
    form: _Format | None = None
    while len(entry := stream.read(8)) == 8:
        name, size = entry[:4], struct.unpack("<I", entry[4:])[0]
        if name == b"fmt ":
            form = _format(stream.read(size + size % 2))
        elif name == b"data":
            if form is None:
                raise NotWave("samples without a format")
            here = stream.tell()
            stream.seek(0, 2)
            rest = stream.tell() - here
            stream.seek(here)
            return form, min(size, rest) if size else rest
        else:
            stream.seek(size + size % 2, 1)
    raise NotWave("no samples")


def _format(chunk: bytes) -> _Format:
    if len(chunk) < 16:
        raise NotWave("format too short")
    tag, channels, rate, _bytes, block, bits = struct.unpack("<HHIIHH", chunk[:16])
    if tag == EXTENSIBLE and len(chunk) >= 26:
        (tag,) = struct.unpack("<H", chunk[24:26])
    widths = {PCM: (8, 16, 24, 32), FLOAT: (32,), A_LAW: (8,), MU_LAW: (8,)}
    if bits not in widths.get(tag, ()) or not 1 <= channels <= 8 or not rate or block != channels * bits // 8:
        raise NotWave(f"format {tag} with {bits} bits and {channels} channels")
    return _Format(tag, channels, rate, block, bits)


def _decode(data: bytes, form: _Format) -> Samples:
    """Samples between -1 and 1, one row a frame."""
    if form.tag == FLOAT:
        flat = np.nan_to_num(np.frombuffer(data, "<f4"))
    elif form.tag in (A_LAW, MU_LAW):
        table = _MU_LAW if form.tag == MU_LAW else _A_LAW
        flat = table[np.frombuffer(data, np.uint8)]
    elif form.bits == 8:
        flat = (np.frombuffer(data, np.uint8).astype(np.float32) - 128) / 128
    elif form.bits == 24:
        parts = np.frombuffer(data, np.uint8).reshape(-1, 3).astype(np.int32)
        flat = (((parts[:, 2] << 24) | (parts[:, 1] << 16) | (parts[:, 0] << 8)) >> 8) / np.float32(1 << 23)
    else:
        flat = np.frombuffer(data, f"<i{form.bits // 8}") / np.float32(1 << (form.bits - 1))
    return flat.astype(np.float32).reshape(-1, form.channels)


def _mu_law() -> Samples:
    codes = ~np.arange(256, dtype=np.uint8)
    exponent, mantissa = (codes >> 4) & 7, codes & 15
    size = ((mantissa.astype(np.int32) << 3) + 132 << exponent.astype(np.int32)) - 132
    return (np.where(codes & 128, -size, size) / 32768).astype(np.float32)


def _a_law() -> Samples:
    codes = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent, mantissa = ((codes >> 4) & 7).astype(np.int32), (codes & 15).astype(np.int32)
    size = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 264) << np.maximum(exponent - 1, 0))
    return (np.where(codes & 128, size, -size) / 32768).astype(np.float32)


_MU_LAW, _A_LAW = _mu_law(), _a_law()
