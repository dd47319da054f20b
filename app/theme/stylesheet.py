"""The tokens as a Qt look: a `QPalette` and a style sheet on Fusion, and `apply`, which gives them to the whole app.

Standard widgets (buttons, fields, menus, scroll bars) are styled here; the project's own widgets draw themselves from
the `Palette` that `apply` hands to every widget with a ``set_theme``.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.theme.icons import ICON_FOLDER
from app.theme.tokens import DARK, PALETTES, Palette, Radius, Size, Space, Type, mix

_PROPERTY = "reverie_theme"

_SHEET = Template(
    """
QWidget { color: $text; }
QMainWindow { background: $window; }
QDialog { background: $panel; }
QToolTip { background: $raised; color: $text; border: 1px solid $control; padding: 6px ${s}px; }
QLabel { background: transparent; }
QLabel:disabled { color: $disabled; }
QLabel[role="muted"] { color: $muted; font-size: ${secondary}px; }
QLabel[role="secondary"] { font-size: ${secondary}px; }
QLabel[role="section"] { font-size: ${section}px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="formula"] { background: $raised; border-radius: ${radius}px; padding: ${s}px ${m}px;
    font-size: ${section}px; }
QLabel[role="page"] { font-size: ${page}px; font-weight: 600; }
QLabel[role="caption"] { font-size: ${caption}px; }
QLabel[role="error"] { color: $error; }
QLabel[role="warn"] { color: $warn; }
QLabel[role="tag"] { color: $text; font-size: ${secondary}px; background: $raised; border-radius: 4px;
    padding: 2px 6px; }
QLabel[role="muted"]:disabled, QLabel[role="tag"]:disabled { color: $disabled; }
QLabel[role="note"] { color: $text; font-size: ${secondary}px; background: $panel; border: 1px solid $line;
    border-radius: ${radius}px; padding: 6px ${m}px; }
QFrame[role="panel"] { background: $panel; border: none; }
QFrame[role="presented"] { background: $window; border: none; }
QFrame[role="card"] { background: $raised; border: 1px solid $line; border-radius: ${card}px; }
QFrame[role="floating"] { background: $panel; border: 1px solid $line; border-radius: ${card}px; }
QFrame[role="line"] { background: $line; border: none; }

