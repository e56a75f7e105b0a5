"""``/clocks/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.clocks.web import policies, views

app_name = "clocks"
urlpatterns = [
    path("", views.index, name="clocks"),
    path("<int:pk>/", views.detail, name="clock"),
    path("<int:pk>/pause", views.pause, name="pause"),
    path("<int:pk>/resume", views.resume, name="resume"),
    path("<int:pk>/retarget", views.retarget, name="retarget"),
    path("<int:pk>/cancel", views.cancel, name="cancel"),
    path("policies/", policies.index, name="policies"),
    path("policies/<str:kind>/", policies.detail, name="policy"),
    path("policies/<str:kind>/withdraw/<int:version>", policies.withdraw, name="withdraw"),
]
