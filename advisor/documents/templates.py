"""Templates: the built-in ones and a user's own, all run in Jinja2's sandbox, where they reach fields and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from advisor import cache, where
from advisor.documents.sections.section import Printable
from advisor.documents.text import NoText, finish
from advisor.documents.view import PRINTABLE
from advisor.errors import InputError, Place, fail, nearest_name, one_line
from advisor.files import read_text
from advisor.fingerprint import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER: Final = where.TEMPLATES / "markdown"
SUFFIX: Final = ".j2"
ENDING: Final = f".md{SUFFIX}"


class Template(NamedTuple):
    """A template: the name of a built-in one, or the file of a user's own."""

    name: str
    file: Path | None = None


def template_named(given: str, base: Path = Path()) -> Template:
    """Return the template that a user means: a built-in name, or a path, taken from the folder `base`.

    Raises InputError where it is neither.
    """
    if given in BUILT_IN:
        return Template(given)
    file = base / given
    if not file.is_file() or not _is_template(file):
        raise fail(
            f"there is no template '{one_line(given)}'.",
            Place("--template"),
            accepted=f"{', '.join(BUILT_IN)}, or the path of a file that ends in {SUFFIX}",
            nearest=nearest_name(given, BUILT_IN),
        )
    return Template(given, file)


def _is_template(file: Path) -> bool:
    """Return whether a file is called a template, and what it leads to as well: no other file gets into a document."""
    return file.name.endswith(SUFFIX) and file.resolve().name.endswith(SUFFIX)


def printed(template: Template, view: Mapping[str, Printable]) -> str:
    """Return what a template makes of a view; raises InputError with file and line for what is wrong in it."""
    source = FOLDER / f"{template.name}{ENDING}" if template.file is None else template.file
    folder = None if template.file is None else template.file.parent
    try:
        read_text(source)
        return _environment(folder).get_template(source.name).render(view)
    except InputError:
        raise
    except TemplateSyntaxError as error:
        raise fail(f"{error.message}.", Place(_shown(error.filename, source), error.lineno)) from None
    except TemplateNotFound as error:
        known = sorted(path.name for path in FOLDER.glob("*.j2"))
        name, line = str(error.name), _line(error.__traceback__, source)
        raise fail(
            f"there is no file '{one_line(name)}' to include.",
            line,
            accepted="a file beside the template, or a part of the built-in ones",
            nearest=nearest_name(name, known),
        ) from None
    except NoText as error:
        raise fail(f"{error}.", _line(error.__traceback__, source), accepted=_ACCEPTED) from None
    except TemplateError as error:
        words = error.message
        name, there = (words.name, words.known) if isinstance(words, _Words) else ("", ())
        raise fail(
            f"{str(words).rstrip('.')}.",
            _line(error.__traceback__, source),
            accepted=", ".join(there) or _ACCEPTED,
            nearest=nearest_name(name, there),
        ) from None
    except Exception as error:  # a template is a program: whatever it does wrong is said with its place
        words = f"{type(error).__name__}: {one_line(str(error))}"
        raise fail(f"cannot be printed ({words}).", _line(error.__traceback__, source), accepted=_ACCEPTED) from None


_ACCEPTED: Final = "the fields that docs/templates.md lists, in Jinja2's sandbox"


class _Folder(FileSystemLoader):
    """A folder of templates; links lead to templates or nowhere."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        found = super().get_source(environment, template)
        if not _is_template(Path(found[1])):
            raise TemplateNotFound(template)
        return found


class _Desk(ImmutableSandboxedEnvironment):
    """The sandbox: of our own objects only fields can be reached."""

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, Printable):
            return attr in type(obj).fields()
        if isinstance(obj, tuple) and hasattr(obj, "_fields"):
            return attr in obj._fields
        return super().is_safe_attribute(obj, attr, value)


class _Words(str):
    """What is said of a name that is not there, with the names that are."""

    name: str
    known: tuple[str, ...]


class _Missing(StrictUndefined):
    """What a template names and is not there: any use of it fails, and says what there is."""

    @property
    def _undefined_message(self) -> str:
        name, of = one_line(str(self._undefined_name)), self._undefined_obj
        known: tuple[str, ...] = ()
        if isinstance(of, Printable):
            section = next(key for key, kind in PRINTABLE.items() if type(of) is kind)
            what, known = f"'{section}' has no field '{name}'", tuple(type(of).fields())
        elif isinstance(of, tuple) and hasattr(of, "_fields"):
            what, known = f"there is no field '{name}' here", of._fields
        elif of is missing:
            what, known = f"there is no '{name}'", tuple(PRINTABLE)
        else:
            what = self._undefined_hint or f"a text or a list has no '{name}'"
        words = _Words(what)
        words.name, words.known = name, known
        return words


def _printed_value(value: Any) -> Any:
    """Return what is printed for a value; one that is not there says so."""
    return str(value) if isinstance(value, _Missing) else finish(value)


@lru_cache(maxsize=8)
def _environment(folder: Path | None) -> _Desk:
    """Return the sandbox for templates of a folder, which may include the built-in parts."""
    loaders: list[BaseLoader] = [] if folder is None else [_Folder(folder)]
    kept = cache.folder() if folder is None else None
    desk = _Desk(
        loader=ChoiceLoader([*loaders, FileSystemLoader(FOLDER)]),
        autoescape=False,
        finalize=_printed_value,
        undefined=_Missing,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=FileSystemBytecodeCache(str(kept), "sandboxed-%s.cache") if kept else None,
    )
    for name in ("lipsum", "joiner"):
        del desk.globals[name]
    for name in ("random", "pprint"):
        del desk.filters[name]
    return desk


def _line(traceback: TracebackType | None, source: Path) -> Place:
    """Return the last line of a template that a failure went through."""
    last = Place(str(source))
    for file, line in _frames(traceback):
        if file.endswith(".j2") or file == str(source):
            last = Place(_shown(file, source), line)
    return last


def _frames(traceback: TracebackType | None) -> Iterator[tuple[str, int]]:
    while traceback is not None:
        yield traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        traceback = traceback.tb_next


def _shown(file: str | None, source: Path) -> str:
    """Return how a template is named to a user: a built-in part by its name alone."""
    if file is None:
        return str(source)
    return Path(file).name if Path(file).parent == FOLDER else file
