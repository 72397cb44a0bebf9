"""A user's own pack over the built-in one: what it may add and change, where that shows, and how it is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from command_line import advise
from hypothesis import given
from hypothesis import strategies as st

from advisor import advise as advise_on
from advisor import trees, where
from advisor.answers import answers_schema
from advisor.errors import InputError
from advisor.packs.pack import Pack
from advisor.packs.reader import load_pack

SOURCE = 'source: {title: House, date: "2026-01"}'
FILES = {
    "pack.yaml": 'name: payments\nversion: "1.2"\ntitle: Payments team\ndecisive_margin: 4\n',
    "questions.yaml": """sections:
- {id: house, title: The house}
questions:
- id: queries_per_day
  hint: Take the gateway's monthly mean.
  assumption: {value: 4321, why: Our usual volume.}
- id: legal_approval
  section: house
  type: bool
  prompt: Has legal approved the data?
  hint: Ask them.
  why: Nothing is trained without it.
- id: shards
  section: volume
  type: number
  unit: shards
  min: 1
  max: 100
  prompt: How many shards?
  hint: Count.
  why: Each has its own index.
  show: {fact: queries_per_day, ge: 10}
""",
    "house.yaml": f"""rules:
- id: no-legal-approval
  title: Legal has not approved
  when: {{fact: legal_approval, eq: false}}
  gate: fine_tuning
  because: Legal has not approved the data.
  {SOURCE}
  tests: {{fires: [{{legal_approval: false}}], not_fires: [{{legal_approval: true}}]}}
- id: many-shards
  title: Many shards
  when: {{fact: shards, ge: 4}}
  points: {{rag: -3}}
  because: There are {{shards}} shards.
  {SOURCE}
  tests: {{fires: [{{shards: 4, queries_per_day: 10}}], not_fires: [{{shards: 3, queries_per_day: 10}}]}}
""",
    "mistakes.yaml": f"""mistakes:
- id: unapproved_data
  title: Training on data nobody approved
  severity: high
  commits: [fine_tuning]
  when: {{fact: legal_approval, eq: false}}
  because: "Approval: {{legal_approval}}."
  avoid: Ask legal first.
  at_stake: none
  remedy: {{step: Ask legal., exit_criterion: Approval is written down.}}
  {SOURCE}
""",
    "roadmap.yaml": f"""steps:
- id: house_review
  step: Show it to the house.
  why: The house asks for it.
  exit_criterion: The house has seen it.
  cost: none
  {SOURCE}
""",
    "faq.yaml": """faq:
- id: legal
  question: When does legal approve?
  answer: [On Mondays.]
  sources: [{title: House, date: "2026-01"}]
  see: [no-legal-approval, unapproved_data, house_review, narrow-task]
