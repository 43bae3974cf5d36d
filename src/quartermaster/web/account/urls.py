"""Log-in, log-out, and what a person may change of their own log-in."""

from django.urls import path

from quartermaster.web.account import views

app_name = "account"
urlpatterns = [
    path("log-in/", views.LogIn.as_view(), name="log-in"),
    path("log-in/forgot/", views.Forgot.as_view(), name="forgot"),
    path("log-in/link/<str:token>/", views.TakeUpLink.as_view(), name="link"),
    path("log-out/", views.log_out, name="log-out"),
    path("me/", views.Mine.as_view(), name="mine"),
    path("me/password/", views.ChangePassword.as_view(), name="password"),
]
