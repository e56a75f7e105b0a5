"""``/outbox/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.outbox.web import views

app_name = "outbox"
urlpatterns = [
    path("", views.index, name="deliveries"),
    path("retry", views.retry, name="retry"),
    path("<int:pk>/", views.detail, name="delivery"),
    path("<int:pk>/discard", views.discard, name="discard"),
]
