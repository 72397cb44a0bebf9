"""Files that were made to hurt: exit 2 with a message and its place of our own, in seconds, and nothing is lost.

Honest mistakes are in test_bad_input.py. What could crash the interpreter, hang it or eat its memory runs in a process
of its own; what needs less power than the tests have runs in a fork.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import pytest
from command_line import Outcome, advise, snapshot

from advisor import limits
from advisor.errors import InputError
from advisor.files import read_text, yaml_files
from advisor.trees import parse_json, parse_yaml, read_yaml_folder

ROOT = Path(__file__).resolve().parent.parent
GOOD = '{"as_of": "2026-11-23", "queries_per_day": 300}'
OLD = "An older document.\n"
FILLING = 3_900_000
DRAFT = ".fresh.advise.draft.json"

RUN = ("run", "good.advise.json")
ANSWERS = ("run", "bad.json")
PRICES = (*RUN, "--prices", "bad.yaml")
PACK = (*RUN, "--rules", "pack")
PLAIN = ("new", "fresh", "--plain")
RESUME = (*PLAIN, "--resume")
OUT = (*RUN, "-o", "bad.md")

READABLE = "Accepted: a regular file that can be read"
WRITABLE = "Nothing was changed. Accepted: a regular file or a free name"

Make = Callable[[Path], object]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder with a good answers file, its older document and an empty folder `pack`."""
    monkeypatch.chdir(tmp_path)
    Path("good.advise.json").write_text(GOOD)
    Path("good.advise.md").write_text(OLD)
    Path("pack").mkdir()
    return tmp_path


def refused(outcome: Outcome, *says: str) -> None:
    """Assert exit code 2 and printable lines of our own, not too many, that say all this."""
    assert outcome.code == 2, outcome
    assert "Traceback" not in outcome.err, outcome.err
    lines = outcome.err.splitlines()
    assert 1 <= len(lines) <= limits.MAX_SHOWN_PROBLEMS + 1
    assert all(line.startswith("error: ") and line.isprintable() and len(line) < 1100 for line in lines), outcome.err
    for words in says:
        assert words in outcome.err


