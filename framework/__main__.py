"""The command line: `python -m framework COMMAND`. Its forms are stable; docs/command-line.md describes them.

JSON on standard output; an error is one line on standard error with exit status 2, and nothing is half-written.
"""

import argparse
import codecs
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple, NoReturn

import orjson

from framework import edition, loading
from framework.light import classification
from framework.streams.kind import Refused

if TYPE_CHECKING:
    from framework.streams.anchor import Checked
    from framework.streams.store import Broken, Store, Verified
    from framework.workspace import Workspace


class UsageError(Exception):
    """Something on the command line or in its input that cannot be used."""


def factors(_: argparse.Namespace) -> Iterator[bytes]:
    yield _dump(
        [
            factor.model_dump(
                include={
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
                }
            )
            for factor in edition.load().factor
        ],
        indent=True,
    )


def classify(arguments: argparse.Namespace) -> Iterator[bytes]:
    chosen = edition.load()
    with _open(arguments.file) as file:
        if not arguments.lines:
            yield _dump(_classify(chosen, file.read(), ""), indent=True)
            return
        lines = [(number, line) for number, line in enumerate(file, 1) if line.strip()]
    shares = [lines[start : start + SHARE] for start in range(0, len(lines), SHARE)]
    if len(shares) < 2:
        yield from map(_classify_lines, shares)
    else:
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor() as processes:
            yield from processes.map(_classify_lines, shares)


SHARE = 500
"""Lines that a process takes at a time. Fewer than two shares are not worth a second process."""


def _classify_lines(share: list[tuple[int, bytes]]) -> bytes:
    chosen = edition.load()
    return b"".join([_dump(_classify(chosen, line, f"line {number}: ")) for number, line in share])


def _classify(chosen: edition.Edition, text: bytes, where: str) -> dict[str, Any]:
    try:
        data = _load(text)
        assessment = classification.parse(chosen, data)
        # orjson keeps the last of two equal keys, and a carer given twice must not pass in silence. A text with no
        # more colons than the parsed keys can have no key twice; only the rare other text is read again, slowly.
        inner = (*data.get("scores", ()), data.get("capacity", ()), data.get("wishes", ()))
        if text.count(b":") != len(data) + sum(map(len, inner)):
            _refuse_repeated_keys(text)
        return classification.as_json(chosen, classification.classify(chosen, assessment))
    except (UsageError, classification.InvalidAssessment) as error:
        raise UsageError(f"{where}{error}") from None