""",
}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "house-pack"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


ANSWERS: dict[str, Any] = {
    "as_of": "2026-11-23",
    "project": "demo",
    "legal_approval": False,
    "shards": 12,
    "considering": ["fine_tuning"],
    "queries_per_day": 20000,
}


def test_an_own_pack_adds_to_the_built_in_one_and_changes_it_by_id(own: Path, pack: Pack) -> None:
    merged = load_pack(extra=own)
    assert (merged.name, merged.version) == ("built-in + payments", "0.1.0 + 1.2")
    assert merged.digest != pack.digest
    assert merged.decisive_margin == 4
    assert (merged.adoption_floor, merged.complexity_charge, merged.scale) == (5, 5, pack.scale)
    assert {rule.id for rule in merged.rules} - {rule.id for rule in pack.rules} == {"no-legal-approval", "many-shards"}
    assert [mistake.id for mistake in merged.mistakes[len(pack.mistakes) :]] == ["unapproved_data"]
    assert [step.id for step in merged.steps[len(pack.steps) :]] == ["house_review"]
    assert [entry.id for entry in merged.faq[len(pack.faq) :]] == ["legal"]
    assert merged.place_of("many-shards").source == str(own / "house.yaml")
    assert merged.place_of("narrow-task").source == str(where.RULES / "behaviour.yaml")


def test_added_questions_follow_those_of_their_section_and_own_sections_come_last(own: Path, pack: Pack) -> None:
    questionnaire = load_pack(extra=own).questionnaire
    added = [name for name in questionnaire.ids if name not in pack.questionnaire.ids]
    assert added == ["shards", "legal_approval"]
    of_volume = [question.id for question in questionnaire.questions if question.section == "volume"]
    assert of_volume[-1] == "shards"
    assert questionnaire.ids[-1] == "legal_approval"
    assert questionnaire.sections[-1].id == "house"


def test_a_known_question_keeps_its_meaning_under_a_new_hint_and_assumption(own: Path, pack: Pack) -> None:
    new, old = load_pack(extra=own).questionnaire["queries_per_day"], pack.questionnaire["queries_per_day"]
    assert new.hint == "Take the gateway's monthly mean."
    assert (new.prompt, new.domain, new.unit, new.kind) == (old.prompt, old.domain, old.unit, old.kind)
    result = advise_on({"as_of": "2026-11-23"}, rules=own)
    assert {entry.answer: entry.value for entry in result.assumptions}["queries_per_day"] == 4321


def test_own_questions_rules_and_mistakes_reach_the_result(own: Path) -> None:
    result = advise_on(ANSWERS, rules=own).to_dict()
    strategies = {entry["strategy"]: entry for entry in result["strategies"]}
    assert [gate["because"] for gate in strategies["fine_tuning"]["gates"]] == ["Legal has not approved the data."]
    assert "There are 12 shards." in [reason["because"] for reason in strategies["rag"]["reasons"]]
    assert "Approval: no." in [mistake["because"] for mistake in result["mistakes"]]
    assert "Show it to the house." in [step["step"] for step in result["roadmap"]]
    provenance = result["provenance"]
    assert (provenance["pack"], provenance["pack_version"]) == ("built-in + payments", "0.1.0 + 1.2")
    assert provenance["pack_digest"] == load_pack(extra=own).digest


def test_every_command_that_reads_answers_takes_own_questions(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "demo.advise.json"
    file.write_text(json.dumps(ANSWERS), encoding="utf-8")
    document = advise("run", file, "--rules", own, "-o", "-").out
    assert "| `shards` | 12 shards | given |  |" in document
    assert "built-in + payments 0.1.0 + 1.2, digest" in document
    assert "no-legal-approval" in advise("explain", file, "--rules", own).out
    assert advise("compare", file, "--all-tunable", "--rules", own).code == 0
    assert "There are 3 shards" not in advise("run", file, "--rules", own, "--set", "shards=3", "-o", "-").out
    assert "shards" in json.loads(advise("schema", "answers", "--rules", own).out)["properties"]
    assert "On Mondays." in advise("faq", "legal", "--rules", own).out
    assert "no-legal-approval" in advise("rules", "list", "--rules", own).out
    assert advise("rules", "test", "--rules", own).code == 0
    refused = advise("run", file, "-o", "-")
    assert refused.code == 2
    assert "unknown key 'legal_approval'" in refused.err


def test_the_interview_asks_own_questions_and_goes_on_with_the_same_pack(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = advise("new", "demo", "--plain", "--rules", own, stdin=b"demo\n" + b"\n" * 90)
    assert asked.code == 0, asked.err
    assert "== The house ==" in asked.out
    assert "Has legal approved the data?" in asked.out
    assert f"advise run demo.advise.json --rules {own}" in asked.err
    stopped = advise("new", "other", "--plain", "--rules", own, stdin=b"other\nq\n")
    assert stopped.code == 130
    assert f"advise new other.advise.json --plain --resume --rules {own}" in stopped.err


def test_rules_without_settings_go_under_the_name_of_their_folder(own: Path) -> None:
    for name in set(FILES) - {"house.yaml", "questions.yaml"}:
        (own / name).unlink()
    merged = load_pack(extra=own)
    assert (merged.name, merged.version) == ("built-in + house-pack", "0.1.0 + unversioned")


def test_what_an_own_pack_replaces_stays_in_its_place(own: Path, pack: Pack) -> None:
    step, topic = pack.steps[2], pack.faq[3]
    text = FILES["roadmap.yaml"].replace("house_review", step.id)
    (own / "roadmap.yaml").write_text(text, encoding="utf-8")
    (own / "faq.yaml").write_text(
        FILES["faq.yaml"].replace("id: legal", f"id: {topic.id}").replace(", house_review", ""), encoding="utf-8"
    )
    merged = load_pack(extra=own)
    assert [entry.id for entry in merged.steps] == [entry.id for entry in pack.steps]
    assert merged.steps[2].step == "Show it to the house."
    assert merged.faq[3].question == "When does legal approve?"


def test_label_targets_and_texts_of_strategies_are_replaced_one_by_one(own: Path, pack: Pack) -> None:
    (own / "pack.yaml").write_text(
        FILES["pack.yaml"]
        + f"label_targets:\n  qa: {{examples: 77, {SOURCE}}}\n"
        + "strategies:\n- {id: rag, name: Lookup, techniques: [prompt_engineering, rag], summary: It is looked up.}\n"
        + "needs:\n- {id: approval, title: Approval, when: {fact: legal_approval, eq: true}}\n"
        + "directions:\n- {fact: shards, technique: rag, more: hurts}\n",
        encoding="utf-8",
    )
    merged = load_pack(extra=own)
    assert merged.examples_needed == {**pack.examples_needed, "qa": 77}
    assert merged.names == {**pack.names, "rag": "Lookup"}
    assert [need.id for need in merged.needs] == [*(need.id for need in pack.needs), "approval"]
    assert merged.directions == (*pack.directions, merged.directions[-1])


def test_rules_are_held_against_the_scale_of_their_own_pack(own: Path) -> None:
    scale = "scale: {hint: 2, weak: 4, fair: 6, strong: 10, decisive: 16}\n"
    (own / "pack.yaml").write_text(FILES["pack.yaml"] + scale, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_pack(extra=own)
    assert [problem.message for problem in caught.value.problems] == ["-3 is not on the pack's scale."]
    (own / "house.yaml").write_text(FILES["house.yaml"].replace("-3", "-16"), encoding="utf-8")
    assert load_pack(extra=own).rule("many-shards").points == {"rag": -16}


def test_reading_packs_again_parses_no_yaml(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_pack(extra=own)

    def refuse(text: str, source: str) -> None:
        raise AssertionError(f"{source} is parsed again")

    monkeypatch.setattr(trees, "parse_yaml", refuse)
    assert load_pack(extra=own) == first


def test_the_schema_of_answers_holds_own_questions(own: Path) -> None:
    properties = answers_schema(load_pack(extra=own).questionnaire)["properties"]
    assert properties["legal_approval"] == {"description": "Has legal approved the data? Ask them.", "type": "boolean"}
    assert "legal_approval" in properties["notes"]["propertyNames"]["enum"]


VOLUME = "- id: queries_per_day\n"
ASSUMED = VOLUME + "  hint: Take the gateway's monthly mean.\n  assumption: {"
BROKEN = [
    # Settings
    ("pack.yaml", 'version: "1.2"\n', "", "the key 'version' is missing"),
    ("pack.yaml", "name: payments", '»name: "pay\\nments"', "one line of 1 to 60 characters"),
    ("pack.yaml", "title:", "»titel:", "unknown key 'titel'. Did you mean 'title'?"),
    ("pack.yaml", "decisive_margin: 4", "»adoption_floor: 6", "the complexity charge is below the adoption floor"),
    ("pack.yaml", "decisive_margin: 4", "»adoption_floor: 0", "the adoption floor must be at least 1"),
    ("pack.yaml", "decisive_margin: 4", "»scale: {hint: 2, weak: 1, fair: 3, strong: 5, decisive: 8}", "must rise"),
    ("pack.yaml", "decisive_margin: 4", f"label_targets: {{qa: {{»examples: 0, {SOURCE}}}}}", "or equal to 1"),
    ("pack.yaml", "decisive_margin: 4", "»decisive_margin: 0", "the decisive margin must be at least 1"),
    ("pack.yaml", "decisive_margin: 4", "strategies: [»{id: magic, name: M, techniques: [], summary: S}]", "its tech"),
    ("pack.yaml", "decisive_margin: 4", "needs: [{»id: Our Need, title: T, when: {all: []}}]", "cannot be an id"),
    # Changes of a known question
    ("questions.yaml", VOLUME, VOLUME + "  »type: bool\n", "the type of the question 'queries_per_day' cannot be ch"),
    ("questions.yaml", VOLUME, VOLUME + "  »max: 5\n", "the max of the question 'queries_per_day' cannot be changed"),
    ("questions.yaml", VOLUME, VOLUME + "  »show: {fact: task_type, eq: qa}\n", "the show of the question"),
    ("questions.yaml", VOLUME, VOLUME + "  »promt: How many?\n", "unknown key 'promt'. Did you mean 'prompt'?"),
    ("questions.yaml", "value: 4321", "»value: lots", "'lots' is not an answer to 'queries_per_day'"),
    ("questions.yaml", "value: 4321", "»value: 5..9", "an assumption is a single number"),
    ("questions.yaml", "value: 4321", "value: 9, »low: 10", "on the wrong side of 'value'"),
    ("questions.yaml", "value: 4321", "»formula: cached_share", "is not worked out by 'cached_share'"),
    (
        "questions.yaml",
        "value: 4321",
        "»by: task_breadth, table: {narrow: 5}, value: 4",
        "names a question for which costs assume nothing",
    ),
    ("questions.yaml", "{value: 4321, why: Our usual volume.}", "»null", "costs need an assumption"),
    (
        "questions.yaml",
        ASSUMED,
        "- id: latency\n  assumption: »{",
        "costs do not read 'latency'",
    ),
    (
        "questions.yaml",
        ASSUMED,
        "- id: current_model\n  assumption: »{",
        "of 'current_model' is worked out",
    ),
    # Added questions
    ("questions.yaml", "- id: shards", "- »id: calls_per_day", "the name 'calls_per_day' is taken"),
    ("questions.yaml", "- id: shards", "- »id: version", "the name 'version' is taken"),
    ("questions.yaml", "- id: shards", "- »id: legal_approval", "the question id 'legal_approval' is there twice"),
    ("questions.yaml", "- id: shards", "- »id: Shards", "lower-case words joined by hyphens or underscores"),
    ("questions.yaml", "type: bool", "»type: model", "an added question cannot be of type model"),
    ("questions.yaml", "type: bool", "»type: boolean", "Input should be"),
    ("questions.yaml", "type: bool", "type: bool\n  »assumption: {value: true, why: W}", "it has no 'assumption'"),
    ("questions.yaml", "section: volume", "»section: volum", "unknown section 'volum'. Did you mean 'volume'?"),
    ("questions.yaml", "{fact: queries_per_day, ge: 10}", "{»fact: legal_approval, eq: true}", "unknown fact"),
    (
        "questions.yaml",
        "type: bool",
        "type: choice\n  choices: [{value: a, note: A}, {»value: a, note: B}]",
        "the choice 'a' is there twice",
    ),
    ("questions.yaml", "- {id: house, title: The house}", "- {»id: house, titel: The house}", "'title' is missing"),
    ("questions.yaml", "- {id: house", "- {id: volume, title: V}\n- {»id: volume, title: W}\n- {id: house", "twice"),
    # Rules and texts on own facts
    ("house.yaml", "fact: legal_approval, eq", "»fact: legal_aproval, eq", "Did you mean 'legal_approval'?"),
    ("house.yaml", "fact: shards, ge: 4", "»fact: [shards], ge: 4", "unknown fact '['shards']'"),
    ("house.yaml", "fact: shards, ge: 4", "fact: shards, »ge: 400", "outside the domain of 'shards'"),
    ("house.yaml", "- id: many-shards", "- »id: no-legal-approval", "the rule id 'no-legal-approval' is there twice"),
    ("house.yaml", "- id: many-shards", "- »id: many shards", "'many shards' cannot be an id"),
    ("house.yaml", "There are {shards}", "»There are {shard}", "Did you mean 'shards'?"),
    ("house.yaml", "points: {rag: -3}", "points: {»rag: -4}", "-4 is not on the pack's scale"),
    ("house.yaml", "rules:", "»questions:", "rules in a file of any name"),
    ("mistakes.yaml", "  at_stake: none", "  »at_stake: everything", "'tuning_build'"),
    (
        "mistakes.yaml",
        "{step: Ask legal.,",
        "{step: Ask legal., »moves: [hose_review],",
        "Did you mean 'house_review'?",
    ),
    ("roadmap.yaml", "cost: none", "»cost: much", "'none'"),
    ("roadmap.yaml", "- id: house_review", "- id: house_review\n  when: {»fact: shard, ge: 2}", "unknown fact 'shard'"),
    ("faq.yaml", "see: [no-legal-approval", "see: »[no-legal-aproval", "Did you mean 'no-legal-approval'?"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), BROKEN, ids=[message for *_, message in BROKEN])
def test_a_broken_own_pack_is_refused_where_it_is_broken(
    own: Path, name: str, old: str, new: str, message: str
) -> None:
    before, found, after = FILES[name].partition(old)
    assert found
    lead, mark, rest = new.partition("»")
    (own / name).write_text(before + lead + rest + after, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_pack(extra=own)
    said = [str(problem) for problem in caught.value.problems if message in str(problem)]
    assert said, str(caught.value)
    ahead = before + lead
    line = ahead.count("\n") + 1
    assert said[0].startswith(f"{own / name}:{line if mark else 1}:"), said[0]


def test_everything_wrong_in_both_folders_is_told_at_once_and_nothing_else(own: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(where.RULES, tmp_path / "base"))
    breaks = [
        (base / "behaviour.yaml", "eq: narrow", "eq: narow"),
        (base / "questions.yaml", "- id: latency\n  section", "- id: latency\n  sektion"),
        (base / "roadmap.yaml", "cost: none", "cost: nothing"),
        (own / "questions.yaml", "type: bool", "type: boolean"),
        (own / "house.yaml", "{rag: -3}", "{rag: -4}"),
        (own / "faq.yaml", "On Mondays.", ""),
    ]
    for path, old, new in breaks:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_pack(base, extra=own)
    places = [problem.place for problem in caught.value.problems]
    assert {Path(place.source) for place in places if place} == {path for path, _, _ in breaks}
    # A question that cannot be read draws no blame on what names it: only its own missing and unknown keys are told.
    assert not [problem for problem in caught.value.problems if "unknown fact" in problem.message]


def test_files_that_are_no_yaml_are_told_of_both_folders_at_once(own: Path, tmp_path: Path) -> None:
    base = Path(shutil.copytree(where.RULES, tmp_path / "base"))
    broken = [base / "behaviour.yaml", base / "data.yaml", own / "house.yaml"]
    for path in broken:
        path.write_text("rules: [", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_pack(base, extra=own)
    assert [problem.place.source for problem in caught.value.problems if problem.place] == [
        str(path) for path in broken
    ]


PARSED = {name: trees.parse_yaml(text, name).value for name, text in FILES.items()}
PLAIN = {"as_of": "2026-11-23", "considering": ["fine_tuning"], "queries_per_day": 20000}
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, "", "0", "-7", "1e9", "NaN", "no", "true", "{x}", "a b", [], {}, [[]], ["rag"], {"a": "b"}]
)


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the keys that lead to every value inside a parsed file, the file itself among them."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, part in items for found in paths_in(part, (*path, key)))]


def with_part(value: Any, path: tuple[Any, ...], part: Any) -> Any:
    if not path:
        return part
    return (
        {**value, path[0]: with_part(value[path[0]], path[1:], part)}
        if isinstance(value, dict)
        else [with_part(item, path[1:], part) if index == path[0] else item for index, item in enumerate(value)]
    )


@given(st.data())
def test_anything_anywhere_in_an_own_pack_is_taken_or_refused_and_what_is_taken_works(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(PARSED)))
    path = data.draw(st.sampled_from(paths_in(PARSED[name])))
    changed = with_part(PARSED[name], path, data.draw(ODD))
    with TemporaryDirectory() as folder:
        for each, value in {**PARSED, name: changed}.items():
            Path(folder, each).write_text(json.dumps(value), encoding="utf-8")
        try:
            load_pack(extra=Path(folder))
        except InputError as error:
            if not all(problem.place for problem in error.problems):
                raise
            return
        advise_on(PLAIN, rules=folder)
