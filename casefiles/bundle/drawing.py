"""What a page draws, in order: every run of text with its place, direction and colour, every filled rectangle, every picture.

Only what hidden.py asks about is followed: places are exact to about half a character, clipping counts as its bounding box. The glyphs
of a run are told apart only where somebody asks for them: few pages have anything to hide, and placing glyphs takes most of the time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, NamedTuple

from pikepdf import Dictionary, Name, Object, Page, PdfError, Stream, String, parse_content_stream

from casefiles.bundle.colours import Colour, colour_of, space_of
from casefiles.bundle.content import streams_of
from casefiles.bundle.faces import Face, face_of

Matrix = tuple[float, float, float, float, float, float]
Box = tuple[float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
EVERYWHERE: Box = (-1e9, -1e9, 1e9, 1e9)
OPERATORS = "q Q cm BT ET Tf Tm Td TD T* TL Tc Tw Tz Ts Tr Tj TJ ' \" re m l h c v y f F f* B B* b b* n S s W W* g rg k cs sc scn gs Do sh BI ID EI"
MOST_STEPS, MOST_GLYPHS, DEEPEST = 100_000, 40_000, 5
MOST_BYTES = 2 * 2**20  # of one content stream: each operator of it is held as an object, up to 80 times its bytes


class Glyph(NamedTuple):
    """A character at its middle; `up` is the direction of its head in quarter turns from upright, `mode` the text rendering mode."""

    x: float
    y: float
    order: int
    colour: Colour | None
    mode: int
    up: int


class Run(NamedTuple):
    """Text that one operator shows. `matrix` leads from ems, counted from its beginning, to the page; `spacing` follows every character
    and `word_spacing` every blank, in ems too; the rest is as in Glyph."""

    matrix: Matrix
    text: bytes
    face: Face
    spacing: float
    word_spacing: float
    order: int
    colour: Colour | None
    mode: int
    up: int

    def glyphs(self) -> Iterator[Glyph]:
        """The characters that are no blanks, each at its middle."""
        a, b, c, d, e, f = self.matrix
        gone = 0.0
        for width, blank in self.face.glyphs(self.text):
            if not blank:
                along = gone + width / 2
                yield Glyph(a * along + c * 0.3 + e, b * along + d * 0.3 + f, self.order, self.colour, self.mode, self.up)
            gone += width + self.spacing + (self.word_spacing if blank else 0.0)


class Cover(NamedTuple):
    """A filled area; `colour` None where it is a picture or a pattern; `solid`: opaque, and a true rectangle."""

    box: Box
    order: int
    colour: Colour | None
    solid: bool
    picture: bool = False


@dataclass
class Drawn:
    """What was drawn; `letters` are the glyphs of all runs, `whole` is False where the page was too long or too broken to follow to its end."""

    runs: list[Run] = field(default_factory=list)
    letters: int = 0
    covers: list[Cover] = field(default_factory=list)
    order: int = 0
    steps: int = 0
    whole: bool = True


class _State(NamedTuple):
    ctm: Matrix
    clip: Box = EVERYWHERE
    straight: bool = True  # every clip so far was a rectangle
    fill: Colour | None = (0.0, 0.0, 0.0)
    space: str = "/DeviceGray"
    alpha: float = 1.0
    face: Face | None = None
    size: float = 0.0
    spacing: float = 0.0
    word_spacing: float = 0.0
    stretch: float = 1.0
    leading: float = 0.0
    rise: float = 0.0
    mode: int = 0


def drawn_on(page: Page, faces: dict[object, Face]) -> Drawn:
    """Follow the page's content, forms included; never raises on broken content. `faces` keeps the fonts of one file from page to page."""
    drawn = Drawn()
    resources = page.obj.get("/Resources") or page.resources
    _Follower(drawn, faces, resources, _State(IDENTITY)).follow(page)
    return drawn