def approval(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.decision import approval

    with _open(arguments.file) as file:
        text = file.read()
    try:
        answer = approval.as_json(approval.parse(_load(text)))
    except approval.InvalidFacts as error:
        raise UsageError(str(error)) from None
    _refuse_repeated_keys(text)
    yield _dump(answer, indent=True)


def costs(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.costs import calculator

    with _open(arguments.file) as file:
        text = file.read()
    try:
        inputs, kept = calculator.parse(_load(text))
    except calculator.InvalidInput as error:
        raise UsageError(str(error)) from None
    _refuse_repeated_keys(text)
    yield _dump(calculator.as_json(inputs, kept), indent=True)


def checklist(_: argparse.Namespace) -> Iterator[bytes]:
    from framework.rollout import checklist

    yield _dump(checklist.as_json(checklist.load()), indent=True)


def outcomes(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.outcomes import answers, episodes, files, tables

    try:
        given = date.fromisoformat(arguments.extract_date) if arguments.extract_date else None
    except ValueError:
        raise UsageError(f'--extract-date "{arguments.extract_date}" is not a date like 2026-03-31.') from None
    try:
        reading = episodes.read(files.find(files.on_disk(arguments.path)))
        yield _dump(answers.as_json(reading, answers.answer(reading, given)), indent=True)
    except tables.Unreadable as error:
        raise UsageError(str(error)) from None


def schedule(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.plan import rules, schedule

    with _open(arguments.file) as file:
        text = file.read()
    law = rules.load_law()
    try:
        situation = schedule.parse(_load(text), law)
    except schedule.InvalidSituation as error:
        raise UsageError(str(error)) from None
    _refuse_repeated_keys(text)
    yield _dump(schedule.as_json(situation, law, rules.load_suggestions()), indent=True)


def record(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.decision import records
    from framework.documents import DocumentFailed
    from framework.streams import store
    from framework.workspace import Workspace

    database, out = arguments.database or os.environ.get("DATABASE_URL") or store.DEFAULT_ADDRESS, Path(arguments.out)
    if missing := store.missing_file(database):
        raise UsageError(f"There is no database at {missing}. Nothing was written.")
    if out.exists():
        raise UsageError(f"{out} is there already, and nothing is written over. Name another file with --out.")
    moment = _moment(arguments.as_of)
    work = Workspace(store.Store.open(arguments.database), edition.load())
    try:
        made = work.records.whole(arguments.meeting, moment)
        content = records.as_file(made, arguments.record, arguments.format)
    except DocumentFailed as error:
        raise UsageError(str(error)) from None
    finally:
        work.store.close()
    _write_whole(out, content)
    proof = {one.what: one.hash for one in made.proof.events}
    yield _dump({"ok": True, "file": arguments.out, "as_of": moment.isoformat() if moment else None, "hashes": proof})


def _moment(given: str | None) -> datetime | None:
    """A moment as it was given: without an offset it is in England's time, and a day alone is the end of it."""
    from framework.dates import LONDON

    if given is None:
        return None
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", given):
            return datetime.combine(date.fromisoformat(given), time.max, LONDON)
        found = datetime.fromisoformat(given)
    except ValueError:
        raise UsageError(f'--as-of "{given}" is not a moment like 2026-11-24T14:05 or a day like 2026-11-24.') from None
    return found if found.tzinfo else found.replace(tzinfo=LONDON)


def _write_whole(file: Path, content: bytes) -> None:
    """The file with all of it, or no file."""
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_bytes(content)
        part.replace(file)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(f"{file}: cannot be written ({error.strerror}).") from None


def verify(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.streams.store import Store, missing_file

    # Opening a store creates it; a mistyped address must not pass for an empty record that is whole.
    if arguments.database is not None and (missing := missing_file(arguments.database)):
        raise UsageError(f"There is no database at {missing}. Check the path after sqlite:///.")
    if arguments.database == "":
        raise UsageError("--database needs an address, and got nothing. Leave it out for the app's own database.")
    wanted = _hash_on_paper(arguments.hash)
    store = Store.open(arguments.database)
    try:
        verified = store.verify()
        broken, anchored, found = verified.broken, None, None
        if not broken and (anchor := arguments.anchor or os.environ.get("HOMEWARD_ANCHOR")):
            broken, anchored = _check_anchor(store, anchor, arguments.anchor_key)
        if not broken and wanted:
            found = [one._asdict() for one in store.with_hash(wanted)]
    finally:
        store.close()
    if broken:
        place = {"seq": broken.seq, "stream": broken.stream, "version": broken.version}
        yield _dump({"ok": False, **place, "what": broken.what})
        raise Failed(f"{broken.stream}, version {broken.version}: {broken.what}")
    if found is not None and anchored:
        found += [line._asdict() for line in anchored.lines if line.hash.startswith(wanted)]
    said: dict[str, Any] = {"streams": verified.streams, "events": verified.events, "erased": verified.erased}
    said |= {"anchor": {"lines": len(anchored.lines), **anchored.lines[-1]._asdict()}} if anchored else {}
    yield _dump({"ok": found != [], **said, **({} if found is None else {"found": found})})
    if found == []:
        raise Failed(
            f"{wanted}: no event of this record{' and no line of the anchor' if anchored else ''} has this hash."
        )


def _hash_on_paper(given: str | None) -> str:
    """A hash as somebody copied it from a document, whole or its beginning; "" if none was asked about."""
    found = "".join((given or "").split()).replace("-", "").lower()
    if given is not None and not re.fullmatch("[0-9a-f]{12,64}", found):
        raise UsageError(f'--hash "{given}" is not a hash: it has 12 to 64 of the signs 0 to 9 and a to f.')
    return found


def _check_anchor(store: "Store", file: str, keys: list[str] | None) -> tuple["Broken | None", "Checked | None"]:
    """(what the anchor shows to be wrong, else None; what was checked)"""
    from framework.streams import anchor, tokens

    with _open(file) as opened:
        text = opened.read()
    try:
        secret = tokens.existing_secret(store.folder)
    except tokens.SecretError as error:
        raise UsageError(str(error)) from None
    trusted = set(keys or ()) | ({anchor.public_key(secret)} if secret else set())
    if not trusted:
        raise UsageError(
            "The key that the anchor was signed with is not here. Give its public key with --anchor-key, or set HOMEWARD_SECRET."
        )
    found = anchor.check(text, trusted, store)
    return (None, found) if isinstance(found, anchor.Checked) else (found, None)


def backup(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.streams import store

    # Opening a database creates it; a mistyped address must not give a backup of nothing.
    if missing := store.missing_file(arguments.database or os.environ.get("DATABASE_URL") or store.DEFAULT_ADDRESS):
        raise UsageError(f"There is no database at {missing}. Nothing was written.")
    to = Path(arguments.to)
    # Noted first, so that a record that is restored from the copy knows of it.
    not_noted = "" if to.exists() else _note_copy(arguments.database, to)
    try:
        verified = store.backup(arguments.database, to)
    except store.BackupRefused as error:
        raise UsageError(str(error)) from None
    yield from _copied(verified, {"file": arguments.to})
    if not_noted:
        raise Failed(f"The copy was made, but the record could not note it, so `erase` will not name it. {not_noted}")


def _note_copy(database: str | None, file: Path) -> str:
    """Note in the record where a copy of it is put: what is erased later may still be in it. "", or why it could not be noted."""
    from framework.disposal import backups
    from framework.streams.store import Store, StoreUnavailable

    store = Store.open(database)
    try:
        backups.note(store, file)
    except (StoreUnavailable, Refused) as error:
        return str(error)
    finally:
        store.close()
    return ""


def restore(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.streams import store

    source = Path(getattr(arguments, "from"))
    try:
        restored = store.restore(source, arguments.database, replace=arguments.replace, damaged=arguments.damaged)
    except store.BackupRefused as error:
        raise UsageError(str(error)) from None
    aside = str(restored.set_aside) if restored.set_aside else None
    yield from _copied(restored.verified, {"file": str(source), "set_aside": aside})


def erase(arguments: argparse.Namespace) -> Iterator[bytes]:
    from framework.streams import store
    from framework.workspace import Workspace

    database = arguments.database or os.environ.get("DATABASE_URL") or store.DEFAULT_ADDRESS
    if missing := store.missing_file(database):
        raise UsageError(f"There is no database at {missing}. Nothing was erased.")
    work = Workspace(store.Store.open(arguments.database), edition.load())
    try:
        plan = work.disposals.plan(arguments.disposal)
        kept_in = [one.file for one in plan.backups]
        about = {"disposal": plan.disposal.id, "case": plan.disposal.case, "streams": sorted(plan.streams)}
        if arguments.dry_run:
            yield _dump({"ok": True, "dry_run": True, **about, "backups": kept_in})
            return
        done = work.disposals.carry_out(plan)
        verified = work.store.verify()
    finally:
        work.store.close()
    ok = verified.broken is None and not done.left
    counted = {"events": done.events, "wiped": done.wiped}
    yield _dump(
        {"ok": ok, "dry_run": False, **about, **counted, "backups": kept_in, "then": _then(done.wiped, kept_in, work)}
    )
    if verified.broken:
        raise Failed(f"{verified.broken.stream}, version {verified.broken.version}: {verified.broken.what}")
    if done.left:
        raise Failed(
            f"{', '.join(done.left)}: this was begun at the same moment and was not erased. Propose the disposal anew."
        )


def _then(wiped: bool, backups: list[str], work: "Workspace") -> list[str]:
    """What is still to be done by whoever looks after the machine, in sentences."""
    found = ["Start Homeward again where it runs: until then its memory may hold the case."]
    if not wiped and work.store.on_sqlite:
        found.append("Old bytes are still in the file, which another program kept busy: give this command once more.")
    elif not wiped:
        found.append(
            "PostgreSQL keeps old rows until VACUUM FULL, and in its write-ahead log, replicas and archives: clear these."
        )
    if backups:
        found.append(f"These backups may still hold the case and have to be destroyed: {', '.join(backups)}.")
    found.append("Other copies of the database, which `backup` did not make, may hold it too.")
    return found


def _copied(verified: "Verified", about: dict[str, Any]) -> Iterator[bytes]:
    """What a copy holds. One that is not whole was made all the same, and is said to be so."""
    counted = {"streams": verified.streams, "events": verified.events, "erased": verified.erased}
    yield _dump({"ok": verified.broken is None, **about, **counted})
    if broken := verified.broken:
        raise Failed(
            f"The copy was made, and is not whole, since the record is not: {broken.stream}, version {broken.version}: {broken.what}"
        )


class Failed(Exception):
    """The command did its work and found something wrong (exit status 1)."""


@contextmanager
def _open(path: str) -> Iterator[BinaryIO]:
    try:
        with open(0, "rb", closefd=False) if path == "-" else open(path, "rb") as file:
            yield file
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror}).") from None


def _load(text: bytes) -> Any:
    """What the JSON says, of whatever kind; whoever asked checks it."""
    try:
        return orjson.loads(text.removeprefix(codecs.BOM_UTF8))  # which Windows likes to put before a text
    except orjson.JSONDecodeError as error:
        raise UsageError(f"The input is not valid JSON: {error}.") from None


def _refuse_repeated_keys(text: bytes) -> None:
    import json

    def check(pairs: list[tuple[str, object]]) -> dict[str, object]:
        names = [name for name, _ in pairs]
        for name in names:
            if names.count(name) > 1:
                raise UsageError(f'"{name}" is given twice.')
        return dict(pairs)

    json.loads(text, object_pairs_hook=check)


def _dump(data: object, *, indent: bool = False) -> bytes:
    return orjson.dumps(data, option=orjson.OPT_APPEND_NEWLINE | (orjson.OPT_INDENT_2 if indent else 0))


class Command(NamedTuple):
    """One command: what its `--help` says and docs/command-line.md describes (tests/test_readme.py holds them together)."""

    run: Callable[[argparse.Namespace], Iterator[bytes]]
    help: str
    example: str
    """What follows `python -m framework`. It can be tried in the repository's folder."""
    arguments: dict[str, dict[str, Any]]
    """By name, what `argparse` takes."""


DATABASE: dict[str, dict[str, Any]] = {
    "--database": {"help": "a database URL (default: DATABASE_URL, else data/homeward.db)"}
}
FILE = {"file": {"help": "a JSON file, or - for standard input"}}

COMMANDS = {
    "factors": Command(factors, "every factor of the edition", "factors", {}),
    "classify": Command(
        classify,
        "the traffic light for an assessment",
        "classify docs/examples/assessment.json",
        {**FILE, "--lines": {"action": "store_true", "help": "one assessment a line in, one result a line out"}},
    ),
    "approval": Command(
        approval,
        "who must approve that a child goes home, and on which conditions",
        "approval docs/examples/approval.json",
        FILE,
    ),
    "costs": Command(
        costs,
        "what support costs, what failed returns cost, and when it breaks even",
        "costs docs/examples/costs.json",
        FILE,
    ),
    "checklist": Command(
        checklist, "every phase and task of the implementation checklist, with its source", "checklist", {}
    ),
    "outcomes": Command(
        outcomes,
        "what became of the children who went home, from SSDA903 returns",
        "outcomes sample_data/outcomes",
        {
            "path": {"nargs": "+", "help": "files or folders of returns: CSV, zip, XML, XLSX; - for standard input"},
            "--extract-date": {"metavar": "YYYY-MM-DD", "help": "count what happened up to this day"},
        },
    ),
    "schedule": Command(
        schedule,
        "when visits and reviews are due after a return, and which rule says so",
        "schedule docs/examples/schedule.json",
        FILE,
    ),
    "record": Command(
        record,
        "the record of a meeting and its decision, as it stands or as it stood",
        "record 0123456789abcdef --format pdf --out record.pdf",
        {
            "meeting": {"metavar": "MEETING", "help": "the meeting, as its address and its papers name it"},
            "--as-of": {
                "metavar": "MOMENT",
                "help": "as it stood: 2026-11-24T14:05, or 2026-11-24 for the end of that day",
            },
            "--format": {"required": True, "choices": ["json", "pdf", "docx"], "help": "of the file"},
            "--out": {"required": True, "metavar": "FILE", "help": "the file to make; nothing is written over"},
            "--record": {
                "choices": ["decision", "court"],
                "default": "decision",
                "help": "which record (default: decision)",
            },
            **DATABASE,
        },
    ),
    "verify": Command(
        verify,
        "recompute every hash chain of the record",
        "verify",
        DATABASE
        | {
            "--anchor": {"metavar": "FILE", "help": "the anchor of the record (default: HOMEWARD_ANCHOR, else none)"},
            "--anchor-key": {
                "metavar": "KEY",
                "action": "append",
                "help": "a public key to trust in the anchor (default: that of the app's own secret)",
            },
            "--hash": {"help": "the hash on a document, or its beginning: is it of this record?"},
        },
    ),
    "backup": Command(
        backup,
        "copy the whole record into a new file, while meetings go on, and check the copy",
        "backup monday.db",
        {"to": {"metavar": "TO", "help": "the file to make; nothing is written over"}, **DATABASE},
    ),
    "restore": Command(
        restore,
        "make the record what a backup holds, all of it or nothing",
        "restore monday.db --replace",
        {
            "from": {"metavar": "FROM", "help": "a file that `backup` has made"},
            **DATABASE,
            "--replace": {"action": "store_true", "help": "put it in the place of a record that holds something"},
            "--damaged": {
                "action": "store_true",
                "help": "restore a backup of which `verify` says that it is not whole",
            },
        },
    ),
    "erase": Command(
        erase,
        "erase a case of which two people have decided so in the app, for ever",
        "erase --disposal 0123456789abcdef --dry-run",
        {
            "--disposal": {"required": True, "metavar": "ID", "help": "the disposal, as the page Records names it"},
            "--dry-run": {"action": "store_true", "help": "say what would be erased, and erase nothing"},
            **DATABASE,
        },
    ),
}
"""Every command, in the order in which `--help` lists them."""


def main(arguments: list[str] | None = None) -> int:
    parser = _Parser(prog="python -m framework", description="Homeward's rules without a screen. JSON in, JSON out.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=_Parser)
    for name, command in COMMANDS.items():
        subparser = commands.add_parser(
            name, help=command.help, epilog=f"For example: python -m framework {command.example}"
        )
        for argument, options in command.arguments.items():
            subparser.add_argument(argument, **options)
        subparser.set_defaults(run=command.run)
    try:
        chosen = parser.parse_args(arguments)
        gc.disable()  # a command is over soon, and leaves nothing that refers to itself
        output: list[bytes] = []
        status = 0
        try:
            output.extend(chosen.run(chosen))
        except Failed as failed:
            print(failed, file=sys.stderr)
            status = 1
        except _known_errors() as error:
            raise UsageError(str(error)) from None
        _write(output)
        return status
    except UsageError as error:
        # One line, and nothing in it that a terminal would take for a command, whatever the input was.
        line = "".join(sign if sign.isprintable() else " " for sign in str(error))
        print(" ".join(line.split()), file=sys.stderr)
        return 2


def _write(output: list[bytes]) -> None:
    try:
        with open(1, "wb", closefd=False) as file:
            file.writelines(output)
    except OSError as error:
        raise UsageError(
            f"The result could not be written ({error.strerror}); what there is of it is not whole."
        ) from None


def _known_errors() -> tuple[type[Exception], ...]:
    """Errors that carry a sentence for the user. The store's is looked up only if a command has loaded the store."""
    store = sys.modules.get("framework.streams.store")
    return (loading.LoadingError, Refused, *((store.StoreUnavailable,) if store else ()))


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:  # one line, as every other error
        raise UsageError(f"{message}. See `{self.prog} --help`.")


if __name__ == "__main__":
    sys.exit(main())
