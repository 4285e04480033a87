"""Draws the comparison: one chart a figure, one pair of bars a board. The scale is logarithmic."""

import math

from PIL import Image, ImageDraw, ImageFont

_WIDTH, _CHART_WIDTH, _HEIGHT = 1200, 400, 330
_COLORS = {"Enkel": (38, 110, 180), "Linux": (200, 120, 40)}
_INK, _PAPER, _WANTED = (30, 30, 30), (255, 255, 255), (190, 30, 60)
_BAR, _GAP, _BASE, _TOP = 34, 20, 262, 74


def short(value):
    """A number as a chart has room for."""
    if value is None:
        return "–"
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if value >= limit:
            return f"{value / (limit if unit != 'k' else 1e3):.3g} {unit}"
    return f"{value:,.4g}"


def draw(path, title, charts, font_path):
    """Writes a PNG. `charts`: [(heading, {board: {"Enkel": value, "Linux": value, "wanted": value}})]; None: not known."""
    rows = math.ceil(len(charts) / (_WIDTH // _CHART_WIDTH))
    image = Image.new("RGB", (_WIDTH, 60 + rows * _HEIGHT), _PAPER)
    pen = ImageDraw.Draw(image)
    fonts = {size: ImageFont.truetype(font_path, size) for size in (12, 15, 20)}
    pen.text((20, 16), title, _INK, fonts[20])
    right = _WIDTH - 20
    for name, color in (*_COLORS.items(), ("wanted", _WANTED)):
        right -= 100
        pen.rectangle((right, 22, right + 14, 36), color)
        pen.text((right + 20, 20), name, _INK, fonts[15])
    for index, (heading, boards) in enumerate(charts):
        column, row = index % (_WIDTH // _CHART_WIDTH), index // (_WIDTH // _CHART_WIDTH)
        _draw_chart(pen, column * _CHART_WIDTH, 60 + row * _HEIGHT, heading, boards, fonts)
    image.save(path, optimize=True)


def _draw_chart(pen, left, top, heading, boards, fonts):
    pen.text((left + 20, top + 16), heading, _INK, fonts[15])
    values = [value for board in boards.values() for value in board.values() if value]
    low = math.floor(math.log10(min(values, default=1))) - 0.3
    high = max(math.log10(max(values, default=10)), low + 1)

    def y_of(value):
        return top + _BASE - (math.log10(value) - low) / (high - low) * (_BASE - _TOP)

    pen.line((left + 20, top + _BASE, left + _CHART_WIDTH - 20, top + _BASE), _INK)
    x = left + 50
    for board, subjects in boards.items():
        for name, color in _COLORS.items():
            value = subjects.get(name)
            y = y_of(value) if value else top + _BASE
            pen.rectangle((x, y, x + _BAR, top + _BASE), color)
            pen.text((x + _BAR / 2, y - 4), short(value), _INK, fonts[12], anchor="mb")
            x += _BAR + _GAP
        if wanted := subjects.get("wanted"):
            y = y_of(wanted)
            pen.line((x - 2 * (_BAR + _GAP) - 8, y, x - _GAP + 8, y), _WANTED, 2)
        pen.text((x - _BAR - 1.5 * _GAP, top + _BASE + 8), board, _INK, fonts[15], anchor="mt")
        x += 2 * _GAP
