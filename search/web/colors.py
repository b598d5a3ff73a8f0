"""Shades of one colour that can be read on the page's grounds (contrast as WCAG 2.2 defines it)."""

READABLE = 4.5
"""The least contrast of text, 1 to 21."""
LIGHT_GROUNDS = ("#fdfcfa", "#f3efe8", "#f6f0dc")
DARK_GROUNDS = ("#15161a", "#22242a", "#2b2a20")
"""What stands behind links in lede.css: --paper, --wash and --passage, in the light and in the dark."""
_STEPS = 50


def contrast(one: str, other: str) -> float:
    """The contrast of two colours in the form `#0b57a4`, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable(color: str, grounds: tuple[str, ...]) -> str:
    """The shade nearest to a colour that can be read on each of these grounds.

    It is mixed with black on light grounds, and with white on dark ones.
    """
    end = "#000000" if _luminance(grounds[0]) > 0.2 else "#ffffff"
    shades = (mixed(color, end, step / _STEPS) for step in range(_STEPS + 1))
    return next((shade for shade in shades if min(contrast(shade, g) for g in grounds) >= READABLE), end)


def mixed(color: str, other: str, share: float) -> str:
    """A colour with a share, 0 to 1, of another in it."""
    parts = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in parts)


def theme(accent: str) -> str:
    """CSS that gives the page this colour, in the light and in the dark; empty for none."""
    if not accent:
        return ""
    ink = "#ffffff" if contrast(accent, "#ffffff") >= READABLE else "#000000"
    button = f"--button: {accent}; --button-over: {mixed(accent, '#000000', 0.15)}; --button-ink: {ink};"
    if ink == "#000000":
        button = f"--button: {accent}; --button-over: {mixed(accent, '#ffffff', 0.15)}; --button-ink: {ink};"
    light, dark = readable(accent, LIGHT_GROUNDS), readable(accent, DARK_GROUNDS)
    return (
        f":root {{ --accent: {light}; --link: {light}; {button} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; --link: {dark}; }} }}\n"
    )


def _channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _luminance(color: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
