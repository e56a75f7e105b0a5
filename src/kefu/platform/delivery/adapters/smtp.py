"""Handing a mail to the SMTP server of the environment (``KEFU_SMTP_URL``).

The protocol tells how far a message came: until the final dot of DATA the server has not taken it, after the server's
answer it has. Only in between is nothing known.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterable
from email.utils import format_datetime, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from kefu.kernel import clock
from kefu.platform.delivery.choices import OutcomeKind
from kefu.platform.delivery.models.messages import Content
from kefu.platform.delivery.rules import Outcome
from kefu.platform.files.models import StoredFile


def is_configured() -> bool:
    """Whether there is a mail server to talk to."""
    return bool(settings.EMAIL_HOST)


def domain() -> str:
    """The domain of the sender's address."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def compose(*, to: str, content: Content, message_id: str, files: Iterable[StoredFile] = ()) -> bytes:
    """The mail as it goes over the line; the same ``message_id`` for each repetition."""
    mail = EmailMultiAlternatives(
        subject=" ".join(content.subject.split()),
        body=content.body,
        to=[to],
        headers={
            "Message-ID": f"<{message_id}@{domain()}>",
            "Date": format_datetime(clock.now()),
            "Auto-Submitted": "auto-generated",
        },
    )
    if content.html:
        mail.attach_alternative(content.html, "text/html")
    for file in files:
        mail.attach(file.name, file.location.read_bytes(), file.content_type)
    return mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]


def send(to: str, mail: bytes) -> Outcome:
    """Hand over one mail; says what is known of it afterwards."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        server = _connect()
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(OutcomeKind.DEFERRED, _words(error))
    try:
        return _hand_over(server, sender, to, mail)
    finally:
        _leave(server)


def _connect() -> smtplib.SMTP:
    timeout = settings.EMAIL_TIMEOUT
    if settings.EMAIL_USE_SSL:
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=timeout)
    try:
        if settings.EMAIL_USE_TLS:
            server.starttls(context=ssl.create_default_context())
        if settings.EMAIL_HOST_USER:
            server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
        else:
            server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, sender: str, to: str, mail: bytes) -> Outcome:
    try:
        code, words = server.mail(sender)
        if code == 250:
            code, words = server.rcpt(to)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(OutcomeKind.DEFERRED, _words(error))
    if code not in (250, 251):
        return _refused(code, words)
    try:
        code, words = server.data(mail)
    except smtplib.SMTPDataError as error:
        # The server did not even ask for the text.
        return _refused(error.smtp_code, error.smtp_error)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome(OutcomeKind.UNKNOWN, _words(error))
    if code != 250:
        return _refused(code, words)
    return Outcome(OutcomeKind.SENT, _text(words), "", code)


def _refused(code: int, words: bytes | str) -> Outcome:
    """4xx: the server asks to come back later; 5xx: it never wants this."""
    kind = OutcomeKind.REFUSED if code >= 500 else OutcomeKind.DEFERRED
    return Outcome(kind, f"SMTP {code} {_text(words)}".strip(), "", max(code, 0))


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()


def _text(words: bytes | str) -> str:
    return (words.decode(errors="replace") if isinstance(words, bytes) else words)[:300]


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
