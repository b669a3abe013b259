"""A line a day by e-mail, to whoever wants it: that something waits for them, and nothing of any child or of anybody else.

A day is written down for a person before their line is sent, so that of two processes one sends it. A server that cannot be reached
leaves no trace, and is tried again; what waits stands on Home whatever becomes of the line.
"""

import logging
import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from threading import Event as Ends
from threading import Thread
from typing import Literal

from pydantic import BaseModel, ConfigDict

from framework import dates
from framework.people.people import People
from framework.people.roles import THE_APP
from framework.people.settings import Settings
from framework.streams import policy
from framework.streams.door import Door
from framework.streams.kind import APP, Actor, Context, Happened, Kind, Refused, by_type, unhidden
from framework.streams.policy import Allowed
from framework.streams.store import StoreUnavailable

log = logging.getLogger(__name__)

FIRST_HOUR, LAST_HOUR = 8, 18
"""Lines are sent on working days between these hours, UK time (source: product)."""
EVERY = timedelta(minutes=5)
"""So often it is looked who is to get one (source: product)."""
WAIT_SECONDS = 20
"""So long the server may take for each step (source: product)."""
TRIES = 3
"""So often a day a line is offered to a server that answers and refuses it (source: product)."""


# ── What is written down ─────────────────────────────────────────────────────────────────────────────────────────────


class Taken(BaseModel):
    """A process is about to send the line of this day, and no other one does."""

    model_config = ConfigDict(frozen=True)

    on: date


class GivenBack(BaseModel):
    """The server refused the line of this day: it was not sent."""

    model_config = ConfigDict(frozen=True)

    on: date
    code: int
    """The server's answer (RFC 5321, section 4.2); 0 if it gave none."""


@dataclass(frozen=True, slots=True)
class Line:
    """The last line to a person."""

    version: int = 0
    on: date | None = None
    """The day of it; it was sent, or may have been, unless it was refused."""
    refused: bool = False
    tries: int = 0
    """How often it was offered that day."""

    def may_go(self, today: date) -> bool:
        return self.on != today or (self.refused and self.tries < TRIES)


Note = Taken | GivenBack
POLICY = (Allowed("note that the line of a day is sent, or was refused", (Taken, GivenBack), frozenset({THE_APP})),)


def fold(happened: Iterable[Happened], start: Line) -> Line:
    for one in happened:
        match one.event:
            case Taken(on=on):
                start = Line(start.version + 1, on, False, start.tries + 1 if start.on == on else 1)
            case GivenBack(on=on) if on == start.on:
                start = Line(start.version + 1, on, True, start.tries)
            case _:
                start = Line(start.version + 1, start.on, start.refused, start.tries)
    return start


def _may(line: Line, command: Note, context: Context[None]) -> None:
    policy.check(POLICY, command, context)


def _decide(line: Line, command: Note, context: Context[None]) -> list[Note]:
    if isinstance(command, Taken) and not line.may_go(command.on):
        raise Refused("The line of this day has been sent.")
    return [command]


MAIL: Kind[Line, Note, None] = Kind(
    name="mail",
    noun="line by e-mail",
    empty=Line(),
    stored=by_type({"taken": Taken, "given_back": GivenBack}),
    fold=fold,
    decide=_decide,
    may=_may,
    view=unhidden,
    listed=lambda actor: None,
    title=lambda line: "Lines by e-mail",
)


# ── Sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────

SUBJECT = "Something waits for you in Homeward"
END = "You get this line at most once a day. Switch it off on the page Home."


