"""Everything a person can ask the window to do: one table for the menu, the shortcuts, the palette and the tests.

A `Command` says what it is called and how it is reached; what it does is a method that the window binds to its ``id``
(`app.shell.actions`), and a test asserts that each has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.translation import tr

MENUS = ("File", "Edit", "Picture", "Completion", "Tools", "Lens", "Latent", "Gallery", "View", "Help")


@dataclass(frozen=True, slots=True)
class Command:
    """``keys`` are portable key sequences, the first is shown; ``help`` is one sentence; ``term`` further words that
    the palette finds it by."""

    id: str
    menu: str
    title: str
    keys: tuple[str, ...]
    help: str
    term: str = ""


def _adopt(number: int) -> Command:
    return Command(
        f"adopt-{number}",
        "Completion",
        f"Adopt completion {number}",
        (str(number),),
        f"Takes completion {number} into the picture.",
        "accept keep",
    )


COMMANDS: tuple[Command, ...] = (
    Command("open", "File", "Open a picture...", ("Ctrl+O",), "Loads a picture; where it is transparent it is unknown.", "load import file"),
    Command("open-model", "File", "Open a model...", ("Ctrl+Shift+O",), "Copies a model folder, or a decoder that you describe, among your models, and opens it.", "load import onnx manifest folder decoder"),
    Command("open-scene", "File", "Open a scene...", ("Ctrl+Alt+O",), "Puts what a scene holds in place of what is in all workspaces, which is kept.", "load restore session project reverie"),
    Command("earlier-work", "File", "Bring back the earlier work", (), "Brings back what was there before a scene was opened, after a new start too; redo brings the scene again.", "undo restore recover session"),
    Command("save-picture", "File", "Save the picture...", ("Ctrl+S",), "Writes the picture as a PNG that carries the request which made it.", "export png"),
    Command("save-enlarged", "File", "Save the picture enlarged...", ("Ctrl+Alt+S",), "Writes the picture with every pixel as a block, for slides and messages.", "export png big"),
    Command("save-sheet", "File", "Save a sheet...", ("Ctrl+Shift+S",), "Writes what shows as one PNG.", "export png contact grid"),
    Command("save-scene", "File", "Save the scene...", ("Ctrl+Alt+Shift+S",), "Writes all workspaces as they are, pictures inside, as one file that opens wherever the models are.", "export session project reverie state"),
    Command("save-zip", "File", "Save pictures as ZIP...", (), "Writes the selected pictures, or all that show, as PNG files in one ZIP, with a table of their requests.", "export archive many"),
    Command("save-npz", "File", "Save pictures as NPZ...", (), "Writes the selected pictures, or all that show, as arrays for programs: pixels, classes, z and requests.", "export numpy array"),
    Command("quit", "File", "Quit", ("Ctrl+Q",), "Closes the window; your work is kept for the next time.", "exit close"),
    Command("undo", "Edit", "Undo", ("Ctrl+Z",), "Takes back the last thing you did.", "back"),
    Command("redo", "Edit", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Does again what was undone.", "forward"),
    Command("copy", "Edit", "Copy the picture", ("Ctrl+C",), "Puts the picture on the clipboard.", "clipboard"),
    Command("paste", "Edit", "Paste a picture", ("Ctrl+V",), "Loads the clipboard's picture, fitted to the model's size and colours.", "clipboard"),
    Command("escape", "Edit", "Stop, then deselect", ("Esc",), "Stops the engine's work; pressed again, it deselects.", "cancel"),
    Command("example", "Picture", "Next example", ("N",), "Loads the next example that suits the model.", "sample demo open"),
    Command("clear", "Picture", "Forget everything", ("Ctrl+Backspace", "Ctrl+Delete"), "Makes every pixel unknown, so that the model draws from nothing.", "new blank erase"),
    Command("rest", "Picture", "The rest is paper", ("T",), "Makes every unknown pixel paper, given by you.", "fill background"),
    Command("keep-top", "Picture", "Keep the top half", ("Alt+Up",), "Forgets the lower half.", "preset"),
    Command("keep-bottom", "Picture", "Keep the bottom half", ("Alt+Down",), "Forgets the upper half.", "preset"),
    Command("keep-left", "Picture", "Keep the left half", ("Alt+Left",), "Forgets the right half.", "preset"),
    Command("keep-right", "Picture", "Keep the right half", ("Alt+Right",), "Forgets the left half.", "preset"),
    Command("keep-scattered", "Picture", "Keep scattered pixels", ("Alt+S",), "Forgets four pixels of five, at random.", "preset"),
    Command("score", "Picture", "Score the picture", ("P",), "Says how likely the whole picture is for the model, in nats and bits per dimension.", "likelihood nll bits"),
    Command("adopt", "Completion", "Adopt the completion", ("Return", "Enter"), "Takes the shown completion into the picture.", "accept keep"),
    *(_adopt(number) for number in range(1, 10)),
    Command("release", "Completion", "Release adopted pixels", ("R",), "Makes all adopted pixels unknown again.", "undo forget"),
    Command("again", "Completion", "Complete again", ("Ctrl+Return", "Ctrl+Enter", "F5"), "Draws the completions once more.", "run sample generate"),
    Command("dice", "Edit", "Roll the dice", ("D",), "Takes another seed, and so other pictures.", "random luck seed"),
    Command("lock-seed", "Edit", "Lock or unlock the seed", ("L",), "A locked seed stays when you ask for other pictures.", "luck"),
    Command("sheet", "Completion", "All completions as a sheet", ("S",), "Shows all completions over the canvas.", "grid many"),
    Command("compare-raster", "Completion", "Compare with raster order", ("Alt+R",), "Draws the same in raster order below the completions, which ignores given pixels that come late; again, and they go.", "particles side by side beside method"),
    Command("pixel-back", "Completion", "Back by a pixel", (",",), "Shows the completions as they were one pixel before.", "time machine scrub rewind step"),
    Command("pixel-on", "Completion", "On by a pixel", (".",), "Shows the completions one pixel later.", "time machine scrub step"),
    Command("row-back", "Completion", "Back by a row", ("Shift+,", "<"), "Shows the completions as they were at the end of the row before.", "time machine scrub rewind step"),
    Command("row-on", "Completion", "On by a row", ("Shift+.", ">"), "Shows the completions at the end of the next row.", "time machine scrub step"),
    Command("rewind", "Completion", "Rewind the drawing", ("Home",), "Shows the completions before their first pixel was drawn.", "time machine start"),
    Command("to-the-end", "Completion", "To the end of the drawing", ("End",), "Shows the completions as they are.", "time machine all"),
    Command("play-drawing", "Completion", "Play or halt the drawing", ("Alt+.",), "Shows how the completions were drawn, pixel by pixel, or stands still.", "time machine replay pause"),
    Command("branch", "Completion", "Branch here", ("Alt+J",), "Keeps what is drawn up to the raster cursor, draws the rest anew with another seed, and keeps what was there below, to compare.", "time machine fork"),
    Command("go-back", "Completion", "Back to before the branch", ("Alt+Shift+J",), "Brings back the picture, the seed and the completions from before the branch.", "time machine undo"),
    Command("enlarge", "Completion", "Enlarge the completion", ("F",), "Shows one completion as large as the canvas, without the hatch.", "big zoom"),
    Command("pace-instant", "Completion", "Pace: instant", ("Alt+1",), "Shows every row as soon as it is there.", "speed"),
    Command("pace-rows", "Completion", "Pace: row by row", ("Alt+2",), "Replays the drawing row by row.", "slow motion speed"),
    Command("pace-pixels", "Completion", "Pace: pixel by pixel", ("Alt+3",), "Replays the drawing pixel by pixel, with the probability of each.", "slow motion raster"),
    Command("tool-pen", "Tools", "Pen", ("B",), "Paints pixels of the chosen colour.", "brush draw"),
    Command("tool-forget", "Tools", "Forget brush", ("E",), "Rubs pixels out; the model paints them.", "eraser mask"),
    Command("tool-adopt", "Tools", "Adopt brush", ("A",), "Takes the part of the completion that you brush over into the picture.", "keep accept paint"),
    Command("tool-keep", "Tools", "Keep or forget a rectangle", ("K",), "Drag with the left button to keep what you see, with the right button or Shift to forget it.", "select"),
    Command("tool-fill", "Tools", "Fill", ("G",), "Paints all touching pixels of one colour.", "bucket flood"),
    Command("tool-pick", "Tools", "Pick a colour", ("I",), "Takes the colour under the pointer and goes back to the pen.", "eyedropper"),
    Command("tool-probe", "Tools", "Probe a pixel", ("Alt+P",), "Click a pixel to keep it under the microscope; a click on a bar in the inspector forces another value there.", "microscope distribution force"),
    Command("tool-pan", "Tools", "Move the view", ("H",), "Drags the view; holding Space does so with any tool.", "hand pan"),
    Command("swap-tools", "Tools", "Swap pen and forget brush", ("X",), "Goes from the pen to the forget brush and back.", "toggle"),
    Command("smaller", "Tools", "Smaller brush", ("[",), "Makes the brush smaller.", "size"),
    Command("larger", "Tools", "Larger brush", ("]",), "Makes the brush larger.", "size"),
    Command("layer-pictures", "Latent", "Map of pictures", ("M",), "Shows or hides the pictures that the plane decodes to.", "layer grid manifold"),
    Command("layer-codes", "Latent", "Codes", ("C",), "Shows or hides where reference pictures lie, coloured by class.", "layer encoded scatter"),
    Command("layer-density", "Latent", "Density of codes", ("V",), "Shows or hides where the codes of the training pictures lie densely; elsewhere nobody has taught the decoder.", "layer uncharted holes"),
    Command("layer-prior", "Latent", "Rings of the prior", ("O",), "Shows or hides where the prior is one, two and three standard deviations from its middle.", "layer normal"),
    Command("layout", "Latent", "Layout: by the prior or even", ("Y",), "Lays the plane out so that equal areas are equally probable, or evenly without an end.", "inverse normal cdf plain"),
    Command("span", "Latent", "What spans the plane...", ("W",), "Chooses the plane's directions: coordinates, principal axes, attributes or three pictures.", "axes pca basis"),
    Command("output", "Latent", "Mean or draw", ("U",), "Shows the mean of p(x|z), or a picture drawn from it.", "likelihood decoder noise"),
    Command("go-home", "Latent", "Back to the start", ("Q",), "Brings the point back to where it was at first.", "reset centre origin"),
    Command("jump", "Latent", "Jump somewhere", ("J",), "Goes to a point drawn from the prior, or where there is none to a code.", "random sample surprise"),
    Command("send-to-complete", "Latent", "Send the picture to Complete", ("Ctrl+E",), "Opens the decoded picture in the Complete workspace, where a part of it can be rubbed out.", "hand over"),
    Command("drawer-directions", "Latent", "Directions", ("F2",), "Unfolds or folds the sliders along directions.", "drawer sliders attributes kl"),
    Command("drawer-yours", "Latent", "Your picture", ("F3",), "Unfolds or folds the page where you draw a picture and see its posterior.", "drawer encode posterior elbo"),
    Command("drawer-path", "Latent", "Path", ("F4",), "Unfolds or folds the page of key pictures and what lies between them.", "drawer interpolation slerp"),
    Command("add-key", "Latent", "Add the point to the path", ("Ins",), "Puts the present picture at the end of the path.", "key frame interpolation"),
    Command("walk", "Latent", "Walk along the path", ("Z",), "Plays the path, or stands still.", "play animation interpolation"),
    Command("send-to-latent", "Gallery", "Send the picture to Latent", ("Ctrl+Shift+E",), "Goes to the picture's point in latent space, where it can be pulled.", "hand over z point"),
    Command("send-to-gallery", "View", "A wall of this model", ("Ctrl+Shift+G",), "Draws hundreds of pictures of this model in the Gallery.", "samples many gallery"),
    Command("page-wall", "Gallery", "Wall", ("F6",), "Shows hundreds and thousands of pictures of one model.", "page samples grid"),
    Command("page-lecture", "Gallery", "Lecture", ("F7",), "Shows several models side by side, with sharpness, variety, time and likelihood.", "page compare models"),
    Command("drawer-neighbours", "Gallery", "Neighbours", ("Shift+F2",), "Unfolds or folds the training pictures nearest to the chosen one, which show whether the model memorised it.", "drawer nearest memorise"),
    Command("drawer-walks", "Gallery", "Walks", ("Shift+F3",), "Unfolds or folds walks from the chosen picture: class, z, truncation or temperature is swept.", "drawer interpolation truncation sweep"),
    Command("drawer-game", "Gallery", "The training as a game", ("Shift+F4",), "Unfolds or folds how a GAN's two players learnt, and the discriminator's score of any picture.", "drawer discriminator losses film"),
    Command("page-kept", "Gallery", "Kept pictures", ("F8",), "Shows the pictures that you starred, labelled or collected.", "page favourites stars collection"),
    Command("star", "Gallery", "Star", ("Ctrl+D",), "Keeps the selected pictures with a star, or takes the stars off; on the wall S does so too.", "favourite keep bookmark"),
    Command("label", "Gallery", "Label...", ("Ctrl+B",), "Keeps the selected pictures with a few words of yours.", "tag name note"),
    Command("collect", "Gallery", "Collect...", ("Ctrl+Shift+B",), "Puts the selected pictures in a collection.", "album set group"),
    Command("let-go", "Gallery", "Keep no longer", (), "Puts the selected pictures in the bin, if they are kept; on the wall Delete does so too.", "delete remove unkeep"),
    Command("draw-on", "Gallery", "Go on drawing", ("Ctrl+G",), "Draws what is missing on the wall, and asks for what is not known yet.", "resume continue again"),
    Command("classes-mixed", "Gallery", "Classes mixed", (), "Hangs the classes as they come.", "arrangement"),
    Command("classes-rows", "Gallery", "A row a class", (), "Hangs a row for each class; a column has one z through all classes.", "arrangement grid"),
    Command("classes-one", "Gallery", "One class", (), "Hangs pictures of one class alone.", "arrangement"),
    Command("sort-drawn", "Gallery", "Sort as drawn", (), "Hangs the pictures in the order of their places of the seed.", "order newest"),
    Command("sort-class", "Gallery", "Sort by class", (), "Hangs the pictures class by class.", "order"),
    Command("sort-score", "Gallery", "Sort by likelihood or score", (), "Asks the model about every picture, then hangs the best first.", "order elbo bound discriminator rank"),
    Command("lens-none", "Lens", "No lens", ("Alt+N",), "Shows the picture as it is.", "off plain"),
    Command("lens-bits", "Lens", "Bits", ("Alt+B",), "Colours every pixel by how much the model is surprised by it.", "surprise likelihood nll map log p"),
    Command("lens-entropy", "Lens", "Entropy", ("Alt+E",), "Colours every pixel by how unsure the model is before it sees it.", "uncertainty map"),
    Command("lens-field", "Lens", "Receptive field", ("Alt+F",), "Shows which pixels the prediction of one pixel depends on, and which it is blind for.", "blind spot influence causal mask"),
    Command("lens-class", "Lens", "Class", ("Alt+C",), "Says which class the given pixels speak for, and how probable they are.", "posterior evidence bayes classifier"),
    Command("fit", "View", "Fit the picture", ("0",), "Shows the whole picture as large as it goes.", "zoom reset"),
    Command("zoom-in", "View", "Zoom in", ("+", "="), "Enlarges the picture.", ""),
    Command("zoom-out", "View", "Zoom out", ("-",), "Makes the picture smaller.", ""),
    Command("theme", "View", "Dark, light or as the system", ("Ctrl+T",), "Goes to the next theme.", "colour scheme night"),
    Command("motion", "View", "Motion: less, all, or as the system says", (), "With less motion nothing fades, and the first completion shows at once.", "animation accessibility reduced"),
    Command("hints", "View", "Hints, or none", (), "With hints, a bubble says one after the other what there is to be done here.", "first run tips help beginner"),
    Command("show-complete", "View", "Go to Complete", ("Ctrl+1",), "Brings the workspace to the front in which a part of a picture is completed.", "workspace paint"),
    Command("show-latent", "View", "Go to Latent", ("Ctrl+2",), "Brings the workspace to the front in which a point is pulled through latent space.", "workspace vae plane"),
    Command("show-gallery", "View", "Go to Gallery", ("Ctrl+3",), "Brings the workspace to the front in which thousands of pictures are drawn, compared and kept.", "workspace gan samples wall"),
    Command("inspector", "View", "Show or hide the inspector", ("Ctrl+I",), "Gives the inspector's room to the canvas.", "panel sidebar"),
    Command("library", "View", "Show or hide the library", ("Ctrl+L",), "Makes the model library a narrow rail, or wide again.", "models sidebar rail"),
    Command("present", "View", "Present", ("F11",), "Fills the screen with the picture and large words; Esc or F11 goes back.", "full screen lecture"),
    Command("lessons", "Help", "Lessons", ("F9",), "Opens or closes the lessons beside the picture; their buttons set the stage.", "learn course tutorial explain demonstration"),
    Command("palette", "Help", "Search commands...", ("Ctrl+K",), "Finds any command by a few letters.", "find"),
    Command("looking-at", "Help", "What am I looking at?", ("Shift+F1",), "Says what is shown here, what its colours and axes mean, and where it comes from.", "legend explain view card"),
    Command("explain", "Help", "Explain what is under the pointer", ("F1",), "Says in one sentence what the thing under the pointer is.", "what is this tooltip"),
    Command("hints-again", "Help", "Show the hints again", (), "Tells what there is to be done in each workspace once more, one thing at a time.", "first run tips tutorial beginner"),
    Command("shortcuts", "Help", "Keys", ("Ctrl+/", "?"), "Lists all keys.", "shortcuts keyboard"),
    Command("restart-engine", "Help", "Restart the engine", ("Ctrl+Shift+R",), "Ends the engine process and starts another one; your picture stays.", "hang stuck kill process"),
    Command("about", "Help", "About Reverie", (), "Version, licences and where your files are.", "version licence"),
)  # fmt: skip

ADOPTING = frozenset(f"adopt-{number}" for number in range(1, 10))
"""The commands of the keys 1 to 9; menus and lists leave them out, since the strip shows the numbers."""
BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}
WORDINGS: dict[tuple[str, str], tuple[str, str]] = {
    ("save-sheet", "complete"): (
        "Save the sheet...",
        "Writes all completions as one PNG that carries the request which made it.",
    ),
    ("save-sheet", "latent"): (
        "Save the map...",
        "Writes the map in view as one PNG that carries the request which made it.",
    ),
    ("save-sheet", "gallery"): (
        "Save a sheet of pictures...",
        "Writes the selected pictures, or all that show, side by side as one PNG.",
    ),
}
"""Title and help of a command (first) that is another thing in one workspace (second) than in the next."""


def worded(command: Command, workspace: str) -> Command:
    """The command as it is called in this workspace, empty for none, in the person's language."""
    title, help_text = WORDINGS.get((command.id, workspace), (command.title, command.help))
    return replace(command, title=tr(title), help=tr(help_text), term=tr(command.term))


def matching(query: str, workspace: str = "", more: Sequence[Command] = ()) -> list[Command]:
    """The commands, and ``more`` of them, as this workspace words them, that hold every word of ``query``; those whose title starts with it
    first.

    The nine adopting digits come only to who types a digit.
    """
    words = query.lower().split()
    offered = [worded(command, workspace) for command in (*COMMANDS, *more)]
    found = [c for c in offered if all(word in f"{c.title} {c.term} {tr(c.menu)}".lower() for word in words)]
    if not any(letter.isdigit() for letter in query):
        found = [c for c in found if c.id not in ADOPTING]
    start = query.lower().strip()
    return sorted(
        found, key=lambda c: (not c.title.lower().startswith(start), not start or start not in c.title.lower())
    )
