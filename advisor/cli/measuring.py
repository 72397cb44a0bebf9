"""Files instead of numbers: the options of `advise new` whose tokens are counted, and what is said of the counting."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple

import typer

if TYPE_CHECKING:
    from advisor.answers import Answers
    from advisor.measured.measure import Measure
    from advisor.questions import Questionnaire

PromptFile = Annotated[
    Path | None,
    typer.Option("--prompt-file", metavar="FILE", help="Count prompt_tokens in the fixed part of the prompt."),
]
Samples = Annotated[
    Path | None,
    typer.Option("--samples", metavar="FILE", help="Count input_tokens and output_tokens in calls, JSON a line."),
]
Knowledge = Annotated[
    Path | None,
    typer.Option("--knowledge", metavar="FOLDER", help="Count knowledge_tokens in the text files of a folder."),
]
TrainingSet = Annotated[
    Path | None,
    typer.Option(
        "--training-set", metavar="FILE", help="Count labelled_examples and example_tokens in examples, JSON a line."
    ),
]


class Measured(NamedTuple):
    """The files to count in; None where a number is asked for instead."""

    prompt_file: Path | None = None
    samples: Path | None = None
    knowledge: Path | None = None
    training_set: Path | None = None

    @classmethod
    def of(cls, question: str, path: Path) -> Measured:
        """Return the file that a question was answered with."""
        match question:
            case "prompt_tokens":
                return cls(prompt_file=path)
            case "knowledge_tokens":
                return cls(knowledge=path)
            case "labelled_examples" | "example_tokens":
                return cls(training_set=path)
            case _:
                return cls(samples=path)

    def measures(self) -> list[Measure]:
        """Count; raises InputError for every file that cannot be read. The prompt file goes before what samples say."""
        if not any(self):
            return []
        from advisor.errors import InputError, Problem

        found: dict[str, Measure] = {}
        problems: list[Problem] = []
        for count in (self._prompt, self._samples, self._knowledge, self._training_set):
            try:
                for measure in count():
                    found.setdefault(measure.question, measure)
            except InputError as error:
                problems.extend(error.problems)
        if problems:
            raise InputError(problems)
        return list(found.values())

    def _prompt(self) -> list[Measure]:
        if self.prompt_file is None:
            return []
        from advisor.measured.counted import prompt_measure, shown
        from advisor.measured.method import method

        return [prompt_measure(_text(self.prompt_file), shown(self.prompt_file.name), method())]

    def _samples(self) -> list[Measure]:
        if self.samples is None:
            return []
        from advisor.measured.counted import sample_measures, shown
        from advisor.measured.method import method
        from advisor.measured.records import records_of

        records = records_of(_text(self.samples), str(self.samples))
        return sample_measures(records, shown(self.samples.name), method())

    def _knowledge(self) -> list[Measure]:
        if self.knowledge is None:
            return []
        from advisor.measured.counted import knowledge_measure, shown
        from advisor.measured.knowledge import shelf
        from advisor.measured.method import method

        return [knowledge_measure(shelf(self.knowledge), shown(self.knowledge.name or "this folder"), method())]

    def _training_set(self) -> list[Measure]:
        if self.training_set is None:
            return []
        from advisor.measured.counted import shown, training_measures
        from advisor.measured.method import method
        from advisor.measured.records import records_of

        records = records_of(_text(self.training_set), str(self.training_set))
        return training_measures(records, shown(self.training_set.name), method())


NOTHING_MEASURED: Final = Measured()


def _text(path: Path) -> str:
    from advisor.files import read_large_text
    from advisor.limits import MAX_MEASURED_BYTES

    return read_large_text(path, MAX_MEASURED_BYTES)


def lay(answers: Answers, measures: list[Measure], given: Collection[str], questionnaire: Questionnaire) -> Answers:
    """Return the answers with measures over them, and say on standard error what was counted."""
    from advisor.measured.answered import with_measures

    result = with_measures(answers, measures, given, questionnaire)
    for measure in measures:
        stands = "as --set says; counted: " if measure.question in given else ""
        typer.echo(f"{measure.question}: {stands}{measure.value:,}, {measure.basis}.", err=True)
    for method in dict.fromkeys(measure.method for measure in measures if measure.method):
        typer.echo(f"Tokens counted with {method}.", err=True)
    return result