class Mail:
    """One for a process. :meth:`send` is called by one thread."""

    def __init__(
        self,
        door: Door[Line, Note, None],
        people: People,
        settings: Settings,
        waits: Callable[[Actor], str],
        now: Callable[[], datetime],
    ) -> None:
        """`waits` gives the line of a person, "" where nothing waits."""
        self._door = door
        self._people = people
        self._settings = settings
        self._waits = waits
        self._now = now
        self._address = ""

    def follow(self, address: str = "", every: timedelta = EVERY) -> Callable[[], None]:
        """Send what is due now and then, in a thread of its own; the returned function ends it. Does nothing without a server.

        `address`: where Homeward is reached, as the line says it.
        """
        self._address = address
        ended = Ends()
        if self._settings.mail_server:
            Thread(target=self._work, args=(every, ended), name="lines by e-mail", daemon=True).start()
        return ended.set

    def _work(self, every: timedelta, ended: Ends) -> None:
        while not ended.wait(every.total_seconds()):
            try:
                self.send()
            except StoreUnavailable:  # the app says so itself
                pass
            except Exception as error:  # whatever it is, it ends no thread that others lean on
                log.error("Lines by e-mail: %s", type(error).__name__)

    def send(self) -> int:
        """Send a line to everybody for whom it is due, and return how many went. Raises StoreUnavailable.

        A server that cannot be reached is logged, and whoever got none so far is looked at the next time.
        """
        local = dates.local(self._now())
        if not (dates.is_working_day(local.date()) and FIRST_HOUR <= local.hour < LAST_HOUR):
            return 0
        due = [(person, line) for person in self._due(local.date()) if (line := self._line(person))]
        if not due:
            return 0
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            log.warning("The mail server cannot be used just now: %s. Nothing is lost; it is tried again.", error)
            return 0
        sent = 0
        with server:
            for person, line in due:
                try:
                    sent += self._send_to(server, person, line, local.date())
                except (OSError, smtplib.SMTPServerDisconnected) as error:
                    log.warning("The mail server broke off: %s. The others get their line the next time.", error)
                    break
        return sent

    def _due(self, today: date) -> list[str]:
        return [one for one in self._people.wanting_mail() if self._door.state(one).may_go(today)]

    def _line(self, person: str) -> str:
        """What waits for a person; "" for whoever cannot act now."""
        try:
            return self._waits(self._people.actor(person))
        except Refused:
            return ""

    def _send_to(self, server: smtplib.SMTP, person: str, line: str, today: date) -> bool:
        """Raises OSError or SMTPServerDisconnected if the connection broke: then nobody knows whether it was sent, and it is not sent again."""
        try:
            message = self._message(self._people.person(person).address, line)
            self._door.run(person, APP, Taken(on=today))
        except (Refused, ValueError):  # another process was first, or nothing can be sent to such an address
            return False
        try:
            server.send_message(message)
        except smtplib.SMTPServerDisconnected:
            raise
        except smtplib.SMTPException as refused:
            log.warning("The mail server refused a line: %s", type(refused).__name__)
            self._door.run(person, APP, GivenBack(on=today, code=getattr(refused, "smtp_code", 0)))
            return False
        return True

    def _message(self, address: str, line: str) -> EmailMessage:
        """Raises ValueError for an address that no message can be sent to."""
        message, sender = EmailMessage(), self._settings.mail_sender
        message["From"], message["To"], message["Subject"] = sender, address, SUBJECT
        message["Date"] = format_datetime(self._now())
        message["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: an absence notice does not answer it
        message.set_content("\n\n".join(filter(None, (line, self._address, END))) + "\n")
        return message

    def _connected(self) -> smtplib.SMTP:
        """Raises OSError or SMTPException."""
        settings, tls = self._settings, ssl.create_default_context()
        how: Literal["starttls", "tls", "none"] = settings.mail_tls
        if how == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.mail_server, settings.mail_port, timeout=WAIT_SECONDS, context=tls
            )
        else:
            server = smtplib.SMTP(settings.mail_server, settings.mail_port, timeout=WAIT_SECONDS)
        try:
            if how == "starttls":
                server.starttls(context=tls)
            if settings.mail_user:
                server.login(settings.mail_user, settings.mail_password.get_secret_value())
        except Exception:
            server.close()
            raise
        return server