def times(inner: Matrix, outer: Matrix) -> Matrix:
    """`inner` first, then `outer`."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def moved(matrix: Matrix, x: float, y: float = 0.0) -> Matrix:
    """The matrix after a step in its own directions."""
    a, b, c, d, e, f = matrix
    return a, b, c, d, a * x + c * y + e, b * x + d * y + f


def _bounds(points: Sequence[tuple[float, float]]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)


def _meet(one: Box, other: Box) -> Box:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


class _Follower:
    """One pass over a content stream; a form is followed by a follower of its own, one level deeper."""

    def __init__(self, drawn: Drawn, faces: dict[object, Face], resources: Object | None, state: _State, depth: int = 0) -> None:
        self.drawn, self.faces, self.depth = drawn, faces, depth
        self.held = resources if isinstance(resources, Dictionary) else Dictionary()
        self.state, self.stack = state, list[_State]()
        self.path: list[list[tuple[float, float]]] = []
        self.curved = self.clipping = False
        self.tm = self.line = IDENTITY
        self.named: dict[str, Face | None] = {}  # the fonts of these resources

    def follow(self, content: Any) -> None:
        """Take every operator in its order; one with operands of the wrong kind draws nothing."""
        try:
            streams = [content] if isinstance(content, Stream) else streams_of(content.obj)
            if sum(len(stream.read_bytes()) for stream in streams) > MOST_BYTES:
                self.drawn.whole = False
                return
            instructions = parse_content_stream(content, OPERATORS)
        except (PdfError, RuntimeError, ValueError, TypeError):
            self.drawn.whole = False
            return
        for instruction in instructions:
            self.drawn.steps += 1
            if self.drawn.steps > MOST_STEPS or self.drawn.letters > MOST_GLYPHS:
                self.drawn.whole = False
                return
            name = str(instruction.operator)
            action = _ACTIONS.get(name)
            try:
                if action:
                    action(self, instruction.operands)
                else:
                    self.state = _set(self.state, name, instruction.operands, self.held)
            except (LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
                continue

    # --- the state

    def save(self, _: Any) -> None:
        self.stack.append(self.state)

    def restore(self, _: Any) -> None:
        self.state = self.stack.pop() if self.stack else self.state

    def turn(self, given: Any) -> None:
        self.state = self.state._replace(ctm=times(_matrix(given), self.state.ctm))

    def graphics(self, given: Any) -> None:
        self.state = _graphics(self.held, str(given[0]), self.state)

    # --- paths

    def rectangle(self, given: Any) -> None:
        x, y, w, h = (float(value) for value in given)
        self.path.append([_at(self.state.ctm, *point) for point in ((x, y), (x + w, y), (x + w, y + h), (x, y + h))])

    def move(self, given: Any) -> None:
        self.path.append([_at(self.state.ctm, float(given[0]), float(given[1]))])

    def draw_to(self, given: Any) -> None:
        self.path[-1].append(_at(self.state.ctm, float(given[0]), float(given[1])))

    def curve(self, given: Any) -> None:
        self.curved = True
        self.path[-1].append(_at(self.state.ctm, float(given[-2]), float(given[-1])))

    def mark_clip(self, _: Any) -> None:
        self.clipping = True

    def end(self, _: Any) -> None:
        """The path is done; it may have cut the window that is drawn in."""
        if self.clipping and self.path:
            straight = self.state.straight and not self.curved and len(self.path) == 1 and _upright(self.path[0])
            self.state = self.state._replace(clip=_meet(self.state.clip, _bounds(list(chain(*self.path)))), straight=straight)
        self.path, self.curved, self.clipping = [], False, False

    def fill(self, given: Any) -> None:
        state = self.state
        for piece in self.path:
            straight = not self.curved and _upright(piece) and state.straight
            solid = straight and state.alpha >= 0.99 and state.fill is not None
            self.cover(_meet(_bounds(piece), state.clip), state.fill if straight else None, solid=solid)
        self.end(given)

    def shade(self, _: Any) -> None:
        self.cover(self.state.clip, None, solid=False)

    def cover(self, box: Box, colour: Colour | None, *, solid: bool, picture: bool = False) -> None:
        if box[2] > box[0] and box[3] > box[1]:
            self.drawn.order += 1
            self.drawn.covers.append(Cover(box, self.drawn.order, colour, solid, picture))

    # --- pictures and forms

    def picture(self, _: Any = None) -> None:
        corners = [_at(self.state.ctm, x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        self.cover(_meet(_bounds(corners), self.state.clip), None, solid=False, picture=True)

    def draw(self, given: Any) -> None:
        drawings = self.held.get("/XObject")
        thing = drawings.get(str(given[0])) if isinstance(drawings, Dictionary) else None
        if thing is None:
            return
        if thing.get("/Subtype") == Name.Image:
            self.picture()
        elif thing.get("/Subtype") == Name.Form and self.depth < DEEPEST:
            state = self.state._replace(ctm=times(_matrix(list(thing.get("/Matrix", IDENTITY))), self.state.ctm))
            _Follower(self.drawn, self.faces, thing.get("/Resources", self.held), state, self.depth + 1).follow(thing)

    # --- text

    def begin_text(self, _: Any) -> None:
        self.tm = self.line = IDENTITY

    def place(self, given: Any) -> None:
        self.tm = self.line = _matrix(given)

    def next_line(self, _: Any = None) -> None:
        self.step(0.0, -self.state.leading)

    def step(self, x: float, y: float) -> None:
        self.tm = self.line = moved(self.line, x, y)

    def move_text(self, given: Any) -> None:
        self.step(float(given[0]), float(given[1]))

    def move_text_leading(self, given: Any) -> None:
        self.state = self.state._replace(leading=-float(given[1]))
        self.move_text(given)

    def font(self, given: Any) -> None:
        name = str(given[0])
        if name not in self.named:
            fonts = self.held.get("/Font")
            self.named[name] = self.face(fonts.get(name) if isinstance(fonts, Dictionary) else None)
        self.state = self.state._replace(face=self.named[name], size=float(given[1]))

    def face(self, font: Object | None) -> Face | None:
        if not isinstance(font, Dictionary):
            return None
        if font.objgen == (0, 0):  # written where it is used: nothing to know it by
            return face_of(font)
        if font.objgen not in self.faces:
            self.faces[font.objgen] = face_of(font)
        return self.faces[font.objgen]

    def show(self, given: Any) -> None:
        self.show_parts([given[-1]])

    def show_next(self, given: Any) -> None:
        self.next_line()
        self.show_parts([given[-1]])

    def show_many(self, given: Any) -> None:
        self.show_parts(given[0])

    def show_parts(self, parts: Any) -> None:
        """Note the text of an operator and move on behind it."""
        state, tm = self.state, self.tm
        if state.face is None:
            return
        self.drawn.order += 1
        order, size, stretch = self.drawn.order, state.size, state.stretch
        spacing, word_spacing = (state.spacing / size, state.word_spacing / size) if size else (0.0, 0.0)
        head = _quarter(times(tm, state.ctm), size)
        mode = 3 if state.alpha < 0.03 else state.mode
        for part in parts:
            if not isinstance(part, String):
                tm = moved(tm, -float(part) / 1000 * size * stretch)
                continue
            text = bytes(part)
            width, count, blanks = state.face.measured(text)
            if count > blanks:
                place = times((size * stretch, 0.0, 0.0, size, 0.0, state.rise), times(tm, state.ctm))
                self.drawn.runs.append(Run(place, text, state.face, spacing, word_spacing, order, state.fill, mode, head))
                self.drawn.letters += count - blanks
            gone = width + count * spacing + blanks * word_spacing  # along the line, in ems before stretching
            tm = moved(tm, gone * size * stretch)
        self.tm = tm


_ACTIONS: Mapping[str, Callable[[_Follower, Any], None]] = {
    "q": _Follower.save, "Q": _Follower.restore, "cm": _Follower.turn, "gs": _Follower.graphics,
    "re": _Follower.rectangle, "m": _Follower.move, "l": _Follower.draw_to, **dict.fromkeys(("c", "v", "y"), _Follower.curve),
    **dict.fromkeys(("W", "W*"), _Follower.mark_clip), **dict.fromkeys(("n", "S", "s"), _Follower.end),
    **dict.fromkeys(("f", "F", "f*", "B", "B*", "b", "b*"), _Follower.fill), "sh": _Follower.shade,
    "INLINE IMAGE": _Follower.picture, "Do": _Follower.draw,
    "BT": _Follower.begin_text, "Tm": _Follower.place, "Td": _Follower.move_text, "TD": _Follower.move_text_leading, "T*": _Follower.next_line,
    "Tf": _Follower.font, "Tj": _Follower.show, "TJ": _Follower.show_many, "'": _Follower.show_next, '"': _Follower.show_next,
}  # fmt: skip


def _matrix(given: Any) -> Matrix:
    a, b, c, d, e, f = (float(value) for value in given)
    return a, b, c, d, e, f


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _upright(piece: Sequence[tuple[float, float]]) -> bool:
    """Whether the points go round a rectangle whose sides are parallel to the page's."""
    points = list(dict.fromkeys((round(x, 2), round(y, 2)) for x, y in piece))
    return len(points) == 4 and len({x for x, _ in points}) == 2 and len({y for _, y in points}) == 2


