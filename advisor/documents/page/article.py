"""The HTML inside a page: a markdown document, whose structure (never whose words) says how each part is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote

from advisor.documents.page.raw_html import Ids, RawHtml
from advisor.documents.page.tables import Labels, frame, mark, words_of

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_ALERT: Final = re.compile(r"\[!(NOTE|TIP|IMPORTANT|WARNING|CAUTION)\] *(?:\n|$)")
_OUTSIDE: Final = re.compile(r"https?://|mailto:", re.IGNORECASE)
_NO_SCHEME: Final = re.compile(r"[^:/?#]*(?:[/?#]|$)")
_PICTURE: Final = re.compile(r"data:image/(?:gif|png|jpeg|webp);")
_AMOUNT: Final = re.compile(r"\bUSD (?=-?[0-9])")
_DAY: Final = re.compile(r"\b[12][0-9]{3}-[01][0-9]-[0-3][0-9]\b", re.ASCII)
_BREAKS: Final = re.compile(r"/(?=.)")
_LONG_CODE: Final = 24
_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_SIZES: Final = re.compile(r'\s(?:width|height)="[^"]*"')


class Heading(NamedTuple):
    """An entry of the table of contents."""

    level: int
    id: str
    words: str


class Article(NamedTuple):
    """A document as HTML: its title in words and as HTML, what stands before its first section, and its sections."""

    title: str
    heading: str
    lead: str
    body: str
    contents: tuple[Heading, ...]


def article_of(markdown: str, figures: Mapping[str, str]) -> Article:
    """Return a markdown document as HTML; pictures that it links by a name in `figures` are put in their places."""
    parser = _parser()
    tokens = parser.parse(markdown)
    title = _cut_title(tokens)
    sections = next((at for at, token in enumerate(tokens) if _is_section(token)), len(tokens))
    writer = _Writer(figures)
    heading, lead, body = (
        parser.renderer.render(list(writer.written(part)), parser.options, {})
        for part in (title, tokens[:sections], tokens[sections:])
    )
    words = words_of(title[1]) if title else ""
    return Article(words, heading, lead, body, tuple(writer.contents))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.add_render_rule("text", _text)
    parser.add_render_rule("code_inline", _code)
    return parser


def _text(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Write text; an amount stays on the line of its currency, and a date on one line."""
    text = escape(_AMOUNT.sub("USD\u00a0", tokens[index].content), quote=False)
    return _DAY.sub(r"<time>\g<0></time>", text)


