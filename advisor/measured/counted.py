"""What is counted in texts: the prompt, samples of calls, a training set, a folder of knowledge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import isqrt
from typing import Final

from advisor.errors import Place, fail, one_line
from advisor.measured.knowledge import Shelf
from advisor.measured.measure import Measure
from advisor.measured.method import Method
from advisor.measured.records import Records
from advisor.measured.tally import Tally, Tokens, tally

_FEW: Final = 20
"""Below so many texts their spread is told by the smallest and the largest."""

_MOST_ENDINGS: Final = 8


def prompt_measure(text: str, name: str, method: Method) -> Measure:
    """Return the tokens of the prompt that goes with every call; raises InputError when there is no text."""
    if not text.strip():
        raise fail("holds no text.", Place(name), accepted="the fixed part of the prompt")
    counted = tally([text], method)
    basis = f"all of {name}, {_many(counted.characters, 'character')}{counted.words}"
    return Measure("prompt_tokens", round(counted.tokens[0]), basis, "--prompt-file", method.words)


def sample_measures(samples: Records, name: str, method: Method) -> list[Measure]:
    """Return the mean input and output of a call, and the mean prompt where samples bring instructions along.

    Costs grow with tokens in a straight line, so it is the mean that they need, whatever the spread.
    """
    records = samples.records
    parts = {
        "prompt_tokens": [record.instructions for record in records],
        "input_tokens": [record.input for record in records],
        "output_tokens": [record.output for record in records],
    }
    if not any(parts["prompt_tokens"]):
        del parts["prompt_tokens"]
    other = sum(record.other for record in records)
    extra = f"; {_many(other, 'part')} without text not counted" if other else ""
    return [
        _mean(question, tally(texts, method), f"sample in {name}", extra, "--samples")
        for question, texts in parts.items()
    ]


def training_measures(examples: Records, name: str, method: Method) -> list[Measure]:
    """Return how many different examples there are, and the mean tokens of one, instructions included.

    An example without an output teaches nothing and is not counted; nor is one that is there already. Raises
    InputError when no example is left.
    """
    taught = [record for record in examples.records if record.output.strip()]
    different = list(dict.fromkeys(record[:3] for record in taught))
    if not different:
        raise fail("no example has an output.", Place(name))
    outputs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for instructions, given, output in different:
        outputs[instructions, given].add(output)
    told = (
        (len(taught) - len(different), "repeated"),
        (len(examples.records) - len(taught), "without an output"),
        (examples.blank, "blank"),
    )
    lines = _many(len(examples.records) + examples.blank, "line")
    basis = f"different examples with an output in {name}: {_listed(lines, told)}"
    if torn := sum(len(found) > 1 for found in outputs.values()):
        basis += f"; {_many(torn, 'input')} with different outputs"
    counted = tally(["\n".join(filter(None, parts)) for parts in different], method)
    number = Measure("labelled_examples", len(different), basis, "--training-set")
    return [number, _mean("example_tokens", counted, f"different example in {name}", "", "--training-set")]


def knowledge_measure(shelf: Shelf, name: str, method: Method) -> Measure:
    """Return the tokens of all text in a folder; raises InputError when there is none."""
    counted = Tally(method, shelf.size)
    for text in shelf.texts():
        counted.add(text)
    ranked = sorted(shelf.left_out.items(), key=lambda entry: (-entry[1], entry[0]))
    told = [(count, kind) for kind, count in ranked[:_MOST_ENDINGS]]
    told.append((sum(count for _, count in ranked[_MOST_ENDINGS:]), "of other kinds"))
    left = _listed("", told)
    if not counted.characters:
        raise fail(
            f"the folder holds no text{' (left out: ' + left + ')' if left else ''}.",
            Place(name),
            accepted="text files, such as .md, .txt, .html, .json, .csv",
        )
    basis = f"{_many(shelf.read, 'text file')} in {name}, {_many(counted.characters, 'character')}{counted.words}"
    basis += f"; left out: {left}" if left else ""
    return Measure("knowledge_tokens", round(sum(counted.tokens)), basis, "--knowledge", method.words)


def _mean(question: str, counted: Tally, what: str, extra: str, option: str) -> Measure:
    tokens = counted.tokens
    noun, _, where = what.partition(" in ")
    basis = f"mean of {_many(len(tokens), noun)} in {where}{_spread(tokens)}{counted.words}{extra}"
    return Measure(question, round(Fraction(sum(tokens)) / len(tokens)), basis, option, counted.method.words)


def _spread(tokens: Sequence[Tokens]) -> str:
    """Return how sure their mean is and how far apart texts lie; of a single one nothing is known."""
    count = len(tokens)
    if count == 1:
        return ", spread unknown"
    variance = Fraction(sum(each * each for each in tokens) * count - sum(tokens) ** 2) / (count * (count - 1))
    error = (isqrt(round(4 * variance / count)) + 1) // 2
    ranked = sorted(map(round, tokens))
    few = count < _FEW
    if ranked[0] == ranked[-1]:
        return ", all of that length"
    low, high = ranked[0 if few else count // 10], ranked[-1 if few else -1 - count // 10]
    share = "all" if few else "eight in ten"
    sure = f"{error:,}" if error else "below 1"
    return f", standard error {sure}; {share} from {low:,} to {high:,}"


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _listed(first: str, told: Iterable[tuple[int, str]]) -> str:
    return ", ".join(filter(None, [first, *(f"{count:,} {kind}" for count, kind in told if count)]))


def shown(name: str) -> str:
    """Return the name of a file as notes have it: one line, no control characters."""
    return one_line(name, 80)