def _quarter(matrix: Matrix, size: float) -> int:
    """How often the head of a letter is turned clockwise by a quarter, in user space."""
    a, b, c, d = matrix[:4]
    c, d = (c, d) if size >= 0 else (-c, -d)
    if a * d - b * c < 0:
        c, d = -b, a  # mirrored, as pages drawn from the top do: the line's direction decides
    if abs(d) >= abs(c):
        return 0 if d >= 0 else 2
    return 1 if c > 0 else 3


def _graphics(held: Object, name: str, state: _State) -> _State:
    states = held.get("/ExtGState")
    given = states.get(name) if isinstance(states, Dictionary) else None
    if not isinstance(given, Dictionary):
        return state
    alpha = float(given.get("/ca", state.alpha))
    if str(given.get("/BM", "/Normal")) not in ("/Normal", "/Compatible"):
        alpha = min(alpha, 0.5)  # it mixes with what lies below: nothing is hidden by it
    if isinstance(given.get("/SMask"), Dictionary):
        alpha = min(alpha, 0.5)
    return state._replace(alpha=alpha)


def _set(state: _State, name: str, given: Any, held: Object) -> _State:
    """The operators that only set one value: colours, and what text is shown with."""
    if name in _NUMBERS:
        return _NUMBERS[name](state, float(given[0]))
    if name in ("g", "rg", "k"):
        return state._replace(fill=colour_of([float(value) for value in given]))
    if name == "cs":
        return state._replace(fill=(0.0, 0.0, 0.0), space=space_of(held, str(given[0])))
    if name in ("sc", "scn"):
        numbers = [float(value) for value in given if not isinstance(value, Name)]
        known = state.space != "/Unknown" and len(numbers) == len(given)
        ink = [1 - numbers[0]] if known and state.space == "/Ink" else numbers
        return state._replace(fill=colour_of(ink) if known else None)
    return state


_NUMBERS: Mapping[str, Callable[[_State, float], _State]] = {
    "Tc": lambda state, value: state._replace(spacing=value),
    "Tw": lambda state, value: state._replace(word_spacing=value),
    "Tz": lambda state, value: state._replace(stretch=value / 100),
    "TL": lambda state, value: state._replace(leading=value),
    "Ts": lambda state, value: state._replace(rise=value),
    "Tr": lambda state, value: state._replace(mode=int(value)),
}
