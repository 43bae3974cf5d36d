"""Without a mail server, mail is a line on the console and a file."""

from email import message_from_bytes

from django.core.mail import EmailMessage

from quartermaster.config.console_mail import EmailBackend


def test_mail_is_said_and_kept(settings, tmp_path, capsys):
    settings.DATA = tmp_path
    mail = EmailMessage("Hello", "Text", "house@city.example", ["ana@city.example"])
    assert EmailBackend().send_messages([mail]) == 1
    (path,) = (tmp_path / "mail").iterdir()
    assert capsys.readouterr().out == f"mail to ana@city.example: Hello [{path}]\n"
    assert message_from_bytes(path.read_bytes())["Subject"] == "Hello"
