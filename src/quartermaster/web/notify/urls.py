"""Addresses of the mail that goes out."""

from django.urls import path

from quartermaster.notify.permits import MESSAGE_VIEW
from quartermaster.web.menu import MenuItem
from quartermaster.web.notify import views

app_name = "notify"
urlpatterns = [
    path("mail/", views.Messages.as_view(), name="messages"),
    path("mail/<uuid:key>/", views.MessagePage.as_view(), name="message"),
    path("mail/<uuid:key>/try-again/", views.TryAgain.as_view(), name="message-try-again"),
]
menu = [MenuItem("Mail", "notify:messages", MESSAGE_VIEW, "Administration", order=80, icon="mail")]
