"""Charts as SVG text, drawn here so that page and paper show the same picture and no script is needed.

On a page colours come from classes (they follow the theme); on paper, where a picture knows no style sheet of its
document, they are written into the shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

Number = float | None
WIDTH, HEIGHT = 720.0, 178.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 12.0, 12.0, 24.0

PAPER = {
    "bar": 'fill="#2456d6"',
    "bar2": 'fill="#9db6f2"',
    "lost": 'fill="#d9822b"',
    "line": 'fill="none" stroke="#2456d6" stroke-width="2" stroke-linejoin="round"',
    "dot": 'fill="#2456d6"',
    "then": 'fill="none" stroke="#7a879c" stroke-width="1.4" stroke-dasharray="5 3"',
    "goal": 'fill="none" stroke="#0b7a5c" stroke-width="1.2" stroke-dasharray="2 3"',
    "goaltext": 'fill="#0b7a5c" font-size="10.5"',
    "grid": 'fill="none" stroke="#e3e8ef" stroke-width="1"',
    "axis": 'fill="none" stroke="#9aa7ba" stroke-width="1"',
    "text": 'fill="#46536a" font-size="10.5"',
    "strong": 'fill="#152033" font-size="11"',
    "good": 'fill="#0b7a5c"',
    "bad": 'fill="#c02637"',
    "none": 'fill="#7a879c"',
}
FONT = "Noto Sans CJK SC, Noto Sans SC, sans-serif"


@dataclass(frozen=True, slots=True)
class Pen:
    """How shapes get their looks: by class on a page, by attributes on paper."""

    paper: bool = False

    def look(self, role: str) -> str:
        """The attributes of a shape of that role."""
        if not self.paper:
            return f'class="ui-svg-{role}"'
        return PAPER[role] + (f' font-family="{FONT}"' if "font-size" in PAPER[role] else "")

    def picture(self, width: float, height: float, label: str, shapes: Sequence[str]) -> str:
        """The whole picture with its name for those who cannot see it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" class="ui-svg" role="img" '
            f'aria-label="{escape(label)}">{"".join(shapes)}</svg>'
        )

    def text(self, x: float, y: float, text: str, role: str = "text", anchor: str = "start") -> str:
        """A piece of text."""
        return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {self.look(role)}>{escape(text)}</text>'

    def path(self, points: Sequence[tuple[float, float] | None], role: str) -> str:
        """A line with gaps where a point is missing."""
        steps, start = [], "M"
        for point in points:
            if point is None:
                start = "M"
                continue
            steps.append(f"{start}{point[0]:.1f} {point[1]:.1f}")
            start = "L"
        return f'<path d="{" ".join(steps)}" {self.look(role)}/>' if steps else ""

    def box(self, x: float, y: float, width: float, height: float, role: str) -> str:
        """A bar."""
        return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" {self.look(role)}/>'


