"""What parents and home carers said to the facts about them, as the record of a decision has it."""

from framework import dates
from framework.casefile.model import Casefile, when_words
from framework.decision.record.model import CheckedFact
from framework.letters import reading
from framework.letters.model import ANSWERS, HOWS, KeptReply, Letters
from framework.text import with_full_stop


def checked_facts(state: Letters, case: Casefile) -> tuple[CheckedFact, ...]:
    """Everything that was said, also of facts that were removed since, in order."""
    return tuple(_said(state, one, case) for one in state.replies)


def _said(state: Letters, reply: KeptReply, case: Casefile) -> CheckedFact:
    fact = state.facts.get(reply.fact) or state.items.removed.get("fact", {}).get(reply.fact)
    return CheckedFact(
        who=reading.person(case, fact.person).name if fact else "",
        when=when_words(fact.since) if fact else "",
        fact=reply.said,
        answer=ANSWERS[reply.answer],
        words=with_full_stop(reply.words) if reply.words else "",
        said=f"{dates.uk(reply.on)}, {HOWS[reply.how]}",
        stays_why=fact.stays_why if fact and reply.answer == "correct" else "",
    )
