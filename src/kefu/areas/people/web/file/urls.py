"""The addresses of personal files, within those of the people room."""

from __future__ import annotations

from django.urls import path

from kefu.areas.people.web.file import own, printing
from kefu.areas.people.web.file import views as file

PATTERNS = [
    path("mine/file/", file.mine, name="own_file"),
    path("mine/file/changes/", own.changes, name="own_changes"),
    path("mine/file/photo/", own.photo, name="own_photo"),
    path("mine/file/section/<str:code>/", own.section, name="own_section"),
    path("mine/file/list/<str:code>/new/", own.item, name="own_item_new"),
    path("mine/file/list/<str:code>/<int:pk>/", own.item, name="own_item"),
    path("mine/file/list/<str:code>/<int:pk>/remove/", own.item_remove, name="own_item_remove"),
    path("files/export/", printing.export, name="files_export"),
    path("files/print/", printing.many, name="files_print"),
    path("files/prints/", printing.log, name="files_prints"),
    path("files/blank/<str:form>/", printing.blank, name="form_blank"),
    path("employees/<str:number>/file/print/", printing.print_form, name="file_print"),
    path("employees/<str:number>/file/erase/", printing.erase, name="file_erase"),
    path("changes/<int:pk>/", own.change, name="own_change"),
    path("changes/<int:pk>/withdraw/", own.withdraw, name="own_change_withdraw"),
    path("employees/<str:number>/file/", file.detail, name="file"),
    path("employees/<str:number>/file/show/", file.show_own, name="file_show"),
    path("employees/<str:number>/file/photo/", file.photo, name="file_photo"),
    path("employees/<str:number>/file/terms/", file.terms, name="file_terms"),
    path("employees/<str:number>/file/confirm/", file.confirm, name="file_confirm"),
    path("employees/<str:number>/file/section/<str:code>/", file.section, name="file_section"),
    path("employees/<str:number>/file/list/<str:code>/new/", file.item, name="file_item_new"),
    path("employees/<str:number>/file/list/<str:code>/<int:pk>/", file.item, name="file_item"),
    path("employees/<str:number>/file/list/<str:code>/<int:pk>/remove/", file.item_remove, name="file_item_remove"),
    path("employees/<str:number>/file/contracts/new/", file.contract, name="contract_new"),
    path("employees/<str:number>/file/contracts/<int:pk>/", file.contract, name="contract"),
    path("employees/<str:number>/file/contracts/<int:pk>/end/", file.contract_end, name="contract_end"),
    path("employees/<str:number>/file/documents/new/", file.document, name="document_new"),
    path("employees/<str:number>/file/documents/<int:pk>/remove/", file.document_remove, name="document_remove"),
]