QPushButton { background: $raised; border: 1px solid $control; border-radius: ${radius}px; padding: 0 ${m}px;
    min-height: ${control_height}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:checked { background: $selected; border-color: $accent; }
QPushButton:focus { border: 2px solid $focus; padding: 0 ${m_less}px; min-height: ${control_less}px; }
QPushButton:disabled { background: transparent; border-color: $line; color: $disabled; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: 600; }
QPushButton[kind="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed { background: $accent_pressed; border-color: $accent_pressed; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled { background: $line; border-color: $line; color: $disabled; }
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; color: $text; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed { background: $pressed; }
QPushButton[kind="quiet"]:checked { background: $selected; border-color: $accent; }
QPushButton[kind="quiet"]:focus { border: 2px solid $focus; }
QPushButton[kind="quiet"]:disabled { color: $disabled; }

QPushButton[kind="slim"] { min-height: 20px; font-size: ${secondary}px; padding: 0 ${s}px; }
QPushButton[kind="slim"]:focus { border: 2px solid $focus; padding: 0 ${s_less}px; min-height: 18px; }

QPushButton[kind="pill"] { background: transparent; border-color: transparent; color: $muted; }
QPushButton[kind="pill"]:hover { background: $hover; color: $text; }
QPushButton[kind="pill"]:pressed { background: $pressed; }
QPushButton[kind="pill"]:checked { background: $selected; border-color: $accent; color: $text; }
QPushButton[kind="pill"]:focus { border: 2px solid $focus; }
QPushButton[kind="pill"]:disabled { color: $disabled; }
QPushButton[kind="search"] { color: $muted; text-align: left; background: $field; min-width: 200px; }
QPushButton[kind="search"]:hover { color: $text; background: $hover; }
QPushButton[kind="search"]:pressed { background: $pressed; }
QPushButton::menu-indicator { image: none; width: 0; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit { background: $field; border: 1px solid $control;
    border-radius: ${radius}px; padding: 0 ${s}px; min-height: ${control_height}px;
    selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover, QPlainTextEdit:hover { border-color: $muted;
    background: $hover; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QComboBox:on { border: 2px solid $focus;
    padding: 0 ${s_less}px; min-height: ${control_less}px; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { background: transparent; border-color: $line;
    color: $disabled; }
QPlainTextEdit { padding: ${xs}px; }
QPlainTextEdit:focus { border: 2px solid $focus; padding: 3px; }
QLineEdit[state="error"], QAbstractSpinBox[state="error"] { border-color: $error; }
QAbstractSpinBox QLineEdit { background: transparent; border: none; padding: 0; min-height: 0; }
QLineEdit[role="readout"] { padding: 0 6px; min-height: 22px; }
QLineEdit[role="readout"]:focus { padding: 0 5px; min-height: 20px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url("$icons/chevron-down-$name.svg"); width: 16px; height: 16px; }
QComboBox::down-arrow:disabled { image: url("$icons/chevron-down-off.svg"); }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $control; padding: ${xs}px; outline: none;
    selection-background-color: $selected; selection-color: $text; }
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 ${s}px; border-radius: 4px; }

QMenu { background: $raised; border: 1px solid $control; border-radius: ${radius}px; padding: ${xs}px; }
QMenu::item { padding: 6px ${xl}px 6px ${m}px; border-radius: 4px; }
QMenu::item:selected { background: $selected; }
QMenu::item:disabled { color: $disabled; }
QMenu::separator { height: 1px; background: $line; margin: ${xs}px ${s}px; }

QCheckBox { spacing: ${s}px; }
QCheckBox::indicator { width: 16px; height: 16px; border: 1px solid $control; border-radius: 4px; background: $field; }
QCheckBox::indicator:hover { border-color: $text; }
QCheckBox::indicator:pressed { background: $pressed; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$icons/check-$name.svg"); }
QCheckBox::indicator:focus { border: 2px solid $focus; width: 14px; height: 14px; }
QCheckBox::indicator:checked:focus { border-color: $text; }
QCheckBox::indicator:disabled { border-color: $line; }

QScrollArea, QScrollArea > #qt_scrollarea_viewport, QWidget[role="scrolled"] { background: transparent; border: none; }
QScrollArea[role="reading"] { border: 2px solid transparent; border-radius: ${radius}px; }
QScrollArea[role="reading"]:focus { border-color: $focus; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line; border-radius: 3px; margin: 2px; min-height: 32px; min-width: 32px; }
QScrollBar::handle:disabled { background: transparent; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $control; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: $line; }
"""
)


def stylesheet(palette: Palette) -> str:
    """The style sheet of a theme."""
    colours = {key: getattr(palette, key) for key in Palette.__slots__ if isinstance(getattr(palette, key), str)}
    return _SHEET.substitute(
        colours | _accents(palette),
        field=palette.panel if palette.name == "light" else palette.window,
        radius=Radius.CONTROL,
        card=Radius.CARD,
        secondary=Type.SECONDARY,
        section=Type.SECTION,
        page=Type.PAGE,
        caption=Type.CAPTION,
        xs=Space.XS,
        s=Space.S,
        s_less=Space.S - 1,
        m=Space.M,
        m_less=Space.M - 1,
        xl=Space.XL,
        control_height=Size.CONTROL - 2,
        control_less=Size.CONTROL - 4,
        icons=(ICON_FOLDER / "themed").as_posix(),
    )


def _accents(palette: Palette) -> dict[str, str]:
    return {
        "accent_hover": mix(palette.accent, palette.text, 0.16),
        "accent_pressed": mix(palette.accent, palette.window, 0.2),
    }


def qt_palette(palette: Palette) -> QPalette:
    """The same colours for what Fusion draws itself, so that native parts never fall out of the theme."""
    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: palette.window,
        role.WindowText: palette.text,
        role.Base: palette.panel,
        role.AlternateBase: palette.raised,
        role.ToolTipBase: palette.raised,
        role.ToolTipText: palette.text,
        role.PlaceholderText: palette.muted,
        role.Text: palette.text,
        role.Button: palette.raised,
        role.ButtonText: palette.text,
        role.BrightText: palette.error,
        role.Link: palette.accent,
        role.LinkVisited: palette.accent,
        role.Highlight: palette.accent,
        role.HighlightedText: palette.on_accent,
        role.Light: palette.hover,
        role.Midlight: palette.raised,
        role.Mid: palette.control,
        role.Dark: palette.line,
        role.Shadow: palette.line,
    }
    for key, color in pairs.items():
        made.setColor(key, QColor(color))
    for key in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, key, QColor(palette.disabled))
    return made


def body_font() -> QFont:
    """The system's UI face at body size, with figures of equal width."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(Type.BODY)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def active() -> Palette:
    """The theme that `apply` was last given; dark before."""
    app = QApplication.instance()
    return PALETTES.get(str(app.property(_PROPERTY)), DARK) if app is not None else DARK


def apply(app: QApplication, palette: Palette) -> None:
    """Dress the application, and hand the palette to every widget that draws itself."""
    first = app.property(_PROPERTY) is None
    app.setProperty(_PROPERTY, palette.name)
    if first:
        app.setStyle("Fusion")
        app.setFont(body_font())
    app.setPalette(qt_palette(palette))
    app.setStyleSheet(stylesheet(palette))
    for widget in app.allWidgets():
        take = getattr(widget, "set_theme", None)
        if take is not None:
            take(palette)
