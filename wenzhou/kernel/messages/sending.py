"""Sending what is in the queue: at least once, with back-off, one worker at a message.

Without a mail server the demonstration captures messages, where an operator reads them; a real city is told that the
server is missing.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.db import transaction
from django.utils import timezone

from wenzhou.kernel.base.jobs import Job
from wenzhou.kernel.base.text import Text
from wenzhou.kernel.messages.mail import ReceiptBackend
from wenzhou.kernel.messages.models import Channel, Outgoing, OutgoingState

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 10
MAX_ATTEMPTS_SENSITIVE = 4
FIRST_WAIT = 15
LONGEST_WAIT = 3600
SWEEP_AFTER = timedelta(seconds=60)


class CannotSend(Exception):
    """Trying again will not help."""


def send(outgoing: str) -> None:
    """Send one message, unless it has been sent or another worker is at it.

    Killed after the server took it and before our commit, it is sent again under the same Message-ID.
    """
    with transaction.atomic():
        row = (
            Outgoing.objects.select_for_update(skip_locked=True)
            .filter(id=outgoing, state=OutgoingState.WAITING)
            .first()
        )
        if row is None:
            return
        row.attempts += 1
        try:
            row.state, row.receipt = _hand_over(row)
        except CannotSend as error:
            _give_up(row, str(error))
        except (OSError, smtplib.SMTPException) as error:
            _put_off(row, error)
        else:
            row.sent_at = timezone.now()
            row.error = ""
            if row.sensitive:
                row.body = ""
        row.save()


def _hand_over(row: Outgoing) -> tuple[OutgoingState, str]:
    """The new state and the provider's receipt. Raises CannotSend, OSError, SMTPException."""
    if row.channel == Channel.EMAIL and "smtp" in mailers:
        return OutgoingState.SENT, _by_smtp(row)
    if settings.WZ_DEMO:
        return OutgoingState.CAPTURED, "demonstration"
    missing = "WZ_SMTP_URL is not set" if row.channel == Channel.EMAIL else "no SMS gateway is configured"
    raise CannotSend(missing)


def _by_smtp(row: Outgoing) -> str:
    message = EmailMessage(
        subject=row.subject,
        body=row.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[row.to],
        headers={"Message-ID": row.message_id, "Auto-Submitted": "auto-generated"},  # RFC 3834
    )
    backend = cast("ReceiptBackend", mailers["smtp"])
    try:
        backend.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        code, answer = next(iter(error.recipients.values()))
        if code >= 500:
            raise CannotSend(f"{code} {_words(answer)}") from error
        raise
    except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as error:
        if error.smtp_code >= 500:
            raise CannotSend(f"{error.smtp_code} {_words(error.smtp_error)}") from error
        raise
    except ValueError as error:  # an address or a header that no server would take
        raise CannotSend(str(error)) from error
    return backend.receipt[:300]


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def _put_off(row: Outgoing, error: Exception) -> None:
    most = MAX_ATTEMPTS_SENSITIVE if row.sensitive else MAX_ATTEMPTS
    if row.attempts >= most:
        return _give_up(row, f"{type(error).__name__}: {error}")
    wait = min(FIRST_WAIT * 2 ** (row.attempts - 1), LONGEST_WAIT)
    row.error = f"{type(error).__name__}: {error}"[:500]
    row.due = timezone.now() + timedelta(seconds=wait)
    SEND.defer_in(wait, outgoing=str(row.id))
    return None


def _give_up(row: Outgoing, reason: str) -> None:
    log.warning("message %s cannot be sent: %s", row.id, reason)
    row.state = OutgoingState.FAILED
    row.error = reason[:500]


def sweep() -> None:
    """Enqueue again what is overdue: the job of a killed worker must not strand a message."""
    overdue = timezone.now() - SWEEP_AFTER
    waiting = Outgoing.objects.filter(state=OutgoingState.WAITING, due__lt=overdue)
    for key in waiting.order_by("due").values_list("id", flat=True)[:1000]:
        SEND.defer(outgoing=str(key))


SEND = Job(
    name="notices.send", title=Text("发送消息", "Send a message"), run=send, attempts=3, queue="messages"
)
SWEEP = Job(
    name="notices.sweep", title=Text("补发滞留消息", "Sweep stranded messages"), run=sweep, cron="* * * * *"
)
