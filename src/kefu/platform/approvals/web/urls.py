"""``/approvals/``."""

from __future__ import annotations

from django.urls import path

from kefu.platform.approvals.web import chains, general, lists, requests

app_name = "approvals"
urlpatterns = [
    path("", lists.waiting, name="waiting"),
    path("approve", lists.approve_many, name="approve_many"),
    path("mine/", lists.mine, name="mine"),
    path("new/", general.new, name="new"),
    path("requests/", lists.requests, name="requests"),
    path("chains/", chains.index, name="chains"),
    path("chains/<str:kind>/", chains.detail, name="chain"),
    path("<str:number>/", requests.detail, name="request"),
    path("<str:number>/approve", requests.approve, name="approve"),
    path("<str:number>/answer", requests.answer, name="answer"),
    path("<str:number>/decide", requests.decide, name="decide"),
    path("<str:number>/withdraw", requests.withdraw, name="withdraw"),
    path("<str:number>/resubmit", requests.resubmit, name="resubmit"),
    path("<str:number>/attach", requests.attach, name="attach"),
    path("<str:number>/pass-up", requests.pass_up, name="pass_up"),
]
