"""What parents and home carers said to the facts about them, as the record of a decision has it."""

from framework import dates
from framework.casefile.model import Casefile, when_words
from framework.decision.record.model import CheckedFact
from framework.letters import reading
from framework.letters.model import ANSWERS, HOWS, KeptReply, Letters
from framework.text import with_full_stop


def checked_facts(state: Letters, case: Casefile) -> tuple[CheckedFact, ...]:
    """Everything that was said, also of facts that were removed since, in order; nothing of what is legal advice or a court's.

    `case`: as it stands now, so that what was marked since is left out, too.
    """
    return tuple(_said(state, one, case) for one in state.replies if not _restricted(state, one, case))


def _restricted(state: Letters, reply: KeptReply, case: Casefile) -> bool:
    fact = reading.any_fact(state, reply.fact)
    marked = fact and reading.restricted(fact, case)
    return bool(marked or reading.kept_back(f"{reply.said}\n{reply.words}", case))


def _said(state: Letters, reply: KeptReply, case: Casefile) -> CheckedFact:
    fact = reading.any_fact(state, reply.fact)
    return CheckedFact(
        who=reading.person(case, fact.person).name if fact else "",
        when=when_words(fact.since) if fact else "",
        fact=reply.said,
        answer=ANSWERS[reply.answer],
        words=with_full_stop(reply.words) if reply.words else "",
        said=f"{dates.uk(reply.on)}, {HOWS[reply.how]}",
        stays_why=fact.stays_why if fact and reply.answer == "correct" else "",
    )
