"""Lessons as values: what a file says, and what is said of a file that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.lesson_text import Block, Link, Span, parse_body, words_of
from app.documents.lessons import MAX_BYTES, Lesson, Slider, Stage, parse_lesson, read_lesson, read_lessons
from engine.errors import FileError

HEAD = """title = "Scattered pixels"
workspace = "complete"
order = 2
view = "Completions"
minutes = 3
"""
STAGES = """
[[stage]]
name = "raster"
model = "digits"
picture = "three.png"
parameters = { method = "raster", count = 4, temperature = 0.5 }
compare = false
lens = "none"
pixel = [13, 9]
pace = "rows"
tool = "probe"

[[stage]]
name = "bare"

[slider]
parameter = "particles"
values = [1, 4, 16]
"""
BODY = "Some are *given*. [In raster order](stage:raster)\n\n[How many](slider:particles)\n"


def made(head: str = HEAD, rest: str = "", body: str = "Words.\n") -> Lesson:
    return parse_lesson(f"+++\n{head}{rest}\n+++\n{body}", "scattered", "scattered.md")


def refused(head: str = HEAD, rest: str = "", body: str = "Words.\n") -> str:
    with pytest.raises(FileError) as error:
        made(head, rest, body)
    assert error.value.problem.count(". ") == 0 and "scattered.md" in error.value.problem, "one sentence, with the file"
    return error.value.problem


# --- what a lesson says


def test_a_whole_lesson() -> None:
    lesson = made(rest=STAGES, body=BODY)
    assert (lesson.id, lesson.title, lesson.workspace) == ("scattered", "Scattered pixels", "complete")
    assert (lesson.order, lesson.view, lesson.minutes, lesson.unknown) == (2, "Completions", 3, ())
    assert lesson.stages["raster"] == Stage(
        name="raster",
        model="digits",
        picture="three.png",
        parameters={"method": "raster", "count": 4, "temperature": 0.5},
        compare=False,
        lens="none",
        pixel=(13, 9),
        pace="rows",
        tool="probe",
    )
    assert lesson.stages["bare"] == Stage(name="bare")
    assert lesson.slider == Slider("particles", (1, 4, 16))
    assert [block.kind for block in lesson.blocks] == ["text", "text"]


def test_without_stages_and_slider() -> None:
    lesson = made()
    assert lesson.stages == {} and lesson.slider is None


def test_the_stop_of_a_slider_is_the_nearest() -> None:
    slider = Slider("particles", (1, 4, 16))
    assert [slider.nearest(value) for value in (-3, 1, 2, 3, 9, 11, 500)] == [0, 0, 0, 1, 1, 2, 2]


def test_keys_of_a_later_version_are_known_by_name_and_ignored() -> None:
    rest = (
        'mood = "calm"\n[[stage]]\nname = "a"\nmusic = 1\n[slider]\nparameter = "p"\nvalues = [1, 2]\ncolor = "red"\n'
    )
    lesson = made(rest=rest)
    assert lesson.unknown == ("mood", "stage 1: music", "slider.color")
    assert lesson.stages == {"a": Stage(name="a")}


# --- its text


def blocks(body: str) -> tuple[Block, ...]:
    return parse_body(body, "a.md")


def test_paragraphs_headings_items_and_formulas() -> None:
    text = "One\nline.\n\n## What to look for\n\n* first\n  goes on\n* second\n\n    p(x) = 1\n    q(x) = 2\n \nLast."
    assert [(block.kind, block.text) for block in blocks(text)] == [
        ("text", "One line."),
        ("heading", "What to look for"),
        ("item", "first goes on"),
        ("item", "second"),
        ("formula", "p(x) = 1"),
        ("formula", "q(x) = 2"),
        ("text", "Last."),
    ]


def test_styles() -> None:
    assert blocks("A **b** *c* `p(x)`, 3 * 4.")[0].spans == (
        Span("A "),
        Span("b", "strong"),
        Span(" "),
        Span("c", "emphasis"),
        Span(" "),
        Span("p(x)", "formula"),
        Span(", 3 * 4."),
    )


def test_links_alone_are_buttons_and_links_among_words_are_both() -> None:
    alone, among = blocks("[One](stage:a) [Two](stage:b)\n\nSee [one](stage:a), then go on.")
    assert alone.spans == () and alone.links == (Link("One", "stage", "a"), Link("Two", "stage", "b"))
    assert among.text == "See one, then go on." and among.links == (Link("one", "stage", "a"),)


def test_words_are_counted_without_formulas() -> None:
    assert words_of(blocks("One two.\n\n    p(x) = 1 2 3\n\n* three\n\n[Four](stage:a)")) == 3


@pytest.mark.parametrize("link", ["https://example.org", "stage:", ":x", "file:///etc/passwd", "javascript:x", "x"])
def test_links_lead_nowhere_else(link: str) -> None:
    assert repr(link) in refused(body=f"[Press]({link})")


@given(st.text(max_size=200))
def test_any_text_is_blocks_or_refused(text: str) -> None:
    try:
        found = blocks(text)
    except FileError:
        return
    assert all(block.spans or block.links for block in found)


# --- what is none


@pytest.mark.parametrize("text", ["", "Words.", "+++\n", "+++\n+++\nWords.", "title = 'x'\n+++\n", f"+++\n{HEAD}"])
def test_a_text_without_its_front_is_no_lesson(text: str) -> None:
    with pytest.raises(FileError, match=r"a\.md"):
        parse_lesson(text, "a", "a.md")


@pytest.mark.parametrize("front", ["title = ", "= 3", "[[[", "a = " + "[" * 5000, "title = 'a'\ntitle = 'b'"])
def test_a_front_that_is_no_toml(front: str) -> None:
    assert "TOML" in refused(head=f"{front}\n")


@pytest.mark.parametrize("key", ["title", "workspace", "view"])
def test_what_is_needed_is_named(key: str) -> None:
    head = "\n".join(line for line in HEAD.splitlines() if not line.startswith(key)) + "\n"
    assert f", {key} has to be" in refused(head=head)


@pytest.mark.parametrize(
    ("rest", "key"),
    [
        ("stage = 3", "stage"),
        ("stage = [3]", "stage"),
        ("slider = []", "slider"),
        ("[[stage]]\nmodel = 'a'", "stage 1: name"),
        ("[[stage]]\nname = 'a'\n[[stage]]\nname = 7", "stage 2: name"),
        ("[[stage]]\nname = 'a'\nmodel = ''", "stage 1: model"),
        ("[[stage]]\nname = 'a'\npicture = '../../a.png'", "stage 1: picture"),
        ("[[stage]]\nname = 'a'\npicture = '/etc/a.png'", "stage 1: picture"),
        ("[[stage]]\nname = 'a'\npicture = '..\\a.png'", "stage 1: picture"),
        ("[[stage]]\nname = 'a'\npicture = 'a.svg'", "stage 1: picture"),
        ("[[stage]]\nname = 'a'\nparameters = [1]", "stage 1: parameters"),
        ("[[stage]]\nname = 'a'\nparameters = { a = [1] }", "stage 1: parameters"),
        ("[[stage]]\nname = 'a'\nparameters = { a = nan }", "stage 1: parameters"),
        ("[[stage]]\nname = 'a'\ncompare = 'yes'", "stage 1: compare"),
        ("[[stage]]\nname = 'a'\nlens = 1", "stage 1: lens"),
        ("[[stage]]\nname = 'a'\npixel = [1]", "stage 1: pixel"),
        ("[[stage]]\nname = 'a'\npixel = 'ab'", "stage 1: pixel"),
        ("[[stage]]\nname = 'a'\npixel = [-1, 2]", "stage 1: pixel"),
        ("[[stage]]\nname = 'a'\npixel = [1.5, 2]", "stage 1: pixel"),
        ("[slider]\nvalues = [1, 2]", "slider.parameter"),
        ("[slider]\nparameter = 'a'", "slider.values"),
        ("[slider]\nparameter = 'a'\nvalues = [1]", "slider.values"),
        ("[slider]\nparameter = 'a'\nvalues = [2, 1]", "slider.values"),
        ("[slider]\nparameter = 'a'\nvalues = [1, 1]", "slider.values"),
        ("[slider]\nparameter = 'a'\nvalues = ['1', '2']", "slider.values"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(rest: str, key: str) -> None:
    assert f"{key} has to be" in refused(rest=rest)


@pytest.mark.parametrize("value", ["-1", "1000", "1.5", "true", "'two'"])
def test_order_and_minutes_are_counts(value: str) -> None:
    assert "order has to be" in refused(head=HEAD.replace("order = 2", f"order = {value}"))


@pytest.mark.parametrize("title", ['""', '"  "', '"a\\u0000b"', '"a\\nb"', f'"{"a" * 201}"'])
def test_a_title_is_one_line_that_can_be_read(title: str) -> None:
    assert "title has to be" in refused(head=HEAD.replace('"Scattered pixels"', title))


def test_a_button_needs_its_stage_and_a_slider_its_values() -> None:
    assert "no stage 'gone'" in refused(body="[Press](stage:gone)")
    assert "no slider 'particles'" in refused(body="[Drag](slider:particles)")
    assert "no slider 'count'" in refused(rest=STAGES, body="[Drag](slider:count)")


def test_two_stages_of_one_name() -> None:
    assert "two stages" in refused(rest="[[stage]]\nname = 'a'\n[[stage]]\nname = 'a'")


# --- the folder


def write(folder: Path, name: str, order: int) -> Path:
    path = folder / f"{name}.md"
    path.write_text(f"+++\n{HEAD.replace('order = 2', f'order = {order}')}+++\nWords.\n", encoding="utf-8")
    return path


def test_a_folder_is_read_in_order_and_what_is_no_lesson_is_said(tmp_path: Path) -> None:
    write(tmp_path, "b", 1)
    write(tmp_path, "a", 2)
    write(tmp_path, "c", 1)
    (tmp_path / "README.md").write_text("Not a lesson.")
    (tmp_path / "torn.md").write_bytes(b"+++\n\xff\xfe")
    (tmp_path / "long.md").write_bytes(b"x" * (MAX_BYTES + 1))
    (tmp_path / "folder.md").mkdir()
    lessons, problems = read_lessons(tmp_path)
    assert [lesson.id for lesson in lessons] == ["b", "c", "a"]
    assert len(problems) == 3 and all(any(name in p for p in problems) for name in ("torn", "long", "folder"))


def test_no_folder_has_no_lessons(tmp_path: Path) -> None:
    assert read_lessons(tmp_path / "none") == ((), ())


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"gone\.md"):
        read_lesson(tmp_path / "gone.md")


def test_a_file_of_another_system_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "a", 1)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_lesson(path).title == "Scattered pixels"


# --- what the other workspaces are told


ELSEWHERE = """
[[stage]]
name = "walk"
page = "wall"
drawer = "path"
layers = ["pictures", "prior"]
point = [0.5, -1]
moves = { glasses = 1.0 }
walk = ["3", 8, [0.0, 1.5]]
chosen = 7
sweep = "truncation"
"""


def test_points_walks_and_walls() -> None:
    stage = made(rest=ELSEWHERE, body="[Go](stage:walk)\n").stages["walk"]
    assert stage.point == (0.5, -1.0) and stage.walk == ("3", 8, (0.0, 1.5)) and stage.moves == {"glasses": 1.0}
    assert stage.layers == ("pictures", "prior") and stage.chosen == 7 and stage.sweep == "truncation"
    asked = {"page", "drawer", "layers", "point", "moves", "walk", "chosen", "sweep"}
    assert set(stage.asks_for()) == asked and not Stage(name="a", model="b").asks_for()


@pytest.mark.parametrize(
    "line",
    ["layers = 3", "point = []", 'point = [1, "a"]', "point = -1", "moves = { a = true }", "walk = 3", "walk = [1.5]",
     "chosen = -1", "page = 3"],
)  # fmt: skip
def test_what_is_no_point_is_refused(line: str) -> None:
    assert line.split()[0] in refused(rest=f'\n[[stage]]\nname = "a"\n{line}\n')


# --- drawn formulas


def test_a_drawn_formula_has_its_words_and_its_file() -> None:
    (block,) = parse_body("![x is mu\nplus L times z](gaussian-draw.svg)\n", "a.md")
    assert (block.kind, block.text, block.drawing) == ("drawn", "x is mu plus L times z", "gaussian-draw.svg")
    assert words_of((block,)) == 0


@pytest.mark.parametrize("body", ["![](a.svg)", "![x](a.png)", "![x](../a.svg)", "![x](a.svg) and more", "![x]"])
def test_a_drawing_of_another_kind_is_refused(body: str) -> None:
    assert "is no ![words](name.svg)" in refused(body=body)


def test_a_chapter_is_optional() -> None:
    assert made().chapter == "" and made(head=HEAD + 'chapter = "Samples"\n').chapter == "Samples"
