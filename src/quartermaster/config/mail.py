"""The mail server out of one address: ``smtp://``, ``smtp+tls://`` or ``smtps://``."""

from urllib.parse import unquote, urlparse

_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
PATIENCE = 20


def mail_settings(address: str) -> dict[str, object]:
    """Django's mail settings. Without an address, mail goes to the console.

    Raises:
        ValueError: a scheme that is none of the three, or no host.
    """
    if not address:
        return {"EMAIL_BACKEND": "quartermaster.config.console_mail.EmailBackend"}
    url = urlparse(address)
    if url.scheme not in _PORTS or not url.hostname:
        raise ValueError("QUARTERMASTER_SMTP_URL must be smtp://, smtp+tls:// or smtps:// a host.")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": url.hostname,
        "EMAIL_PORT": url.port or _PORTS[url.scheme],
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_TLS": url.scheme == "smtp+tls",
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_TIMEOUT": PATIENCE,
    }
