"""The look in numbers: colours, spacing, radii, type, motion and sizes.  Nothing else in the app names any of them.

Colours are ``"#rrggbb"`` strings; contrast is the ratio of the Web Content Accessibility Guidelines 2.1, 1 to 21.
Qt-free, so that documents of colour (tests, exports) can read it too.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One theme's colours by meaning.

    window, panel, raised
        The three depths things lie on.
    line
        Parts areas and nothing else; `control` borders whatever can be pressed.
    text, muted, disabled
        Words: first, second, and those of a thing that cannot be used now.
    accent, on_accent
        The one colour of choice and focus, and what is written on it.
    hover, pressed, selected, focus
        The fill of a control in these states, and the ring around the focused one.
    ok, warn, error
        Signals, always beside a word or a shape.
    mat, edge
        What a picture lies on, and the line around it that is seen on black and on white alike.
    hatch, hatch_other, hatch_alpha
        The 45-degree lines over unknown pixels: those over the mat and what is about as light, and those over previews
        of the other lightness; how strongly they cover (0..1).
    given, given_edge
        The contour between known and unknown pixels, on the known side and on the other: one of them is seen on any
        colour.
    adopted, raster_cursor, pin
        The tint of adopted pixels, the frame of the pixel being drawn, and of the one that a lens looks at.
    """

    name: str
    window: str
    panel: str
    raised: str
    line: str
    control: str
    text: str
    muted: str
    accent: str
    on_accent: str
    ok: str
    warn: str
    error: str
    mat: str
    edge: str
    hover: str
    pressed: str
    selected: str
    disabled: str
    focus: str
    hatch: str
    hatch_other: str
    hatch_alpha: float
    given: str
    given_edge: str
    adopted: str
    raster_cursor: str
    pin: str


DARK = Palette(
    name="dark",
    window="#15171c",
    panel="#1c1f26",
    raised="#262a33",
    line="#343945",
    control="#747c90",
    text="#e8eaf0",
    muted="#a3a9b8",
    accent="#9587ff",
    on_accent="#15171c",
    ok="#4cc38a",
    warn="#f5b454",
    error="#ff6b6b",
    mat="#20242c",
    edge="#7c8294",
    hover="#303541",
    pressed="#3b4150",
    selected="#332f57",
    disabled="#6b7183",
    focus="#9587ff",
    hatch="#c3c9d6",
    hatch_other="#15171c",
    hatch_alpha=0.42,
    given="#8f80fa",
    given_edge="#0b0c0f",
    adopted="#9587ff",
    raster_cursor="#d97706",
    pin="#ff4fa3",
)

LIGHT = Palette(
    name="light",
    window="#f6f7f9",
    panel="#ffffff",
    raised="#eef0f4",
    line="#d5d9e2",
    control="#7d8494",
    text="#1b1e26",
    muted="#5a6172",
    accent="#5b46e5",
    on_accent="#ffffff",
    ok="#137a4b",
    warn="#8a5a00",
    error="#c22f3d",
    mat="#e3e6ec",
    edge="#7c8294",
    hover="#e4e7ee",
    pressed="#d5d9e2",
    selected="#e6e2fc",
    disabled="#8b91a0",
    focus="#5b46e5",
    hatch="#3f4553",
    hatch_other="#ffffff",
    hatch_alpha=0.42,
    given="#5b46e5",
    given_edge="#ffffff",
    adopted="#5b46e5",
    raster_cursor="#d97706",
    pin="#ff4fa3",
)

PALETTES = {palette.name: palette for palette in (DARK, LIGHT)}
"""The themes by name, as the settings store them."""

PREVIEW_STRENGTH = 0.55
"""How much of a completion shows in unknown pixels, the rest is mat."""

ADOPTED_TINT = 0.16
"""How much of the `adopted` colour lies over adopted pixels."""

LENS_STRENGTH, LENS_DIM = 0.86, 0.6
"""How much of a lens's colour lies over the picture, and of the mat over what a lens has nothing to say of."""


class Space:
    """Distances, device-independent px."""

    XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32


class Radius:
    """Corner radii, device-independent px."""

    CONTROL, CARD = 6, 10


class Type:
    """Sizes of the system's UI face, px."""

    SECONDARY, BODY, SECTION, PAGE = 12, 13, 15, 20
    CAPTION = 22  # below what is presented, to be read from the last row


class Motion:
    """Durations in ms; `app.theme.motion` makes them 0 where the system asks for no motion."""

    QUICK, NORMAL, SLOW = 120, 150, 180
    BUSY_DELAY = 100


class Size:
    """Measures of the window's parts and of controls, device-independent px."""

    TOP_BAR, HEADER, STATUS_LINE, STRIP = 48, 44, 28, 128
    VERDICT, STRIP_COMPACT, MACHINE = 30, 88, 26
    LIBRARY, LIBRARY_RAIL, INSPECTOR = 240, 56, 300
    LESSONS, LESSONS_NARROW = 320, 300
    TOOL, CONTROL, CHIP, ICON = 36, 28, 26, 20
    TILE, MAT, CONTOUR, FOCUS_RING = 104, 24, 2, 2
    STAGE_MAT = 28  # around the picture that is completed: the lenses lie in it, and touch the picture nowhere


def side_margin(width: float, height: float) -> int:
    """How far tools and colours stand from the sides of a stage of this size: on wide ones, beside the picture."""
    return max(Space.M, int(width - height) // 2 - 112)


def strip_height(stage: float, strips: int = 1) -> int:
    """How high each strip of completions is on a stage of this height: lower where little would be left to the picture,
    device-independent px."""
    return Size.STRIP if stage >= 460 + strips * (Size.VERDICT + Size.STRIP) else Size.STRIP_COMPACT


def channels(color: str) -> tuple[int, int, int]:
    """Red, green and blue, 0..255, of ``"#rrggbb"``."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def mix(under: str, over: str, amount: float) -> str:
    """``over`` laid over ``under`` with the opacity ``amount`` (0..1), in sRGB."""
    pairs = zip(channels(under), channels(over), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * amount):02x}" for a, b in pairs)


def _linear(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def hatch_lines(palette: Palette) -> tuple[str, str]:
    """The hatch over dark pixels and over light ones."""
    if luminance(palette.hatch) > luminance(palette.hatch_other):
        return palette.hatch, palette.hatch_other
    return palette.hatch_other, palette.hatch


def luminance(color: str) -> float:
    """Relative luminance, 0 (black) to 1 (white)."""
    red, green, blue = (_linear(value) for value in channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)
