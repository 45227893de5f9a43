"""Draws curves as one SVG: a small panel for each cost, in the colours of whoever looks (light or dark).

Sizes go from left to right, each as far from the next; costs start at zero. The dashed line is the most that a cost may
grow to and still count as flat.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from bench.curves.curve import GROWTH_MAX, Curve, Curves

_COLUMNS: Final = 3
_WIDTH: Final = 260
_HEIGHT: Final = 150
_HEADING: Final = 34
_LEFT: Final = 16
_RIGHT: Final = 30
_TOP: Final = 46
_BOTTOM: Final = 24

_STYLE: Final = """
.page { fill: #ffffff }
text { font: 12px system-ui, sans-serif; fill: #1f2328 }
.heading { font-size: 15px; font-weight: 600 }
.small { font-size: 11px; fill: #59636e }
.axis { stroke: #d1d9e0 }
.limit { stroke: #9a6700; stroke-dasharray: 4 3 }
.cost { stroke: #0969da; stroke-width: 2; fill: none }
.dot { fill: #0969da }
.over .cost { stroke: #d1242f } .over .dot { fill: #d1242f }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 }
  text { fill: #f0f6fc } .small { fill: #9198a1 } .axis { stroke: #3d444d } .limit { stroke: #d29922 }
  .cost { stroke: #4493f8 } .dot { fill: #4493f8 }
  .over .cost { stroke: #f85149 } .over .dot { fill: #f85149 }
}
"""


def draw(all_curves: Sequence[Curves]) -> str:
    """A group of panels for each of `all_curves`, one below the other."""
    body, y = [], 0
    for curves in all_curves:
        costs = curves.costs()
        body.append(f'<text class="heading" x="{_LEFT}" y="{y + 22}">By {escape(curves.axis)}</text>')
        y += _HEADING
        for number, curve in enumerate(costs):
            row, column = divmod(number, _COLUMNS)
            body.append(_panel(curve, x=column * _WIDTH, y=y + row * _HEIGHT))
        y += _HEIGHT * -(-len(costs) // _COLUMNS)
    width = _COLUMNS * _WIDTH
    title = " and ".join(curves.axis for curves in all_curves)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" width="{width}" height="{y}" role="img">\n'
        f"<title>Cost by number of {escape(title)}</title>\n<style>{_STYLE}</style>\n"
        # Of its own, because the page around it may be light while its reader prefers dark.
        '<rect class="page" width="100%" height="100%"/>\n' + "\n".join(body) + "\n</svg>\n"
    )


def _panel(curve: Curve, *, x: int, y: int) -> str:
    points = _points(curve)
    path = " ".join(f"{px:.1f},{py:.1f}" for px, py in points)
    floor = _HEIGHT - _BOTTOM
    limit = _height_of(curve, curve.values[min(curve.values)] * GROWTH_MAX)
    parts = [
        f'<text x="{_LEFT}" y="18">{escape(curve.name)}</text>',
        f'<line class="axis" x1="{_LEFT}" y1="{floor}" x2="{_WIDTH - _RIGHT}" y2="{floor}"/>',
        f'<line class="limit" x1="{_LEFT}" y1="{limit:.1f}" x2="{_WIDTH - _RIGHT}" y2="{limit:.1f}"/>',
        f'<polyline class="cost" points="{path}"/>',
    ]
    for (px, py), (size, value) in zip(points, sorted(curve.values.items()), strict=True):
        parts.append(f'<circle class="dot" cx="{px:.1f}" cy="{py:.1f}" r="3.5"/>')
        parts.append(_label(px, py - 8, f"{value:,.0f} {curve.unit}"))
        parts.append(_label(px, floor + 15, f"{size:,}"))
    over = "" if curve.is_flat() else ' class="over"'
    return f'<g transform="translate({x} {y})"{over}>' + "".join(parts) + "</g>"


def _label(x: float, y: float, text: str) -> str:
    """Above or below a point; at the left edge it begins there."""
    anchor = "start" if x <= _LEFT else "middle"
    return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _points(curve: Curve) -> list[tuple[float, float]]:
    values = [value for _, value in sorted(curve.values.items())]
    step = (_WIDTH - _LEFT - _RIGHT) / max(1, len(values) - 1)
    return [(_LEFT + number * step, _height_of(curve, value)) for number, value in enumerate(values)]


def _height_of(curve: Curve, value: float) -> float:
    """The y of a value; the top is the limit or the largest value, whichever is higher."""
    top = max(*curve.values.values(), curve.values[min(curve.values)] * GROWTH_MAX)
    floor = _HEIGHT - _BOTTOM
    return floor - (floor - _TOP) * value / top
