"""The mail server's door, with one more answer: "I don't know whether it took the mail"."""

import smtplib

from django.core.mail.backends.smtp import EmailBackend


class DeliveryUnclearError(smtplib.SMTPException):
    """The connection broke after the mail was handed over and before it was confirmed."""


class _Careful:
    def data(self, msg):
        try:
            return super().data(msg)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise DeliveryUnclearError(str(error)) from error


class _CarefulSMTP(_Careful, smtplib.SMTP):
    pass


class _CarefulSMTPOverTLS(_Careful, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's, which cannot tell a mail that never went out from one that may have."""

    @property
    def connection_class(self):
        return _CarefulSMTPOverTLS if self.use_ssl else _CarefulSMTP
