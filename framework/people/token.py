"""What a provider says of somebody who has signed in (an OpenID Connect ID token), and whether Homeward takes it.

Signature, issuer, expiry and nonce are checked by Authlib when it comes from the provider. What stands here is asked again at every
run: a session of ours outlives the token, and the configuration may have changed since.
Source: OpenID Connect Core 1.0, sections 2 and 3.1.3.7; for `tid` and `roles` Microsoft's reference of the claims of an ID token.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from framework import dates
from framework.people.model import person_id
from framework.people.settings import Settings

SKEW = timedelta(minutes=2)
"""So far may the provider's clock be ahead of ours: the leeway that Authlib gives."""
KEPT = (
    "iss",
    "sub",
    "aud",
    "tid",
    "iat",
    "jti",
    "sid",
    "name",
    "email",
    "email_verified",
    "preferred_username",
    "roles",
)
"""All that is kept of a token."""
LONGEST, MOST_ROLES = 300, 50
"""Characters of a claim that is kept, and names of roles."""


class TokenRefused(Exception):
    """A token that Homeward does not take: a sentence for whoever signed in."""


class Token(NamedTuple):
    """Who has signed in, and until when that holds."""

    person: str
    """The id of the person."""
    sign_in: str
    """Tells this sign-in from others of the same person."""
    issuer: str
    subject: str
    name: str
    address: str
    roles: tuple[str, ...]
    """As the provider calls them."""
    at: datetime
    until: datetime


def kept(claims: Mapping[str, Any]) -> dict[str, Any]:
    """What of a token's claims is kept in the browser's cookie, with nothing in it that is longer than it may be."""
    found: dict[str, Any] = {}
    for name in KEPT:
        match claims.get(name):
            case str(text):
                found[name] = text[:LONGEST]
            case int() | float() as number:
                found[name] = number
            case list(several):
                found[name] = [one[:LONGEST] for one in several if isinstance(one, str)][:MOST_ROLES]
    return found


def read(claims: Mapping[str, Any], settings: Settings, now: datetime) -> Token:
    """Who this is. Raises TokenRefused with a sentence."""
    issuer, subject, issued = _text(claims, "iss"), _text(claims, "sub"), claims.get("iat")
    if not (
        issuer and subject and isinstance(issued, int | float) and not isinstance(issued, bool) and 0 < issued < 1e11
    ):
        raise TokenRefused("What the sign-in sent back cannot be read. Sign in again.")
    if settings.client_id not in _texts(claims, "aud"):
        raise TokenRefused("This sign-in was made for another application. Sign in again.")
    if settings.tenant and _text(claims, "tid") != settings.tenant:
        raise TokenRefused(
            "This account belongs to another organisation. Sign in with the one that you use at work here."
        )
    at = datetime.fromtimestamp(issued, UTC)
    until = at + timedelta(hours=settings.hours)
    if at > now + SKEW:
        raise TokenRefused(
            "This sign-in is dated in the future. Tell whoever looks after Homeward that a clock is wrong."
        )
    if now >= until:
        raise TokenRefused(
            f"Your sign-in at {dates.uk_clock(at)} has ended: each holds for {_hours(settings.hours)}. Sign in again to go on."
        )
    # Whoever may write any address into their own account (`email_verified` is false) is not taken for its owner.
    email = _text(claims, "email") if claims.get("email_verified") is not False else ""
    address = email or _text(claims, "preferred_username")
    return Token(
        person=person_id(issuer, subject),
        sign_in=_sign_in(claims),
        issuer=issuer,
        subject=subject,
        name=_text(claims, "name") or address,
        address=address,
        roles=_texts(claims, "roles"),
        at=at,
        until=until,
    )


def _sign_in(claims: Mapping[str, Any]) -> str:
    """A provider gives a new token at each sign-in, with a moment (and mostly an id) of its own."""
    parts = [str(claims.get(name, "")) for name in ("iss", "sub", "iat", "jti", "sid")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _texts(claims: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """One or several: a provider may send either (RFC 7519, 4.1.3, for the audience)."""
    value = claims.get(name)
    if isinstance(value, str):
        return (value,)
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _hours(hours: int) -> str:
    return "1 hour" if hours == 1 else f"{hours} hours"