def _code(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """Write an identifier; a long one may break after a slash."""
    text = escape(tokens[index].content, quote=False)
    if len(text) >= _LONG_CODE:
        text = _BREAKS.sub("/<wbr>", text)
    return f"<code>{text}</code>"


def _cut_title(tokens: list[Token]) -> list[Token]:
    """Take the first heading of the first level out of a document."""
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h1" and token.level == 0:
            title = tokens[at : at + 3]
            del tokens[at : at + 3]
            return title
    return []


def _is_section(token: Token) -> bool:
    return token.type == "heading_open" and token.tag in ("h1", "h2") and token.level == 0


class _Writer:
    """Goes once through a document, and changes its tokens so that the parser's own renderer writes the HTML wanted."""

    def __init__(self, figures: Mapping[str, str]) -> None:
        self._figures = {name: _embedded(svg) for name, svg in figures.items()}
        self._ids = Ids({found for svg in self._figures.values() for found in re.findall(r'\sid="([^"]+)"', svg)})
        self._labels = Labels()
        self._html = RawHtml(self._ids)
        self.contents: list[Heading] = []

    def written(self, tokens: Sequence[Token]) -> Iterator[Token]:
        """Yield the tokens of a part, changed, and the ends of fold-outs that it leaves open."""
        at = 0
        while at < len(tokens):
            taken = 1
            match tokens[at].type:
                case "table_open":
                    taken += next(i for i, token in enumerate(tokens[at:]) if token.type == "table_close")
                    yield from self._table(tokens[at : at + taken])
                case "paragraph_open" if picture := self._only_picture(tokens[at + 1]):
                    taken = 3
                    yield _markup(f"<figure>\n{picture}</figure>\n")
                case _:
                    yield from self._single(tokens, at)
            at += taken
        yield _markup(self._html.rest())

    def _single(self, tokens: Sequence[Token], at: int) -> Iterator[Token]:
        token = tokens[at]
        match token.type:
            case "heading_open":
                found = self._ids.heading(words_of(tokens[at + 1]))
                token.attrSet("id", found)
                self.contents.append(Heading(int(token.tag[1:]), found, words_of(tokens[at + 1])))
                yield token
            case "blockquote_open":
                yield from self._callout(token, tokens[at + 1 : at + 4])
            case "blockquote_close":
                token.tag = "div"
                yield token
            case "html_block":
                yield _markup(self._html.block(token.content))
            case "inline":
                self._inline(token)
                yield token
            case _:
                yield token

    def _callout(self, opening: Token, first: Sequence[Token]) -> Iterator[Token]:
        """Open a call-out where a quotation opens; a mark like GitHub's in its first line gives its kind."""
        opening.tag = "div"
        opening.attrSet("class", "callout")
        yield opening
        line = first[1] if len(first) == 3 and first[0].type == "paragraph_open" else None
        children = line.children if line else None
        kind = _ALERT.match(line.content) if line else None
        if not children or kind is None:
            return
        del children[:2]
        if not children:
            first[0].hidden = first[2].hidden = True
        opening.attrSet("class", f"callout {kind[1].lower()}")
        yield _markup(f'<p class="kind">{self._kind_words(kind[1])}</p>\n')

    def _kind_words(self, kind: str) -> str:
        """Return what is written over a call-out: what is important before the first section is the whole answer."""
        before_sections = all(heading.level == 1 for heading in self.contents)
        return "In short" if before_sections and kind == "IMPORTANT" else kind.capitalize()

    def _table(self, table: Sequence[Token]) -> Iterator[Token]:
        for token in table:
            self._inline(token)
        folds = [summary for summary in self._html.folds if summary]
        section = self.contents[-1].words if self.contents else "Document"
        before, after = frame(mark(table), self._labels.label(folds[-1] if folds else section))
        yield _markup(before)
        yield from table
        yield _markup(after)

    def _only_picture(self, line: Token) -> str | None:
        """Return the figure that a paragraph is, if it holds one of ours and nothing else; what the drawing says itself
        is no caption."""
        children = line.children or []
        if len(children) != 1 or children[0].type != "image":
            return None
        svg = self._picture(children[0])
        if svg is None:
            return None
        words = escape(words_of(children[0]), quote=False)
        told = not words or f">{words}</desc>" in svg
        return f"{svg}\n" if told else f"{svg}\n<figcaption>{words}</figcaption>\n"

    def _picture(self, image: Token) -> str | None:
        """Return the drawing that an image links, once; its ids would stand in the page twice."""
        name = str(image.attrGet("src"))
        return self._figures.pop(name, None) or self._figures.pop(unquote(name), None)

    def _inline(self, line: Token) -> None:
        """Change what stands in a line: raw HTML, links that are no links to a page, pictures."""
        for child in line.children or ():
            if child.type == "html_inline":
                child.content = self._html.inline(child.content)
            elif child.type == "link_open" and not _is_link(str(child.attrGet("href"))):
                del child.attrs["href"]
            elif child.type == "image" and not _PICTURE.match(str(child.attrGet("src"))):
                svg = self._picture(child)
                child.type, child.content = "html_inline", svg or escape(words_of(child), quote=False)


def _markup(html: str) -> Token:
    """Return HTML of our own as a token."""
    from markdown_it.token import Token

    return Token("html_block", "", 0, content=html)


def _is_link(url: str) -> bool:
    return bool(_OUTSIDE.match(url) or _NO_SCHEME.match(url))


def _embedded(svg: str) -> str:
    """Return the text of an SVG file for use inside a page, as wide as its place."""
    root = svg[svg.index("<svg") :].strip()
    return _ROOT.sub(lambda tag: _SIZES.sub("", tag[0]), root, count=1)
