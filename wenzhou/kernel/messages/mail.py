"""Django e-mail back ends: one that queues every mail of the site, one that sends and keeps the server's answer."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.utils.html import strip_tags


class OutgoingBackend(BaseEmailBackend):
    """The site's default mailer: libraries' mails (allauth's one-time codes) become rows of the queue.

    Such mails may hold secrets, so they are marked sensitive: their text goes once they are sent.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """One row for each message and recipient; the number of messages."""
        from wenzhou.kernel.messages.models import Channel
        from wenzhou.kernel.messages.services import queue

        accounts = get_user_model().objects
        for message in email_messages:
            body = strip_tags(str(message.body)) if message.content_subtype == "html" else str(message.body)
            for recipient in message.recipients():
                known = accounts.filter(email__iexact=recipient).values_list("id", flat=True).first()
                queue(Channel.EMAIL, recipient, str(message.subject), body, account=known, sensitive=True)
        return len(email_messages)


class _Answering:
    """Keeps the answer to DATA, which names the message in the server's own queue."""

    receipt = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        code, answer = super().data(msg)  # type: ignore[misc]
        self.receipt = f"{code} {answer.decode('utf-8', 'replace')}"
        return code, answer


class _Smtp(_Answering, smtplib.SMTP):
    pass


class _SmtpTls(_Answering, smtplib.SMTP_SSL):
    pass


class ReceiptBackend(EmailBackend):
    """Django's SMTP back end; `receipt` is the server's answer to the last message."""

    receipt = ""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """The connection that keeps answers."""
        return _SmtpTls if self.use_ssl else _Smtp

    def _send(self, email_message: EmailMessage) -> bool:
        sent = bool(super()._send(email_message))  # type: ignore[misc]  # not in the stubs
        self.receipt = getattr(self.connection, "receipt", "")
        return sent
