"""How figures grow: small pictures beside one another, both axes in powers of ten, as one SVG."""

import math
import re
from html import escape
from statistics import median

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 360, 240, 62, 44, 40
COLOURS = ("#2563ab", "#b4541a", "#3b7d3b", "#7b4fa3")


class Curve:
    """One line: the median of `value` for each number that the benchmark's name ends with."""

    def __init__(self, spec, runs):
        self.spec = spec
        self.points = []
        sizes = {}
        for name in runs.by_name:
            found = re.match(re.escape(spec["ours"]) + r"/(\d+)(/|$)", name)
            if found:
                sizes[int(found[1])] = name
        for size, name in sorted(sizes.items()):
            values, why = runs.values(name, spec.get("value", "cpu_time"))
            if not why and median(values) > 0:
                self.points.append((size, median(values) * spec.get("scale", 1.0)))

    def as_json(self):
        return {**self.spec, "points": self.points}


def decades(values):
    low = math.floor(math.log10(min(values)))
    high = math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def power(exponent):
    if 0 <= exponent <= 3:
        return str(10 ** exponent)
    return f'10<tspan dy="-4" font-size="8">{exponent}</tspan>'


def panel(title, curves):
    points = [point for curve in curves for point in curve.points]
    x_low, x_high = decades([x for x, _ in points])
    y_low, y_high = decades([y for _, y in points])
    right, bottom = WIDTH - 16, HEIGHT - BOTTOM

    def across(x):
        return LEFT + (math.log10(x) - x_low) / (x_high - x_low) * (right - LEFT)

    def up(y):
        return bottom - (math.log10(y) - y_low) / (y_high - y_low) * (bottom - TOP)

    parts = [f'<text x="{LEFT}" y="18" font-weight="bold">{escape(title)}</text>']
    for exponent in range(x_low, x_high + 1):
        x = across(10.0 ** exponent)
        parts.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#ddd"/>'
                     f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">'
                     f'{power(exponent)}</text>')
    for exponent in range(y_low, y_high + 1):
        y = up(10.0 ** exponent)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>'
                     f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">'
                     f'{power(exponent)}</text>')
    parts.append(f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 6}" text-anchor="middle">'
                 f'{escape(curves[0].spec["x"])}</text>')
    for place, curve in enumerate(curves):
        colour = COLOURS[place % len(COLOURS)]
        way = " ".join(f"{across(x):.1f},{up(y):.1f}" for x, y in curve.points)
        parts.append(f'<polyline points="{way}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{across(x):.1f}" cy="{up(y):.1f}" r="3" fill="{colour}">'
                  f'<title>{x:,}: {y:,.4g} {escape(curve.spec["unit"])}</title></circle>'
                  for x, y in curve.points]
        parts.append(f'<text x="{LEFT + 2}" y="{TOP - 12 + 11 * place}" fill="{colour}" '
                     f'font-size="10">{escape(curve.spec["name"])}, '
                     f'{escape(curve.spec["unit"])}</text>')
    return parts


def picture(curves):
    """An SVG that needs nothing else; panels are in the order in which they are first named."""
    panels = {}
    for curve in curves:
        if curve.points:
            panels.setdefault(curve.spec["panel"], []).append(curve)
    columns = min(2, len(panels))
    rows = math.ceil(len(panels) / columns)
    body = []
    for place, (title, drawn) in enumerate(panels.items()):
        x, y = place % columns * WIDTH, place // columns * HEIGHT
        body += [f'<g transform="translate({x},{y})">', *panel(title, drawn), "</g>"]
    width, height = columns * WIDTH, rows * HEIGHT
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}" font-family="sans-serif" font-size="11">\n'
            '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(body) + "\n</svg>\n")
