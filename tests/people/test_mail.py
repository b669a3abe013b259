"""Protects: the line by e-mail names nobody, goes to whoever wants it, at most once a day, whatever the processes and the server do.

The server is a real one (aiosmtpd), on this machine.
"""

import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from framework.casefile import Change, Close
from framework.people import Block, Unblock
from framework.people.deciding import ChooseMail
from framework.people.mail import TRIES
from framework.people.settings import Settings, SettingsError
from framework.streams.kind import Refused
from framework.streams.store import Store
from framework.workspace import Workspace
from tests.panel.case_meeting import CALLED, REFERENCE, SETTINGS, CaseMeeting
from tests.people.settled import ENVIRONMENT
from tests.postgres import free_port

MAILED = {"HOMEWARD_MAIL_SERVER": "mail.example.org", "HOMEWARD_MAIL_SENDER": "homeward@example.org"}


class Post:
    """Takes what is sent to it, unless it is told to answer something else; "gone": it breaks off once it has the whole message."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, Any]] = []
        self.answer = "250 OK"
        self.names: list[str] = []

    async def handle_DATA(self, server: Server, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        if self.answer == "gone" or self.answer.startswith("250"):
            self.taken += [(to, message) for to in envelope.rcpt_tos]
        if self.answer == "gone":
            server.transport.close()
        return self.answer

    def authenticator(self, server: Server, session: Session, envelope: Envelope, how: str, data: Any) -> AuthResult:
        self.names.append(data.login.decode())
        return AuthResult(success=data.password == b"a secret")

    @property
    def to(self) -> list[str]:
        return [to for to, _ in self.taken]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    made = Post()
    controller = Controller(made, hostname="127.0.0.1", port=port)
    controller.start()
    yield made
    controller.stop()


def with_server(port: int, **more: Any) -> Settings:
    given = {"mail_server": "127.0.0.1", "mail_port": port, "mail_sender": "homeward@example.org", "mail_tls": "none"}
    return SETTINGS.model_copy(update={"administrator": "sam@example.org", **given, **more})


def waiting(store: Store, settings: Settings) -> CaseMeeting:
    """Wanda wants the line, and a review of hers is late; Mo manages the same case and has not asked for a line."""
    made = CaseMeeting(store, settings)
    made.work.casefiles.run(made.case, made["wanda"], Change("child", "child", "next_review", date(2026, 11, 20)))
    made.work.people.run(made.ids["wanda"], made["wanda"], ChooseMail(True))
    return made


def test_the_line_says_that_something_waits_and_names_no_child_and_nobody_else(
    store: Store, post: Post, port: int
) -> None:
    made = waiting(store, with_server(port))
    assert made.work.mail.send() == 1
    ((to, message),) = post.taken
    said = message.get_content()
    assert to == "wanda@example.org" and message["Auto-Submitted"] == "auto-generated"
    assert "1 case waits for you, the earliest by 20 November 2026" in said and "Switch it off" in said
    for private in (CALLED, REFERENCE, made.case, made.meeting, "Mo", "Wanda", "Dana", "mother"):
        assert private not in said + message["Subject"]
    assert said.splitlines()[0] == made.work.waits(made["wanda"]).line, "the line that Home offers to copy"


def test_nobody_gets_a_second_line_on_a_day_and_nobody_one_while_nothing_waits(
    store: Store, post: Post, port: int
) -> None:
    made = waiting(store, with_server(port))
    made.work.people.run(made.ids["tom"], made["tom"], ChooseMail(True))
    assert [made.work.mail.send(), made.work.mail.send()] == [1, 0]
    made.clock.move(days=1)
    assert [made.work.mail.send(), made.work.mail.send()] == [1, 0] and post.to == ["wanda@example.org"] * 2
    made.work.casefiles.run(made.case, made["mo"], Close("home", date(2026, 11, 25)))
    made.clock.move(days=1)
    assert made.work.mail.send() == 0 and not made.work.waits(made["wanda"]).line


def test_of_several_processes_one_sends_it(store: Store, database_url: str, post: Post, port: int) -> None:
    made = waiting(store, with_server(port))
    others = [Workspace(Store.open(database_url), made.work.edition, made.clock, made.work.settings) for _ in range(3)]
    together, sent = Barrier(len(others)), list[int]()

    def send(work: Workspace) -> None:
        together.wait()
        sent.append(work.mail.send())

    threads = [Thread(target=send, args=(work,)) for work in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 1 and len(sent) == 3 and post.to == ["wanda@example.org"]
    for work in others:
        work.store.close()


def test_a_server_that_is_down_loses_nothing_and_stops_nobody(store: Store, port: int) -> None:
    made = waiting(store, with_server(port))
    assert made.work.mail.send() == 0 and made.work.waits(made["wanda"]).cases
    made.work.casefiles.run(made.case, made["wanda"], Change("child", "child", "language", "Urdu"))
    back = Post()
    controller = Controller(back, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        assert made.work.mail.send() == 1 and back.to == ["wanda@example.org"]
    finally:
        controller.stop()


def test_a_line_that_is_refused_is_offered_again_a_few_times_and_the_next_day(
    store: Store, post: Post, port: int
) -> None:
    made = waiting(store, with_server(port))
    post.answer = "451 Later"
    assert [made.work.mail.send() for _ in range(TRIES - 1)] == [0] * (TRIES - 1)
    post.answer = "250 OK"
    assert made.work.mail.send() == 1
    post.answer = "554 Never"
    made.clock.move(days=1)
    assert [made.work.mail.send() for _ in range(TRIES)] == [0] * TRIES
    post.answer = "250 OK"
    assert made.work.mail.send() == 0
    made.clock.move(days=1)
    assert made.work.mail.send() == 1


def test_a_line_of_which_nobody_knows_whether_it_went_is_not_sent_twice(store: Store, post: Post, port: int) -> None:
    made = waiting(store, with_server(port))
    post.answer = "gone"
    assert made.work.mail.send() == 0 and len(post.taken) == 1
    post.answer = "250 OK"
    assert made.work.mail.send() == 0
    made.clock.move(days=1)
    assert made.work.mail.send() == 1


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 28, 10, tzinfo=UTC),  # Saturday
        datetime(2026, 12, 25, 10, tzinfo=UTC),  # a bank holiday
        datetime(2026, 11, 25, 7, 59, tzinfo=UTC),
        datetime(2026, 11, 25, 18, 0, tzinfo=UTC),
        datetime(2026, 7, 1, 6, 59, tzinfo=UTC),  # 7.59 in summer time
    ],
)
def test_lines_go_on_working_days_and_in_the_daytime(store: Store, post: Post, port: int, moment: datetime) -> None:
    made = waiting(store, with_server(port))
    made.clock.time = moment
    assert made.work.mail.send() == 0 and not post.taken


def test_a_person_or_an_administrator_chooses_and_nobody_else(store: Store, post: Post, port: int) -> None:
    made = waiting(store, with_server(port))
    wanda, people = made.ids["wanda"], made.work.people
    with pytest.raises(Refused):
        people.run(wanda, made["mo"], ChooseMail(False))
    people.run(wanda, made["sam"], ChooseMail(False))  # the administrator
    assert made.work.mail.send() == 0
    people.run(made.ids["mo"], made["sam"], ChooseMail(True))
    people.run(wanda, made["wanda"], ChooseMail(True))
    people.run(wanda, made["sam"], Block("Has left."))
    assert made.work.mail.send() == 1 and post.to == ["mo@example.org"]
    people.run(wanda, made["sam"], Unblock("Came back."))
    assert made.work.mail.send() == 1


def test_where_no_server_is_set_nobody_asks_for_a_line(store: Store) -> None:
    made = CaseMeeting(store)
    with pytest.raises(Refused, match="No mail server is set here"):
        made.work.people.run(made.ids["wanda"], made["wanda"], ChooseMail(True))


# ── The way to the server ────────────────────────────────────────────────────────────────────────────────────────────


def certificate(folder: Path) -> Path:
    """A certificate of 127.0.0.1 by itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now, here = datetime.now(UTC), x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    own = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(own + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.mark.parametrize("known", [True, False])
def test_the_way_is_encrypted_and_the_password_goes_to_a_server_with_a_known_certificate_only(
    store: Store, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    file, post = certificate(tmp_path), Post()
    if known:
        monkeypatch.setenv("SSL_CERT_FILE", str(file))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(file)
    controller = Controller(
        post, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=True, auth_required=True,
        authenticator=post.authenticator,
    )  # fmt: skip
    controller.start()
    try:
        settings = Settings.model_validate(
            with_server(port, mail_tls="starttls", mail_user="homeward", mail_password="a secret").model_dump()
        )
        made = waiting(store, settings)
        assert made.work.mail.send() == known
        assert post.to == ["wanda@example.org"] * known and post.names == ["homeward"] * known
    finally:
        controller.stop()


# ── Settings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("changed", "named", "says"),
    [
        ({"HOMEWARD_MAIL_SERVER": ""}, "HOMEWARD_MAIL_SENDER", "Set both or none"),
        (
            {"HOMEWARD_MAIL_SERVER": "mail.example.org:587"},
            "HOMEWARD_MAIL_SERVER",
            "its port has a variable of its own",
        ),
        ({"HOMEWARD_MAIL_SENDER": ""}, "HOMEWARD_MAIL_SENDER", "has to be set"),
        ({"HOMEWARD_MAIL_SENDER": "Homeward <h@example.org>"}, "HOMEWARD_MAIL_SENDER", "one e-mail address"),
        ({"HOMEWARD_MAIL_PORT": "0"}, "HOMEWARD_MAIL_PORT", "greater than or equal to 1"),
        ({"HOMEWARD_MAIL_TLS": "yes"}, "HOMEWARD_MAIL_TLS", "starttls"),
        ({"HOMEWARD_MAIL_USER": "homeward"}, "HOMEWARD_MAIL_USER", "together, or neither"),
        (
            {"HOMEWARD_MAIL_USER": "a", "HOMEWARD_MAIL_PASSWORD": "b", "HOMEWARD_MAIL_TLS": "none"},
            "HOMEWARD_MAIL_TLS",
            "for anybody on the way to read",
        ),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_one_sentence(changed: dict[str, str], named: str, says: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.given({**ENVIRONMENT, **MAILED, **changed})
    assert str(refused.value).startswith(f"{named} ") and says in str(refused.value)


def test_a_mail_server_needs_people_with_addresses_and_its_password_is_not_shown() -> None:
    with pytest.raises(SettingsError, match="nobody has an address"):
        Settings.given(MAILED)
    user = {"HOMEWARD_MAIL_USER": "homeward", "HOMEWARD_MAIL_PASSWORD": "swordfish"}
    shown = Settings.given({**ENVIRONMENT, **MAILED, **user}).shown()
    assert ("HOMEWARD_MAIL_PASSWORD", "Homeward’s password at the mail server", "set, and not shown") in shown
    assert "swordfish" not in str(shown)
