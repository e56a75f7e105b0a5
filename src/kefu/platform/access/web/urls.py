"""The addresses of access."""

from __future__ import annotations

from django.urls import path

from kefu.platform.access.web import signing_in

app_name = "access"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("account/password/", signing_in.password, name="password"),
]
