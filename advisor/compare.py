"""Models side by side on one workload: what a request, a day, a month and a year cost, and when training pays back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from advisor.answers import Answers
from advisor.contract import as_plain
from advisor.costs.ledger import MILLION, ZERO, Ledger, exact
from advisor.costs.run import CallTokens, Service, add_tokens, cached_share
from advisor.errors import Place, fail
from advisor.pricebook.book import Model, PriceBook
from advisor.workload import Workload

_ROUNDED = Decimal("1e-10")


@dataclass(frozen=True)
class Training:
    """The training bill: one run on all labelled examples, and all planned runs."""

    trained_tokens: Decimal
    run_usd: Decimal | None
    runs: Decimal
    total_usd: Decimal | None


@dataclass(frozen=True)
class PayBack:
    """When the saving has repaid the training, without labour."""

    requests: Decimal
    days: Decimal
    hours: Decimal


@dataclass(frozen=True)
class Compared:
    """One model of a comparison; savings are against the first. None stands for what is not established."""

    model: str
    resolved_id: str
    warnings: tuple[str, ...]
    per_request_usd: Decimal | None
    daily_usd: Decimal | None
    monthly_usd: Decimal | None
    yearly_usd: Decimal | None
    calendar_year_usd: Decimal | None
    hosting_monthly_usd: Decimal | None
    training: Training | None
    saving_monthly_usd: Decimal | None
    saving_yearly_usd: Decimal | None
    saving_calendar_year_usd: Decimal | None
    saving_share: Decimal | None
    break_even: PayBack | None


@dataclass(frozen=True)
class Comparison:
    """Models side by side, the first being the baseline."""

    as_of: str
    models: tuple[Compared, ...]

    def to_dict(self) -> dict[str, object]:
        plain: dict[str, object] = as_plain(self)
        return plain


@exact
def compare(
    references: list[str],
    answers: Answers,
    workload: Workload,
    book: PriceBook,
    as_of: date,
    picked: Iterable[str] = (),
) -> Comparison:
    """Return models side by side, the first of `references` being the baseline; those `picked` follow, the cheapest in
    the first year before the dearer, and what has no price last.

    Raises InputError for a model that the price book does not know, and for one that is named twice, in two spellings
    or in one.
    """
    named = _by_id(references, book)
    if len(named) < len(references):
        raise fail("a model is named twice.", Place("--model"))
    models = list(named.values())
    others = {name: found for name, found in _by_id(picked, book).items() if name not in named}
    baseline: Decimal | None = None
    compared = []
    for index, (reference, model) in enumerate([*models, *others.values()]):
        found = _compared(reference, model, answers, workload, book, as_of, baseline, index == 0)
        if index == 0:
            baseline = found.daily_usd
        compared.append(found)
    rest = sorted(compared[len(models) :], key=_first_year)
    return Comparison(as_of.isoformat(), (*compared[: len(models)], *rest))


def _by_id(references: Iterable[str], book: PriceBook) -> dict[str, tuple[str, Model]]:
    """Return models by id, each with the reference that named it first."""
    found: dict[str, tuple[str, Model]] = {}
    for reference in references:
        model = book.resolve(reference, Place("--model"))
        found.setdefault(model.id, (reference, model))
    return found


def _first_year(entry: Compared) -> tuple[bool, Decimal, str]:
    """Return what sorts models: a year of running and the training, where both have a price, then the id."""
    training = Decimal(0) if entry.training is None else entry.training.total_usd
    if entry.yearly_usd is None or training is None:
        return True, Decimal(0), entry.resolved_id
    return False, entry.yearly_usd + training, entry.resolved_id


def _compared(
    reference: str,
    model: Model,
    answers: Answers,
    workload: Workload,
    book: PriceBook,
    as_of: date,
    baseline_daily: Decimal | None,
    first: bool,
) -> Compared:
    warnings: list[str] = []
    per_request = _per_request(model, answers, workload, book, as_of, warnings)
    hosting_daily = _hosting_daily(model, book, as_of, warnings)
    daily = None
    if per_request is not None and hosting_daily is not None:
        daily = per_request * workload.queries_per_day.value + hosting_daily
    training = _training(model, workload, book, as_of, warnings)
    warnings += _availability(model, answers, book, as_of)
    saving = Decimal(0) if first else (None if daily is None or baseline_daily is None else baseline_daily - daily)
    share = (
        Decimal(0)
        if first
        else (None if saving is None or not baseline_daily else (saving / baseline_daily).quantize(_ROUNDED))
    )
    pays = None if first else _pay_back(training, saving, workload)
    return Compared(
        reference,
        model.id,
        tuple(warnings),
        per_request,
        daily,
        _times(daily, 30),
        _times(daily, 360),
        _times(daily, 365),
        _times(hosting_daily, 30),
        training,
        _times(saving, 30),
        _times(saving, 360),
        _times(saving, 365),
        share,
        pays,
    )


def _times(amount: Decimal | None, days: int) -> Decimal | None:
    return None if amount is None else amount * days


def _tokens(model: Model, answers: Answers, workload: Workload) -> CallTokens:
    """Return the tokens of a call: those of a tuned model where they are answered, else the same for all."""
    prompt, output = workload.prompt_tokens.value, workload.output_tokens.value
    if model.tuned and "tuned_prompt_tokens" in answers.values:
        prompt = workload.tuned_prompt_tokens.value
    if model.tuned and "tuned_output_tokens" in answers.values:
        output = workload.tuned_output_tokens.value
    return CallTokens(prompt, workload.input_tokens.value, Decimal(0), output)


def _per_request(
    model: Model, answers: Answers, workload: Workload, book: PriceBook, as_of: date, warnings: list[str]
) -> Decimal | None:
    ledger = Ledger()
    tokens = _tokens(model, answers, workload)
    cached = cached_share(workload, tokens, book.cache_minimum(model, as_of))
    serving = Service(model, tokens, cached, ZERO)
    add_tokens(ledger, book, serving, MILLION * workload.calls_per_request.value, 1, as_of)
    warnings += [f"{gap.why}." for gap in ledger.gaps.values()]
    undated = {line.rate.source_title for line in ledger.lines.values() if not line.rate.dated}
    warnings += [f"price of {title}, not dated" for title in sorted(undated)]
    return None if ledger.gaps else ledger.total() / MILLION


def _hosting_daily(model: Model, book: PriceBook, as_of: date, warnings: list[str]) -> Decimal | None:
    if not model.tuned:
        return Decimal(0)
    rate = book.rate(model.id, "hosting", as_of)
    if rate is None:
        warnings.append(f"what hosting {model.id} costs is not established.")
        return None
    return rate.unit_usd * 24


def _training(model: Model, workload: Workload, book: PriceBook, as_of: date, warnings: list[str]) -> Training | None:
    if not model.tuned:
        return None
    tokens = workload.labelled_examples.value * workload.example_tokens.value * workload.epochs.value
    rate = book.rate(model.id, "training", as_of)
    runs = workload.training_runs.value
    if rate is None:
        warnings.append(f"what training {model.id} costs is not established.")
        return Training(tokens, None, runs, None)
    run = (tokens / MILLION * rate.unit_usd).quantize(_ROUNDED)
    return Training(tokens, run, runs, run * runs)


def _availability(model: Model, answers: Answers, book: PriceBook, as_of: date) -> list[str]:
    ends = book.ends(model, as_of)
    warnings = [f"{'stopped' if ends.date < as_of else 'stops'} serving on {ends.date}."] if ends else []
    if not model.tuned:
        if model.base is not None and model.base.by_hour:
            warnings.append("priced at noon UTC; other hours cost something else.")
        deprecated = model.base is not None and model.base.deprecated
        return [*warnings, "the token base marks this model as deprecated."] if deprecated else warnings
    access = answers.values.get("tuning_access")
    closed = book.why_not_tunable(model, as_of, frozenset(access) if isinstance(access, tuple) else None)
    return [*warnings, f"{model.id} cannot be tuned by this customer: {closed}."] if closed else warnings


def _pay_back(training: Training | None, saving_daily: Decimal | None, workload: Workload) -> PayBack | None:
    if training is None or training.total_usd is None or saving_daily is None or saving_daily <= 0:
        return None
    days = training.total_usd / saving_daily
    requests = (training.total_usd * workload.queries_per_day.value / saving_daily).to_integral_value(ROUND_CEILING)
    return PayBack(requests, days.quantize(_ROUNDED), (days * 24).quantize(_ROUNDED))
