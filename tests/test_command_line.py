"""Protects: the command line keeps its forms, and never gives half an answer.

Scripts and checks rely on it: JSON on standard output; an error is one line on standard error that names what is wrong,
with exit status 2 and nothing on standard output; `verify` ends with 1 and the first broken row if the record was
tampered with. Every test but the long list of wrong inputs starts the program as its users do.
"""

import gc
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from framework.__main__ import main
from framework.streams.store import NewEvent, Store
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent
RESULT_KEYS = [
    "indicated",
    "best",
    "worst",
    "light",
    "basis",
    "dimensions",
    "holding",
    "changes",
    "unknown",
    "cautions",
    "caution_history",
    "protection_only_from_services",
    "unknown_for_safety",
]


def homeward(*arguments: str, stdin: str | bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run `python -m framework` as its users do."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "HOMEWARD_EDITION")}
    return subprocess.run(
        [sys.executable, "-m", "framework", *arguments],
        cwd=ROOT,
        env=kept | environment,
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        capture_output=True,
    )


def answer(done: subprocess.CompletedProcess[bytes]) -> Any:
    assert (done.returncode, done.stderr) == (0, b""), done.stderr.decode()
    return json.loads(done.stdout)


def refused(done: subprocess.CompletedProcess[bytes]) -> str:
    """The one line on standard error of a command that was refused."""
    said = done.stderr.decode()
    assert done.returncode == 2, said
    assert done.stdout == b""
    assert said.endswith("\n") and len(said.splitlines()) == 1, said
    assert "Traceback" not in said
    return said.rstrip("\n")


def score(factor: str, about: str, status: str) -> dict[str, str]:
    return {"factor": factor, "about": about, "status": status}


AMBIVALENT_CHILD = {
    "carers": ["a"],
    "scores": [score("neglect", "child", "resolved"), score("takes_responsibility", "a", "present")],
    "capacity": {"a": "evident"},
    "wishes": {"child": "ambivalent", "a": "wants"},
}


# factors


def test_factors_lists_every_factor_with_exactly_the_promised_keys() -> None:
    factors = answer(homeward("factors"))
    assert len(factors) == 54
    for factor in factors:
        assert list(factor) == [
            "id",
            "polarity",
            "domain",
            "scope",
            "caution",
            "label",
            "definition",
            "source",
            "provenance",
            "guidance_provenance",
            "may_not_apply",
            "may_not_apply_when",
            "process",
            "put_right_by",
        ]
        assert factor["polarity"] in ("risk", "protective")
        assert factor["scope"] in ("child", "household", "carer")
        assert factor["provenance"] in ("published", "reconstructed")
        assert factor["guidance_provenance"] == "product"
        assert factor["put_right_by"] in ("parents", "authority")
        flags = ("caution", "may_not_apply", "process")
        assert all(isinstance(factor[key], bool) for key in flags)
        assert all(isinstance(factor[key], str) for key in factor if key not in flags)
        assert all(factor[key] for key in factor if key not in (*flags, "may_not_apply_when"))
        assert bool(factor["may_not_apply_when"]) == factor["may_not_apply"]


# classify


def test_classify_answers_with_exactly_the_promised_keys() -> None:
    result = answer(homeward("classify", "-", stdin=json.dumps(AMBIVALENT_CHILD)))
    assert list(result) == RESULT_KEYS
    assert (result["indicated"], result["best"], result["worst"], result["light"]) == ("high", "high", "high", "red")
    assert result["basis"] is None  # most risks are not known
    assert result["dimensions"] == {"risk": [0, 2], "protection": [0, 0], "capacity": [0, 0], "wishes": [1, 1]}
    assert [(h["factor"], h["about"], h["status"]) for h in result["holding"]] == [("wishes", "child", "ambivalent")]
    assert list(result["changes"]) == ["low", "medium"]
    assert {(u["factor"], u["about"]) for u in result["unknown"]} >= {("denial_of_problems", "a")}
    assert result["cautions"] == []


def test_classify_reads_a_file_or_standard_input_alike(tmp_path: Path) -> None:
    file = tmp_path / "a case.json"
    file.write_text(json.dumps(AMBIVALENT_CHILD))
    from_file, from_input = homeward("classify", str(file)), homeward("classify", "-", stdin=file.read_bytes())
    assert answer(from_file) == answer(from_input)


@pytest.mark.parametrize("nothing_said", ["{}", '{"carers": []}', '{"carers": ["a"], "scores": []}'])
def test_classify_takes_what_is_missing_as_unknown(nothing_said: str) -> None:
    result = answer(homeward("classify", "-", stdin=nothing_said))
    assert (result["indicated"], result["best"], result["worst"], result["light"]) == (None, "low", "severe", "grey")
    assert result["basis"] is None and result["holding"] == []


def test_classify_names_the_cautions_that_are_improving_or_active() -> None:
    scores = [
        score("neglect", "child", "improving"),
        score("alcohol_or_drug_misuse", "a", "resolved"),
        score("alcohol_or_drug_misuse", "b", "active"),
        score("previous_failed_return", "child", "absent"),
        score("denial_of_problems", "a", "active"),
    ]
    result = answer(homeward("classify", "-", stdin=json.dumps({"carers": ["a", "b"], "scores": scores})))
    assert sorted(result["cautions"]) == ["alcohol_or_drug_misuse", "neglect"]


def test_classify_takes_what_does_not_apply_and_a_parent_who_had_nothing_to_change() -> None:
    given = {
        "carers": ["a"],
        "scores": [
            score("adolescent_oscillating", "child", "not_applicable"),
            score("neglect", "child", "resolved"),
            score("illness_responds_to_treatment", "a", "not_applicable"),
            score("specialist_services_in_place", "household", "present"),
        ],
        "capacity": {"a": "not_needed"},
    }
    result = answer(homeward("classify", "-", stdin=json.dumps(given)))
    assert result["dimensions"] == {"risk": [0, 2], "protection": [0, 0], "capacity": [0, 0], "wishes": [0, 1]}
    assert (result["cautions"], result["caution_history"]) == ([], ["neglect"])
    assert result["protection_only_from_services"] is True
    unknown = {(question["factor"], question["about"]) for question in result["unknown_for_safety"]}
    assert ("sadistic_abuse", "child") in unknown and ("alcohol_or_drug_misuse", "a") in unknown
    assert ("neglect", "child") not in unknown and ("denial_of_problems", "a") not in unknown


def test_classify_lines_gives_one_line_for_each_line_in_order() -> None:
    wishes = ["ambivalent", "wants", "opposed", "unknown"] * 3
    lines = [json.dumps(AMBIVALENT_CHILD | {"wishes": {"child": wish, "a": "wants"}}) for wish in wishes]
    done = homeward("classify", "--lines", "-", stdin="\n".join(lines))
    assert (done.returncode, done.stderr) == (0, b"")
    results = [json.loads(line) for line in done.stdout.splitlines()]
    ends = {"ambivalent": [1, 1], "wants": [0, 0], "opposed": [1, 1], "unknown": [0, 1]}
    assert [result["dimensions"]["wishes"] for result in results] == [ends[wish] for wish in wishes]
    assert all(list(result) == RESULT_KEYS for result in results)


def test_classify_lines_and_classify_give_the_same_answer(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    file.write_text(json.dumps(AMBIVALENT_CHILD) + "\n")
    assert answer(homeward("classify", str(file), "--lines")) == answer(homeward("classify", str(file)))


def test_names_in_any_language_and_with_any_signs_come_back_as_they_were_given() -> None:
    carer = 'Zoë "Жанна" 明: ::\\ {child}'
    given = {"carers": [carer], "capacity": {carer: "limited"}, "scores": [score("lack_of_empathy", carer, "active")]}
    result = answer(homeward("classify", "-", stdin=json.dumps(given, ensure_ascii=False)))
    assert [h["about"] for h in result["holding"]] == [carer, carer]


def one(**changes: Any) -> str:
    """An assessment about one child and carer a, with these parts."""
    return json.dumps({"carers": ["a"], **changes})


def scored(*scores: Any) -> str:
    return one(scores=list(scores))


# what is wrong → (the input, words that the error must hold)
WRONG: dict[str, tuple[str | bytes, tuple[str, ...]]] = {
    "an unknown key": (one(points=3), ('"points"',)),
    "an unknown key in a score": (scored(score("neglect", "child", "active") | {"weight": 2}), ('"weight"',)),
    "an unknown factor": (scored(score("bad_luck", "child", "active")), ('"bad_luck"',)),
    "capacity as a factor": (scored(score("capacity", "a", "none")), ('"capacity"',)),
    "an unknown status": (scored(score("neglect", "child", "terrible")), ('"terrible"', '"neglect"')),
    "what does not apply, of a factor that applies to everybody": (
        scored(score("neglect", "child", "not_applicable")),
        ('"not_applicable"', '"neglect"', "applies to everybody"),
    ),
    "a wish that does not apply": (one(wishes={"child": "not_applicable"}), ('"not_applicable"', '"wishes"')),
    "a child with nothing to change": (scored(score("neglect", "child", "not_needed")), ('"not_needed"', '"neglect"')),
    "a status of another question": (scored(score("neglect", "child", "present")), ('"present"', '"neglect"')),
    "an unknown carer in a score": (scored(score("lack_of_empathy", "zed", "active")), ('"zed"',)),
    "an unknown carer in capacity": (one(capacity={"zed": "none"}), ('"zed"',)),
    "an unknown carer in wishes": (one(wishes={"zed": "wants"}), ('"zed"',)),
    "a carer although none is named": (json.dumps({"capacity": {"a": "none"}}), ('"a"',)),
    "the carer who is not named yet": (json.dumps({"capacity": {"": "none"}}), ("carer", '""')),
    "a child factor about a carer": (scored(score("neglect", "a", "active")), ('"neglect"', "child", '"a"')),
    "a household factor about the child": (
        scored(score("family_stress", "child", "active")),
        ('"family_stress"', "household", '"child"'),
    ),
    "a carer factor about the household": (
        scored(score("lack_of_empathy", "household", "active")),
        ('"lack_of_empathy"', "carer", '"household"'),
    ),
    "the child's capacity": (one(capacity={"child": "none"}), ('"capacity"', '"child"')),
    "the household's wishes": (one(wishes={"household": "wants"}), ('"wishes"', '"household"')),
    "a carer too young to say": (one(wishes={"a": "not_expressed"}), ('"not_expressed"',)),
    "an unknown capacity": (one(capacity={"a": "good"}), ('"good"', '"capacity"')),
    "an unknown wish": (one(wishes={"child": "maybe"}), ('"maybe"', '"wishes"')),
    "the same score twice": (
        scored(score("neglect", "child", "active"), score("neglect", "child", "active")),
        ('"neglect"', "twice"),
    ),
    "the same score twice, once unknown": (
        scored(score("neglect", "child", "unknown"), score("neglect", "child", "active")),
        ('"neglect"', "twice"),
    ),
    "the same carer twice in capacity": (
        '{"carers": ["a"], "capacity": {"a": "evident", "a": "none"}}',
        ('"a"', "twice"),
    ),
    "the same carer twice, once escaped": (
        '{"carers": ["a"], "capacity": {"a": "evident", "\\u0061": "none"}}',
        ('"a"', "twice"),
    ),
    "the same person twice in wishes": ('{"wishes": {"child": "wants", "child": "opposed"}}', ('"child"', "twice")),
    "the same key twice": ('{"carers": ["a"], "scores": [], "carers": ["a"]}', ('"carers"', "twice")),
    "the same key twice in a score": (
        '{"scores": [{"factor": "neglect", "about": "child", "status": "active", "status": "absent"}]}',
        ('"status"', "twice"),
    ),
    "a carer named twice": (json.dumps({"carers": ["a", "a"]}), ('"a"', "twice")),
    "a carer named child": (json.dumps({"carers": ["child"]}), ('"child"',)),
    "a carer named household": (json.dumps({"carers": ["household"]}), ('"household"',)),
    "a carer without a name": (json.dumps({"carers": [""]}), ('"carers"',)),
    "a carer named with spaces": (json.dumps({"carers": ["  "]}), ('"carers"',)),
    "carers that are a text": (json.dumps({"carers": "a"}), ('"carers"',)),
    "carers that are null": (json.dumps({"carers": None}), ('"carers"',)),
    "a carer that is a number": (json.dumps({"carers": [1]}), ('"carers"',)),
    "scores that are an object": (json.dumps({"scores": {}}), ('"scores"',)),
    "scores that are null": (json.dumps({"scores": None}), ('"scores"',)),
    "a score that is a text": (scored("neglect"), ("score", "neglect")),
    "a score that is a list": (scored(["neglect", "child", "active"]), ("score",)),
    "a score that is null": (scored(None), ("score",)),
    "a score without a status": (scored({"factor": "neglect", "about": "child"}), ('"status"',)),
    "a score without a factor": (scored({"about": "child", "status": "active"}), ('"factor"',)),
    "an empty score": (scored({}), ('"factor"',)),
    "a status that is a list": (scored(score("neglect", "child", "") | {"status": ["active"]}), ('"status"',)),
    "a status that is null": (scored(score("neglect", "child", "") | {"status": None}), ('"status"',)),
    "a status that is true": (scored(score("neglect", "child", "") | {"status": True}), ('"status"',)),
    "a factor that is a number": (scored({"factor": 1, "about": "child", "status": "active"}), ('"factor"',)),
    "a factor that is an object": (scored({"factor": {}, "about": "child", "status": "active"}), ('"factor"',)),
    "capacity that is a list": (one(capacity=["none"]), ('"capacity"',)),
    "capacity that is null": (one(capacity=None), ('"capacity"',)),
    "a capacity that is a number": (one(capacity={"a": 2}), ('"capacity"',)),
    "a capacity that is a list": (one(capacity={"a": ["none"]}), ('"capacity"',)),
    "a wish that is null": (one(wishes={"child": None}), ('"wishes"',)),
    "a list for an assessment": ("[]", ("object",)),
    "a number for an assessment": ("3", ("object",)),
    "null for an assessment": ("null", ("object",)),
    "NaN": ('{"capacity": NaN}', ("not valid JSON",)),
    "Infinity": ('{"capacity": {"a": Infinity}}', ("not valid JSON",)),
    "invalid JSON": ('{"carers": ["a",]}', ("not valid JSON",)),
    "JSON that stops half-way": ('{"carers": ["a"', ("not valid JSON",)),
    "two assessments": ("{} {}", ("not valid JSON",)),
    "nothing": ("", ("not valid JSON",)),
    "bytes that are not UTF-8": (b'{"carers": ["\xe9"]}', ("not valid JSON",)),
    "half a character": ('{"carers": ["\\ud800"]}', ("not valid JSON",)),
    "a text nested too deeply": ("[" * 100_000, ("not valid JSON",)),
    "a name over several lines": (one(**{"po\nints": 3}), ("po ints",)),
    "a name that would colour the terminal": (one(**{"\x1b[31mpoints": 3}), ('" [31mpoints"',)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_classify_refuses_and_names(wrong: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """In this process, where a start for each would cost more than all else; how the program ends is tested below."""
    text, words = WRONG[wrong]
    file = tmp_path / "wrong.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        status = main(["classify", str(file)])
    finally:
        gc.enable()  # which a command that is over soon switches off
    said = refused(subprocess.CompletedProcess([], status, *capfdbinary.readouterr()))
    for word in words:
        assert word in said


def test_an_error_stays_short_however_long_the_input() -> None:
    for wrong in (one(**{"x" * 100_000: 3}), scored(score("y" * 100_000, "child", "active")), scored(["z"] * 100_000)):
        assert len(refused(homeward("classify", "-", stdin=wrong))) < 300


def test_a_mark_that_windows_puts_before_a_text_is_passed_over() -> None:
    text = json.dumps(AMBIVALENT_CHILD).encode()
    marked = homeward("classify", "-", stdin=b"\xef\xbb\xbf" + text)
    assert answer(marked) == answer(homeward("classify", "-", stdin=text))
    assert answer(homeward("classify", "-", "--lines", stdin=b"\xef\xbb\xbf" + text)) == answer(marked)


def test_a_result_that_cannot_be_written_is_said_in_one_line() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run([sys.executable, "-m", "framework", "factors"], cwd=ROOT, stdout=full, stderr=-1)
    assert done.returncode == 2
    assert done.stderr.decode().count("\n") == 1 and "could not be written" in done.stderr.decode()


def test_an_error_in_a_line_names_the_line_and_nothing_is_half_written() -> None:
    lines = ["{}", json.dumps(AMBIVALENT_CHILD), scored(score("bad_luck", "child", "active")), "{}"]
    said = refused(homeward("classify", "-", "--lines", stdin="\n".join(lines)))
    assert said.startswith("line 3: ") and '"bad_luck"' in said


def test_an_empty_line_counts_when_an_error_is_named() -> None:
    said = refused(homeward("classify", "-", "--lines", stdin="{}\n\n{oops}\n"))
    assert said.startswith("line 3: ") and "not valid JSON" in said


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.json"
    assert str(missing) in refused(homeward("classify", str(missing)))
    assert str(tmp_path) in refused(homeward("classify", str(tmp_path)))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("guess",), "guess"),
        ((), "command"),
        (("classify",), "file"),
        (("classify", "-", "--loud"), "--loud"),
        (("factors", "extra"), "extra"),
    ],
)
def test_a_command_that_does_not_exist_is_refused(arguments: tuple[str, ...], named: str) -> None:
    assert named in refused(homeward(*arguments))


@pytest.mark.parametrize("command", ["factors", "classify"])
def test_a_broken_edition_is_refused_in_one_line(command: str, tmp_path: Path) -> None:
    arguments = ("classify", "-") if command == "classify" else ("factors",)
    said = refused(homeward(*arguments, stdin="{}", HOMEWARD_EDITION=str(tmp_path)))
    assert "edition.toml" in said and str(tmp_path) in said


def test_letters_outside_ascii_are_written_as_utf_8_whatever_the_terminal_speaks() -> None:
    answer(homeward("factors", LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii"))
    said = refused(homeward("classify", "-", stdin=one(Größe=1), LC_ALL="C", PYTHONUTF8="0", PYTHONIOENCODING="ascii"))
    assert "Gr" in said


# verify


@pytest.fixture
def record(database_url: str) -> str:
    """The address of a record with two meetings of two and three events."""
    store = Store.open(database_url)
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    for stream, count in (("panel:one", 2), ("panel:two", 3)):
        for version in range(count):
            store.append(stream, version, [NewEvent("noted", f'{{"n":{version}}}')], actor="x", at=at, kind="panel")
    store.close()
    return database_url


def tamper(url: str, statement: str) -> None:
    """Change the record behind the program's back."""
    engine = sa.create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount == 1
    engine.dispose()


def test_verify_says_how_much_it_checked_when_every_chain_is_whole(record: str) -> None:
    assert answer(homeward("verify", "--database", record)) == {"ok": True, "streams": 2, "events": 5, "erased": 0}


def test_verify_takes_the_database_from_the_environment(record: str) -> None:
    assert answer(homeward("verify", DATABASE_URL=record))["events"] == 5


@pytest.mark.parametrize("prefix", ["sqlite:///", "sqlite+pysqlite:///"])
def test_verify_never_takes_a_database_that_is_not_there_for_an_empty_one(prefix: str, tmp_path: Path) -> None:
    mistyped = tmp_path / "hoemward.db"
    for address in (f"{prefix}{mistyped}", f"{prefix}{mistyped}?mode=ro"):
        assert str(mistyped) in refused(homeward("verify", "--database", address))
    assert not mistyped.exists()
    refused(homeward("verify", "--database", ""))


def test_an_option_that_sqlite_would_pass_over_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "homeward.db"
    Store.open(f"sqlite:///{file}").close()
    assert "DATABASE_URL" in refused(homeward("verify", "--database", f"sqlite:///{file}?mode=ro"))
    assert answer(homeward("verify", "--database", f"sqlite:///file:{file}?mode=ro&uri=true"))["ok"]


def test_verify_ends_with_1_and_names_the_first_broken_row(record: str) -> None:
    tamper(record, "UPDATE events SET payload = '{\"n\":9}' WHERE stream = 'panel:two' AND version = 2")
    tamper(record, "UPDATE events SET payload = '{\"n\":9}' WHERE stream = 'panel:two' AND version = 3")
    done = homeward("verify", "--database", record)
    assert done.returncode == 1
    result = json.loads(done.stdout)
    assert (result["ok"], result["stream"], result["version"]) == (False, "panel:two", 2)
    assert result["seq"] and result["what"]
    assert len(done.stderr.decode().splitlines()) == 1
    assert "panel:two, version 2" in done.stderr.decode()


def test_verify_finds_an_event_that_was_removed(record: str) -> None:
    tamper(record, "DELETE FROM events WHERE stream = 'panel:one' AND version = 2")
    done = homeward("verify", "--database", record)
    assert done.returncode == 1
    assert json.loads(done.stdout)["stream"] == "panel:one"


def test_a_database_that_cannot_be_reached_is_refused_in_one_line_without_its_password() -> None:
    url = f"postgresql://tester:hunter2@127.0.0.1:{free_port()}/homeward"
    done = homeward("verify", "--database", url)
    assert b"hunter2" not in done.stdout + done.stderr
    assert "cannot be reached" in refused(done)


def test_a_login_that_the_database_refuses_is_told_without_its_password(record: str) -> None:
    if record.startswith("sqlite"):  # which has no login: a file that is no database comes closest
        Path(record.removeprefix("sqlite:///")).write_bytes(b"no database, but a long enough text" * 100)
        done = homeward("verify", "--database", record)
    else:
        done = homeward("verify", "--database", record.replace("fictional-passw0rd", "hunter2"))
    assert b"hunter2" not in done.stdout + done.stderr
    refused(done)


@pytest.mark.parametrize(
    "address", ["nonsense", "mysql://tester:hunter2@localhost/x", "postgresql://tester:hun@ter2@localhost/x"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(address: str) -> None:
    said = refused(homeward("verify", "--database", address))
    assert "DATABASE_URL" in said
    assert "ter2" not in said
