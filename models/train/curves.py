"""Draws the held-out figures after each round of fine-tuning: figures.json → ../../docs/training.svg. `python curves.py`.

All rounds were measured on the held-out rooms as they were first rendered, see ../README.md. Expressions have ordinals from the fifth round on.
"""

import json
import math
from pathlib import Path

HERE = Path(__file__).parent
WIDTH, HEIGHT, LEFT, TOP, PANEL_WIDTH, PANEL_HEIGHT, GAP = 900, 300, 40, 40, 290, 200, 150
INK, GRID = "#7a828c", "#7a828c55"  # readable on light and on dark pages
PANELS = (  # title, lowest and highest value, step of the grid, [(set, figure, name, colour)]
    ("depth RMSE, metres", 0.4, 1.1, 0.1, [("scenes", "rmse", "generated", "#2f80ed"), ("nyu", "rmse", "NYU", "#d9730d")]),
    ("overlap", 0.0, 0.7, 0.1, [
        ("scenes", "oIoU", "oIoU, generated", "#2f80ed"), ("nyu", "oIoU", "oIoU, NYU", "#d9730d"),
        ("scenes", "mIoU", "mIoU, generated", "#2a9d5c"), ("nyu", "mIoU", "mIoU, NYU", "#b0459c"),
    ]),
)
TICKS = (10_000, 30_000, 100_000, 300_000)  # images of depth, on a logarithmic axis
MOST = 500_000  # where the axis ends


def text(x, y, words, anchor="middle", colour=INK):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def line(x1, y1, x2, y2):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{GRID}"/>'


def panel(rounds, left, title, low, high, step, series):
    first, last = math.log(TICKS[0]), math.log(MOST)
    across = lambda images: left + (math.log(images) - first) / (last - first) * PANEL_WIDTH
    up = lambda value: TOP + (high - value) / (high - low) * PANEL_HEIGHT
    parts = [text(left + PANEL_WIDTH / 2, TOP - 16, title)]
    for i in range(round((high - low) / step) + 1):
        value = low + i * step
        parts += [line(left, up(value), left + PANEL_WIDTH, up(value)), text(left - 8, up(value) + 4, f"{value:.1f}", "end")]
    for images in TICKS:
        parts += [line(across(images), TOP, across(images), TOP + PANEL_HEIGHT), text(across(images), TOP + PANEL_HEIGHT + 18, f"{images // 1000} k")]
    parts.append(text(left + PANEL_WIDTH / 2, TOP + PANEL_HEIGHT + 38, "images of depth in fine-tuning"))
    for group, figure, name, colour in series:
        points = [(across(each["depthImages"]), up(each[group][figure])) for each in rounds]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(text(left + PANEL_WIDTH + 8, points[-1][1] + 4, name, "start", colour))
    return parts


def main():
    rounds = json.loads((HERE / "figures.json").read_text())
    parts = ["<title>Held-out depth error and overlap after each round of fine-tuning</title>"]
    for i, each in enumerate(PANELS):
        parts += panel(rounds, LEFT + i * (PANEL_WIDTH + GAP), *each)
    style = 'font-family="system-ui, sans-serif" font-size="12"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" {style}>'
    (HERE / "../../docs/training.svg").write_text("\n".join([svg, *parts, "</svg>"]) + "\n")


if __name__ == "__main__":
    main()