def scale(highest: float, steps: int = 4) -> list[float]:
    """Round values from 0 to at least ``highest``."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / steps
    size = 10 ** floor(log10(rough))
    step = next(size * nice for nice in (1, 2, 2.5, 5, 10) if size * nice >= rough * 0.999)
    return [step * i for i in range(ceil(highest / step - 1e-9) + 1)]


def _axis(pen: Pen, ticks: Sequence[float], low: float, high: float, written: Callable[[float], str]) -> list[str]:
    shapes = []
    for tick in ticks:
        y = _y(tick, low, high)
        shapes.append(pen.path([(LEFT, y), (WIDTH - RIGHT, y)], "grid"))
        shapes.append(pen.text(LEFT - 6, y + 3.5, written(tick), anchor="end"))
    return shapes


def _y(value: float, low: float, high: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - low) / ((high - low) or 1))


def _labels(pen: Pen, labels: Sequence[str], centre: Callable[[int], float]) -> list[str]:
    widest = max((len(label) for label in labels), default=1) * 6.5 + 8
    room = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)
    every = max(ceil(widest / room), 1)
    return [pen.text(centre(i), HEIGHT - 7, label, anchor="middle") for i, label in enumerate(labels) if i % every == 0]


def volumes(
    pen: Pen,
    label: str,
    labels: Sequence[str],
    values: Sequence[Number],
    lost: Sequence[Number],
    then: Sequence[Number],
    quiet: Sequence[bool],
    written: Callable[[float], str],
) -> str:
    """Bars of a volume, the part that was lost on top of each; ``then`` is the earlier period; ``quiet`` days pale."""
    ticks = scale(max([v or 0 for v in (*values, *then)], default=0))
    room = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)

    def centre(i: int) -> float:
        return LEFT + room * (i + 0.5)

    shapes = _axis(pen, ticks, 0, ticks[-1], written)
    for i, value in enumerate(values):
        if not value:
            continue
        gone = min(lost[i] or 0 if i < len(lost) else 0, value)
        top, seam, wide = _y(value, 0, ticks[-1]), _y(value - gone, 0, ticks[-1]), min(room * 0.68, 34)
        shapes.append(pen.box(centre(i) - wide / 2, seam, wide, HEIGHT - BOTTOM - seam, "bar2" if quiet[i] else "bar"))
        shapes.append(pen.box(centre(i) - wide / 2, top, wide, seam - top, "lost"))
    points = [None if v is None else (centre(i), _y(v, 0, ticks[-1])) for i, v in enumerate(then[: len(labels)])]
    shapes += [pen.path(points, "then"), pen.path([(LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)], "axis")]
    return pen.picture(WIDTH, HEIGHT, label, [*shapes, *_labels(pen, labels, centre)])


def course(
    pen: Pen,
    label: str,
    labels: Sequence[str],
    values: Sequence[Number],
    then: Sequence[Number],
    goal: Number,
    goal_text: str,
    written: Callable[[float], str],
    *,
    highest: Number = None,
    whole: float = 1,
) -> str:
    """A line of a ratio with its goal and, dashed, the earlier period; ticks are multiples of ``whole``."""
    known = [v for v in (*values, *then, goal) if v is not None]
    if not known:
        known = [0.0]
    ticks = [tick * whole for tick in scale(max(known) / whole)]
    if highest is not None:
        lowest = max(min(known) - 0.02, 0.0)
        step = 0.05 if highest - lowest <= 0.3 else 0.1 if highest - lowest <= 0.6 else 0.25
        count = ceil((highest - lowest) / step - 1e-9)
        ticks = [highest - step * i for i in range(count, -1, -1)]
    low, high = ticks[0], ticks[-1]
    room = (WIDTH - LEFT - RIGHT) / max(len(labels), 1)

    def centre(i: int) -> float:
        return LEFT + room * (i + 0.5)

    def points(data: Sequence[Number]) -> list[tuple[float, float] | None]:
        return [None if v is None else (centre(i), _y(v, low, high)) for i, v in enumerate(data[: len(labels)])]

    shapes = _axis(pen, ticks, low, high, written)
    if goal is not None and low <= goal <= high:
        y = _y(goal, low, high)
        shapes.append(pen.path([(LEFT, y), (WIDTH - RIGHT, y)], "goal"))
        shapes.append(pen.text(WIDTH - RIGHT, y - 4, goal_text, "goaltext", "end"))
    shapes += [pen.path(points(then), "then"), pen.path(points(values), "line")]
    shapes += [
        f'<circle cx="{p[0]:.1f}" cy="{p[1]:.1f}" r="2.4" {pen.look("dot")}/>' for p in points(values) if p is not None
    ]
    return pen.picture(WIDTH, HEIGHT, label, [*shapes, *_labels(pen, labels, centre)])


def shares(pen: Pen, label: str, bars: Sequence[tuple[str, float, str, str]]) -> str:
    """Bars to the left and right of zero: (name, value, text, ``good``, ``bad`` or ``none``)."""
    row, name_width, height = 24.0, 190.0, 24.0 * len(bars) + 8
    furthest = max((abs(value) for _n, value, _t, _r in bars), default=0) or 1
    middle, reach = name_width + (WIDTH - name_width) / 2, (WIDTH - name_width) / 2 - 96
    shapes = [pen.path([(middle, 2), (middle, height - 6)], "axis")]
    for i, (name, value, text, role) in enumerate(bars):
        y, length = 4 + row * i, abs(value) / furthest * reach
        shapes.append(pen.text(name_width - 4, y + 14, name, "strong", "end"))
        shapes.append(pen.box(middle - length if value < 0 else middle, y + 3, max(length, 1), row - 9, role))
        at, anchor = (middle - length - 6, "end") if value < 0 else (middle + length + 6, "start")
        shapes.append(pen.text(at, y + 14, text, anchor=anchor))
    return pen.picture(WIDTH, height, label, shapes)