def alone(
    *arguments: str, stdin: IO[bytes] | int = subprocess.DEVNULL, stdout: IO[bytes] | int = subprocess.PIPE
) -> Outcome:
    """Run a command in a process of its own, with 2 GB of memory, for at most 10 s."""

    def little_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    done = subprocess.run(
        [sys.executable, "-m", "advisor", *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=10,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        preexec_fn=little_memory,
    )
    return Outcome(done.returncode, done.stdout or "", done.stderr)


def in_fork(weaken: Callable[[], None], *arguments: str, stdin: bytes = b"") -> Outcome:
    """Run a command in a fork of this process that first gives up some power.

    A new process would not do: who is nobody may not even read the interpreter when that is root's.
    """
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        try:
            weaken()
            outcome = advise(*arguments, stdin=stdin)
        except BaseException:
            outcome = Outcome(1, "", traceback.format_exc())
        with os.fdopen(writing, "wb") as stream:
            stream.write(json.dumps(asdict(outcome)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as answer:
        said = answer.read()
    os.waitpid(child, 0)
    return Outcome(**json.loads(said))


def put(name: str, content: str | bytes) -> Make:
    data = content if isinstance(content, bytes) else content.encode()
    return lambda folder: (folder / name).write_bytes(data)


def fifo(name: str) -> Make:
    return lambda folder: os.mkfifo(folder / name)


def link(name: str, target: str) -> Make:
    return lambda folder: (folder / name).symlink_to(target)


def directory(name: str) -> Make:
    return lambda folder: (folder / name).mkdir()


def bound_socket(name: str) -> Make:
    """Bind by the short relative name: the whole path of a socket has room for about 100 characters."""

    def make(folder: Path) -> None:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(name)

    return make


def sparse(name: str) -> Make:
    def make(folder: Path) -> None:
        with (folder / name).open("wb") as stream:
            stream.truncate(100_000_000)

    return make


def nothing(folder: Path) -> None:
    """Make nothing: the name alone is hostile."""


@dataclass(frozen=True)
class Hostile:
    """What `make` puts into the working folder, the command that meets it, and what the message says."""

    name: str
    make: Make
    arguments: tuple[str, ...]
    says: tuple[str, ...]


UNREADABLE = [
    Hostile("socket", bound_socket("bad.json"), ANSWERS, ("bad.json: is not a regular file", READABLE)),
    Hostile("endless device", link("bad.json", "/dev/zero"), ANSWERS, ("bad.json: is not a regular file", READABLE)),
    Hostile("100 MB", sparse("bad.json"), ANSWERS, ("bad.json: the file is too large. Accepted: at most 4,000,000",)),
    Hostile("name of two lines", nothing, ("run", "a\nerror: b.json"), (r"a\nerror: b.json: no such file", READABLE)),
    Hostile("name with colours", nothing, ("run", "\x1b[31mred.json"), (r"\x1b[31mred.json: no such file", READABLE)),
    Hostile("name of no UTF-8", nothing, ("run", "\udcff.json"), (r"\udcff.json: no such file", READABLE)),
    Hostile("path of 5,000", nothing, ("run", "d/" * 2500 + "x"), ("/d…: cannot be read: File name", READABLE)),
    Hostile("prices: FIFO", fifo("bad.yaml"), PRICES, ("bad.yaml: is not a regular file", READABLE)),
    Hostile("prices: socket", bound_socket("bad.yaml"), PRICES, ("bad.yaml: is not a regular file", READABLE)),
    Hostile("prices: loop", link("bad.yaml", "bad.yaml"), PRICES, ("bad.yaml: cannot be read: Too many l", READABLE)),
    Hostile("prices: device", link("bad.yaml", "/dev/zero"), PRICES, ("bad.yaml: is not a regular file", READABLE)),
    Hostile("prices: 100 MB", sparse("bad.yaml"), PRICES, ("bad.yaml: the file is too large. Accepted: at most 4,",)),
    Hostile("rules: FIFO", fifo("pack/bad.yaml"), PACK, ("pack/bad.yaml: is not a regular file", READABLE)),
    Hostile("rules: directory", directory("pack/bad.yaml"), PACK, ("pack/bad.yaml: is a directory", READABLE)),
    Hostile("rules: loop", link("pack/bad.yaml", "bad.yaml"), PACK, ("pack/bad.yaml: cannot be read: Too", READABLE)),
    Hostile("rules: dangling link", link("pack/bad.yaml", "gone"), PACK, ("pack/bad.yaml: no such file", READABLE)),
    Hostile("rules: device", link("pack/bad.yaml", "/dev/zero"), PACK, ("pack/bad.yaml: is not a regular", READABLE)),
    Hostile("rules: 100 MB", sparse("pack/bad.yaml"), PACK, ("pack/bad.yaml: the file is too large. Accepted: at",)),
    Hostile("a file for rules", nothing, (*RUN, "--rules", "good.advise.md"), ("advise.md: cannot be read as a f",)),
    Hostile("a FIFO for rules", fifo("bad"), (*RUN, "--rules", "bad"), ("bad: cannot be read as a folder: Not a d",)),
    Hostile("a loop for rules", link("bad", "bad"), (*RUN, "--rules", "bad"), ("bad: cannot be read as a folder: T",)),
    Hostile("draft: FIFO", fifo(DRAFT), RESUME, (f"{DRAFT}: is not a regular file", READABLE)),
    Hostile("draft: directory", directory(DRAFT), RESUME, (f"{DRAFT}: is a directory", READABLE)),
    Hostile("draft: half of one", put(DRAFT, '{"project": "My ro'), RESUME, (f"{DRAFT}:1:13: this is not valid JSON",)),
    Hostile("draft: not UTF-8", put(DRAFT, b'{"project": "\xff"}'), RESUME, (f"{DRAFT}:1:14: the byte 0xFF is not",)),
    Hostile("draft: deep", put(DRAFT, '{"project": ' + "[" * FILLING), RESUME, (f"{DRAFT}:1:53:project: nested too",)),
]


@pytest.mark.parametrize("case", UNREADABLE, ids=lambda case: case.name)
def test_what_is_no_readable_file_is_refused_without_waiting_for_it(case: Hostile, folder: Path) -> None:
    case.make(folder)
    before = snapshot(folder)
    refused(advise(*case.arguments, seconds=5), *case.says)
    assert snapshot(folder) == before


@pytest.mark.parametrize(("instead", "says"), [(fifo, "is not a regular file"), (None, "no such file")])
def test_a_file_that_changes_just_before_it_is_opened_is_refused_without_waiting_for_it(
    instead: Callable[[str], Make] | None, says: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("bad.json", GOOD)(folder)
    real_open = os.open

    def change_and_open(path: Path | str, flags: int, mode: int = 0o777) -> int:
        if str(path) == "bad.json":
            Path(path).unlink()
            if instead is not None:
                instead("bad.json")(folder)
        return real_open(path, flags, mode)

    monkeypatch.setattr(os, "open", change_and_open)
    refused(advise(*ANSWERS, seconds=5), f"bad.json: {says}", READABLE)


def test_endless_standard_input_is_refused(folder: Path) -> None:
    with Path("/dev/zero").open("rb") as zeros:
        refused(alone("run", "-", stdin=zeros), "standard input: the file is too large. Accepted: at most 4,000,000")


def test_standard_input_that_is_no_input_is_refused(folder: Path) -> None:
    with Path("written").open("wb") as only_written:
        refused(alone("run", "-", stdin=only_written), "standard input: cannot be read", "Accepted: a pipe or a file")


@dataclass(frozen=True)
class BadText:
    """The content of a file, and the beginning of its message from behind the name of the file on."""

    name: str
    content: str | bytes
    says: str


def members(count: int) -> str:
    """Return so many members of a JSON object, none of them known."""
    return ",".join(f'"k{index}": 1' for index in range(count))


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join(['*' + chr(97 + level)] * 9)}]\n" for level in range(20)
)
NO_ALIAS = "anchors and aliases are not accepted; write the value out"
BAD_YAML = [
    BadText("bomb of aliases", BOMB, f":1:4: {NO_ALIAS}"),
    BadText("alias of nothing", "rows: *a\n", f":1:7: {NO_ALIAS}"),
    BadText("alias for a key", "a: 1\n*a : 2\n", f":2:1: {NO_ALIAS}"),
    BadText("anchor without alias", "rows: &a []\n", f":1:7: {NO_ALIAS}"),
    BadText("merge key", "rows: []\n<<: {a: 1}\n", ":2:1: merge keys (<<) are not accepted; write the keys out"),
    BadText("tag that would run a command", "rows: !!python/object/apply:os.system [id]", ":1:7: the tag tag:yaml"),
    BadText("own tag", "%TAG ! tag:x,2000:\n---\nrows: !a []\n", ":3:7: the tag tag:x,2000:a is not accepted"),
    BadText("key twice, deep inside", "rows:\n- a: {b: 1,\n   b: 2}\n", ":3:4: the key 'b' is there twice"),
    BadText("list for a key", "rows: []\n[a]: 1\n", ":2:1: a key must be text"),
    BadText("second document", "rows: []\n---\nrows: []\n", ":2:1: a second document begins here. Accepted: one"),
    BadText("NUL", "rows: []\n# \0\n", ":2:3: the control character U+0000 stands here. Accepted: printable text"),
    BadText("NUL as an escape", 'rows:\n- id: "a\\0"\n', ":2:7: the control character U+0000 stands here"),
    BadText("NUL as an escape in a key", 'rows:\n- "a\\0": 1\n', ":2:3: the control character U+0000 stands here"),
    BadText("colours as an escape", 'rows:\n- "\\e[31m"\n', ":2:3: the control character U+001B stands here"),
    BadText("half a surrogate pair as an escape", 'rows:\n- "\\ud800"\n', ":2:6: this is not valid YAML: found"),
    BadText("half a surrogate pair as bytes", b"rows:\n- '\xed\xa0\x80'\n", ":2:4: the byte 0xED is not UTF-8 text"),
    BadText("not UTF-8, behind a byte order mark", b"\xef\xbb\xbfa: 1\nb\xe9: 2\n", ":2:2: the byte 0xE9 is not UTF-8"),
    BadText("UTF-16", "rows: []\n".encode("utf-16"), ": the file is UTF-16 or UTF-32 text. Accepted: UTF-8"),
    BadText("UTF-16 without a mark", "rows: []\n".encode("utf-16-le"), ":1:2: the control character U+0000 stands"),
    BadText("immense power of ten", "rows:\n- price: 1e999999999\n", ":2:3:rows.0.price: the number 1e999999999 is"),
    BadText("tiny power of ten", "rows:\n- price: 1e-999999999\n", ":2:3:rows.0.price: the number 1e-999999999 is out"),
    BadText("zero with a power of ten", "rows:\n- price: 0e-999999999\n", ":2:3:rows.0.price: the number 0e-999999999"),
    BadText("3,900,000 digits", "rows:\n- price: '" + "9" * FILLING + "'\n", ":2:3:rows.0.price: the number has too m"),
    BadText("1,300,000 times the same key", "a:\n" * (FILLING // 3), ":2:1: the key 'a' is there twice"),
    BadText("300,000 keys", "".join(f"k{index}: 1\n" for index in range(300_000)), ":1001:1: there are too many keys"),
    BadText("1,950,000 values", "[" + "x," * (FILLING // 2) + "]", ":1:100000: the file holds too many values. Acc"),
    BadText("quote that is not closed", 'rows: "' + "x" * FILLING, ":1:3900008: this is not valid YAML"),
    BadText("nothing but line ends", "\n" * FILLING, ": the file is empty"),
    BadText("nothing but quotes", '"' * FILLING, ":1:3: this is not valid YAML"),
    BadText("nothing but colons", ": " * (FILLING // 2), ":1:1: this is not valid YAML"),
    BadText("nothing but documents", "---\n" * (FILLING // 4), ":2:1: a second document begins here"),
]
BAD_JSON = [
    BadText("300,000 unknown keys", f"{{{members(300_000)}}}", ":1:9892: there are too many keys. Accepted: at most"),
    BadText("300,000 unknown notes", f'{{"notes": {{{members(300_000)}}}}}', ":1:9902: there are too many keys"),
    BadText("a key 350,000 times", '{"gpus": 1' + ', "gpus": 1' * 350_000 + "}", ":1:13:gpus: the key 'gpus' is there"),
    BadText("1,900,000 values", '{"gpus": [' + "0," * 1_900_000 + "0]}", ":1:400007: the file holds too many values"),
    BadText("key of 975,000 characters", '{"' + "k" * (FILLING // 4) + '": 1}', ":1:2:" + "k" * 59 + "…: unknown key"),
    BadText("key of two lines", '{"a\\nerror: b": 1}', ":1:2:a\ufffderror: b: unknown key"),
    BadText("two byte order marks", b"\xef\xbb\xbf" * 2 + b"{}", ":1:1: this is not valid JSON"),
    BadText("UTF-32", GOOD.encode("utf-32"), ": the file is UTF-16 or UTF-32 text. Accepted: UTF-8"),
    BadText("text that is not closed", '{"project": "' + "x" * FILLING, ":1:13: this is not valid JSON: unterminated"),
    BadText("nothing but blanks", " \n" * (FILLING // 2), ": the file is empty. Accepted: an object"),
    BadText("nothing but quotes", '"' * FILLING, ":1:3: this is not valid JSON"),
    BadText("3,900,000 digits", '{"gpus": ' + "9" * FILLING + "}", ":1:10:gpus: the number has too many digits. Acc"),
]


@pytest.mark.parametrize("bad", BAD_YAML, ids=lambda bad: bad.name)
def test_hostile_yaml_is_refused_with_its_place_as_prices_and_as_rules(bad: BadText, folder: Path) -> None:
    for name, arguments in (("bad.yaml", PRICES), ("pack/bad.yaml", PACK)):
        put(name, bad.content)(folder)
        before = snapshot(folder)
        refused(advise(*arguments, seconds=5), f"error: {name}{bad.says}")
        assert snapshot(folder) == before


@pytest.mark.parametrize("bad", BAD_JSON, ids=lambda bad: bad.name)
def test_hostile_answers_are_refused_with_their_place_from_a_file_and_from_a_pipe(bad: BadText, folder: Path) -> None:
    put("bad.json", bad.content)(folder)
    before = snapshot(folder)
    refused(advise(*ANSWERS, seconds=5), f"error: bad.json{bad.says}")
    refused(advise("run", "-", stdin=Path("bad.json").read_bytes(), seconds=5), f"error: standard input{bad.says}")
    assert snapshot(folder) == before


DEEP_YAML = {
    "open lists": "[" * FILLING,
    "open mappings": "{a: " * (FILLING // 4),
    "lists in lines": "- " * (FILLING // 2),
    "stairs": "".join(" " * step + "a:\n" for step in range(1900)),
}


@pytest.mark.parametrize("content", [pytest.param(text, id=name) for name, text in DEEP_YAML.items()])
def test_deep_yaml_does_not_crash_the_interpreter(content: str, folder: Path) -> None:
    put("bad.yaml", content)(folder)
    before = snapshot(folder)
    refused(alone(*PRICES), "error: bad.yaml:", "nested too deeply. Accepted: at most 40 levels")
    assert snapshot(folder) == before


def test_a_zero_with_an_absurd_exponent_is_a_zero(folder: Path) -> None:
    """In a process of its own: to write such a number out would neither end nor hear a signal."""
    put("bad.json", '{"as_of": "2026-11-23", "queries_per_day": [0e-999999999, 3]}')(folder)
    assert alone(*ANSWERS, "-o", "-").code == 0


def test_many_problems_are_counted_instead_of_printed(folder: Path) -> None:
    put("bad.json", f"{{{members(70)}}}")(folder)
    lines = advise(*ANSWERS).err.splitlines()
    assert all(line.startswith("error: bad.json:1:") for line in lines[:-1])
    assert (len(lines), lines[-1]) == (limits.MAX_SHOWN_PROBLEMS + 1, "error: and 20 more.")


def test_prices_of_nothing_but_faults_are_answered_within_seconds(folder: Path) -> None:
    put("bad.yaml", "rows:\n" + "- {a: 1, pric: 2}\n" * (limits.MAX_YAML_VALUES // 5 - 1))(folder)
    refused(advise(*PRICES, seconds=8), "bad.yaml:2:4:rows.0.a: unknown key 'a'", "more.")


def lists(depth: int) -> str:
    return "[" * depth + "0" + "]" * depth


def flat_list(values: int) -> str:
    return "[" + "0," * (values - 2) + "0]"


EDGES: list[tuple[str, Callable[[int], str], Callable[[str, str], object], int]] = [
    ("JSON depth", lists, parse_json, limits.MAX_DEPTH),
    ("YAML depth", lists, parse_yaml, limits.MAX_DEPTH),
    ("JSON keys", lambda keys: f"{{{members(keys)}}}", parse_json, limits.MAX_KEYS),
    ("YAML keys", lambda keys: f"{{{members(keys)}}}", parse_yaml, limits.MAX_KEYS),
    ("JSON values", flat_list, parse_json, limits.MAX_JSON_VALUES),
    ("YAML values", flat_list, parse_yaml, limits.MAX_YAML_VALUES),
    ("JSON digits", lambda digits: "9" * digits, parse_json, limits.MAX_NUMBER_LENGTH),
    ("YAML digits", lambda digits: "0." + "9" * (digits - 2), parse_yaml, limits.MAX_NUMBER_LENGTH),
    ("YAML power of ten", lambda power: f"9e{power}", parse_yaml, limits.MAX_DATA_EXPONENT),
    ("YAML fraction", lambda power: f"1e-{power}", parse_yaml, limits.MAX_EXPONENT),
]


@pytest.mark.parametrize(("write", "parse", "most"), [pytest.param(*rest, id=name) for name, *rest in EDGES])
def test_a_limit_lets_itself_pass_and_nothing_beyond(
    write: Callable[[int], str], parse: Callable[[str, str], object], most: int
) -> None:
    parse(write(most), "edge")
    with pytest.raises(InputError, match=r"edge:.* Accepted: "):
        parse(write(most + 1), "edge")


def test_the_largest_file_is_read_and_none_that_is_larger(folder: Path) -> None:
    largest = Path("largest")
    largest.write_bytes(b"x" * limits.MAX_FILE_BYTES)
    assert len(read_text(largest)) == limits.MAX_FILE_BYTES
    largest.write_bytes(b"x" * (limits.MAX_FILE_BYTES + 1))
    with pytest.raises(InputError, match="largest: the file is too large"):
        read_text(largest)


def test_a_folder_with_too_many_files_is_refused(folder: Path) -> None:
    for index in range(limits.MAX_FOLDER_FILES):
        Path("pack", f"{index}.yaml").touch()
    assert len(yaml_files(Path("pack"))) == limits.MAX_FOLDER_FILES
    Path("pack/one-more.yaml").touch()
    refused(advise(*PACK), "pack: the folder holds too many YAML files. Accepted: at most 200")


def test_a_folder_with_too_much_in_its_files_is_refused(folder: Path) -> None:
    for name in ("a", "b"):
        Path("pack", f"{name}.yaml").write_text("rules: []\n#".ljust(limits.MAX_FOLDER_CHARACTERS // 2, "x"))
    assert len(read_yaml_folder(Path("pack"))) == 2
    Path("pack/c.yaml").write_text("#")
    refused(advise(*PACK), "pack: the YAML files of the folder are too large. Accepted: at most 4,000,000 characters")


UNWRITABLE = [
    Hostile("loop", link("bad.md", "bad.md"), OUT, ("bad.md: cannot be written: Too many levels", WRITABLE)),
    Hostile("link into nowhere", link("bad.md", "nowhere/x.md"), OUT, ("bad.md: cannot be written: No such", WRITABLE)),
    Hostile("socket", bound_socket("bad.md"), OUT, ("bad.md: is not a regular file and cannot be replaced", WRITABLE)),
    Hostile("link to a device", link("bad.md", "/dev/full"), OUT, ("bad.md: is not a regular file and ca", WRITABLE)),
    Hostile("folder is a FIFO", fifo("bad"), (*RUN, "-o", "bad/x.md"), ("bad/x.md: cannot be written: Not", WRITABLE)),
    Hostile("folder is a loop", link("bad", "bad"), (*RUN, "-o", "bad/x.md"), ("bad/x.md: cannot be wri", WRITABLE)),
    Hostile("new: loop", link("fresh.advise.json", "fresh.advise.json"), PLAIN, ("fresh.advise.json: exists already",)),
    Hostile("new: FIFO", fifo("fresh.advise.md"), PLAIN, ("fresh.advise.md: exists already; nothing was changed",)),
]


@pytest.mark.parametrize("case", UNWRITABLE, ids=lambda case: case.name)
def test_what_cannot_be_replaced_stays_as_it_was(case: Hostile, folder: Path) -> None:
    case.make(folder)
    before, names = snapshot(folder), sorted(folder.iterdir())
    refused(advise(*case.arguments, seconds=5), *case.says)
    assert (snapshot(folder), sorted(folder.iterdir())) == (before, names)


@pytest.mark.parametrize(
    "arguments",
    [(*RUN, "-o", "x" * 300), ("new", "x" * 240, "--defaults"), ("new", "d" * 300 + "/x", "--plain")],
    ids=["document", "draft", "folder"],
)
def test_a_name_too_long_to_be_written_is_refused(arguments: tuple[str, ...], folder: Path) -> None:
    before = snapshot(folder)
    refused(advise(*arguments), "cannot be written")
    assert snapshot(folder) == before


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_a_full_disk_under_what_the_program_says_of_itself_is_said(option: str, folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        refused(alone(option, stdout=full), "No space left on device")


def test_a_link_to_a_document_stays_a_link(folder: Path) -> None:
    Path("bad.md").symlink_to("pack/there.md")
    assert advise(*OUT).code == 0
    assert Path("bad.md").is_symlink()
    assert Path("pack/there.md").read_text().startswith("---\nstatus: proposed\n---\n\n# ")


def test_a_document_may_have_the_longest_name_there_is(folder: Path) -> None:
    name = "\U0001f4b0" * 63 + ".md"
    assert advise(*RUN, "-o", name).code == 0
    assert Path(name).read_text().startswith("---\nstatus: proposed\n---\n\n# ")


@pytest.fixture(scope="module")
def everything_loaded(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Have every module loaded that a command needs without a cache: who is nobody may read neither."""
    folder = tmp_path_factory.mktemp("loaded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", os.devnull)
        advise("new", folder / "x", "--plain", stdin=b"My router\n")
        advise("new", folder / "x", "--plain", "--resume", stdin=b"\n" * 200)
        assert advise("run", folder / "x.advise.json", "-o", folder / "x.md").code == 0


@pytest.fixture
def commons(everything_loaded: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a working folder that everybody may use, with something of every kind to close to them."""
    with tempfile.TemporaryDirectory(prefix="advise-tests-") as name:
        folder = Path(name)
        folder.chmod(0o777)
        monkeypatch.chdir(folder)
        for inner in ("pack", "closed"):
            Path(inner).mkdir()
        for file in ("good.advise.json", "bad.json", "closed/bad.json", DRAFT):
            Path(file).write_text(GOOD)
        Path("bad.yaml").write_text("rows: []\n")
        Path("pack/bad.yaml").write_text("rules: []\n")
        for file in ("good.advise.md", "bad.md", "closed/bad.md"):
            Path(file).write_text(OLD)
        yield folder


def become_nobody() -> None:
    """Give up being root; any other user is kept out by the modes of its own files."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


@dataclass(frozen=True)
class Closed:
    """A path that gets a mode which keeps others and its owner out, a command that needs it, and what is said then."""

    name: str
    path: str
    mode: int
    arguments: tuple[str, ...]
    says: tuple[str, ...]


DENIED = "Permission denied"
CLOSED = [
    Closed("answers", "bad.json", 0, ANSWERS, (f"bad.json: cannot be read: {DENIED}", READABLE)),
    Closed("folder of answers", "closed", 0, ("run", "closed/bad.json"), ("closed/bad.json: cannot be read", READABLE)),
    Closed("rules", "pack/bad.yaml", 0, PACK, (f"pack/bad.yaml: cannot be read: {DENIED}", READABLE)),
    Closed("draft", DRAFT, 0, RESUME, (f"{DRAFT}: cannot be read: {DENIED}", READABLE)),
    Closed("document", "bad.md", 0o444, OUT, ("bad.md: cannot be written: the file is write-protected", WRITABLE)),
    Closed("document to compare with", "bad.md", 0o222, OUT, (f"bad.md: cannot be written: {DENIED}", WRITABLE)),
    Closed("new document", "closed", 0o555, (*RUN, "-o", "closed/x.md"), ("closed/x.md: cannot be written", WRITABLE)),
    Closed("folder of documents", "closed", 0o555, (*RUN, "-o", "closed"), ("closed/good.advise.md: ca", WRITABLE)),
    Closed("new answers", "closed", 0o555, ("new", "closed/x", "--defaults"), ("closed/x.advise.json: can", WRITABLE)),
    Closed("hidden answers", "closed", 0, ("new", "closed/x", "--defaults"), ("closed/x.advise.json: cannot be wri",)),
    Closed("prices", "bad.yaml", 0, PRICES, (f"bad.yaml: cannot be read: {DENIED}", READABLE)),
    Closed("folder of rules", "pack", 0o311, PACK, (f"pack: cannot be read as a folder: {DENIED}", "Accepted: a fo")),
    Closed("hidden document", "closed", 0, (*RUN, "-o", "closed/x.md"), ("closed/x.md: cannot be written", WRITABLE)),
]


@pytest.mark.parametrize("case", CLOSED, ids=lambda case: case.name)
def test_what_may_not_be_read_or_written_is_refused_and_stays_as_it_was(case: Closed, commons: Path) -> None:
    before, mode = snapshot(commons), Path(case.path).stat().st_mode
    Path(case.path).chmod(case.mode)
    outcome = in_fork(become_nobody, *case.arguments)
    Path(case.path).chmod(mode)
    refused(outcome, *case.says)
    assert snapshot(commons) == before


def full_after(written_bytes: int) -> Callable[[], None]:
    """Return what makes every file end after so many bytes, as on a disk that is full."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (written_bytes, written_bytes))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(RUN, "good.advise.md", id="document over an older one"),
        pytest.param((*RUN, "-o", "fresh.md"), "fresh.md", id="new document"),
        pytest.param(("new", "fresh", "--defaults"), "fresh.advise.json", id="answers"),
    ],
)
def test_a_disk_that_fills_up_leaves_everything_as_it_was(arguments: tuple[str, ...], says: str, folder: Path) -> None:
    before = snapshot(folder)
    refused(in_fork(full_after(20), *arguments), f"error: {says}: cannot be written: File too large. {WRITABLE}")
    assert snapshot(folder) == before


LINES = b"My router\nrouting\n"


def kept(outcome: Outcome, folder: Path) -> bool:
    """Return whether the first typed answer is in a file or in what was printed as JSON."""
    files = [content for content, _ in snapshot(folder).values()]
    return any(b'"My router"' in content for content in (*files, outcome.out.encode(), outcome.err.encode()))


def test_an_interview_whose_document_no_longer_fits_keeps_the_answers(folder: Path) -> None:
    outcome = in_fork(full_after(5_000), *PLAIN, stdin=LINES + b"\n" * 200)
    refused(Outcome(outcome.code, "", outcome.err), "fresh.advise.md: cannot be written: File too large")
    assert kept(outcome, folder)
    assert "fresh.advise.md" not in snapshot(folder)


@pytest.mark.parametrize("stdin", [LINES, LINES + b"\n" * 200], ids=["that ends early", "that is complete"])
def test_an_interview_whose_answers_no_longer_fit_anywhere_prints_them(stdin: bytes, folder: Path) -> None:
    outcome = in_fork(full_after(20), *PLAIN, stdin=stdin)
    assert outcome.code == 2
    assert kept(outcome, folder)


def test_an_older_draft_survives_a_disk_that_is_full(folder: Path) -> None:
    put(DRAFT, '{"project": "My router"}')(folder)
    before = snapshot(folder)
    outcome = in_fork(full_after(20), *RESUME, stdin=b"routing\n")
    refused(Outcome(outcome.code, "", outcome.err), f"{DRAFT}: cannot be written: File too large")
    assert snapshot(folder) == before


ON_A_FULL_DISK = """
mount -t tmpfs -o size=32k none "$1" && cd "$1" || exit 99
printf %s "$2" > good.advise.json; printf %s "$3" > good.advise.md
cat /dev/zero > filling 2> "$4"
shift 4; "$@" || echo "$?"; ls -A; cat good.advise.md
"""


def test_a_really_full_disk_leaves_everything_as_it_was(folder: Path) -> None:
    outside = ["unshare", "--mount", "--map-root-user", "sh", "-c", ON_A_FULL_DISK, "sh"]
    command = [sys.executable, "-m", "advisor", *RUN]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            [*outside, "pack", GOOD, OLD, os.devnull, *command],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
            env=environment,
        )
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if done.returncode in (1, 99) and not done.stdout:
        pytest.skip("a disk may not be mounted here")
    assert done.stdout == f"2\nfilling\ngood.advise.json\ngood.advise.md\n{OLD}"
    refused(Outcome(2, "", done.stderr), f"good.advise.md: cannot be written: No space left on device. {WRITABLE}")
