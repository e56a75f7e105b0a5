"""Forms: label above, help, control, errors beneath; an invalid form comes back with 422 and everything kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from kefu.kernel.errors import InvalidInput
from kefu.platform.webui.responses import redirect_or_hx


class FormMixin:
    """Gives every control the kit's classes (Django itself ties help and errors to it for screen readers)."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            dress(field)

    def add_domain_error(self, error: InvalidInput) -> None:
        """Put a service's refusal under the fields it names (the rest above the form)."""
        for name, text in error.errors.items():
            self.add_error(name if name in self.fields else None, str(text))  # type: ignore[attr-defined]
        if not error.errors:
            self.add_error(None, str(error.message))  # type: ignore[attr-defined]


class Form(FormMixin, forms.Form):
    """A plain form in the kit's clothes."""


class ModelForm(FormMixin, forms.ModelForm):
    """A form for a model's fields in the kit's clothes. It never saves: writing is the services' work."""

    def save(self, commit: bool = True) -> Any:
        """Refused."""
        raise TypeError("Pages write through services, not through forms")


def kind_of(bound: BoundField) -> str:
    """How the field is laid out: ``hidden``, ``check`` (label behind), ``choices`` (a group) or ``line``."""
    widget = bound.field.widget
    if bound.is_hidden:
        return "hidden"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "choices"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "line"


def dress(field: forms.Field) -> None:
    """Put the kit's class on the control, and the widgets that browsers do well in place of Django's."""
    widget = field.widget
    if type(widget) is forms.DateInput:
        widget = field.widget = forms.DateInput(attrs=widget.attrs, format="%Y-%m-%d")
        widget.input_type = "date"
    elif type(widget) is forms.DateTimeInput:
        widget = field.widget = forms.DateTimeInput(attrs=widget.attrs, format="%Y-%m-%dT%H:%M")
        widget.input_type = "datetime-local"
    elif type(widget) is forms.TimeInput:
        widget = field.widget = forms.TimeInput(attrs=widget.attrs, format="%H:%M")
        widget.input_type = "time"
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple | forms.HiddenInput):
        return
    known = widget.attrs.get("class", "")
    if "ui-inp" not in known.split():
        widget.attrs["class"] = f"ui-inp {known}".strip()
    if isinstance(widget, forms.Textarea):
        if widget.attrs.get("rows") == "10":
            widget.attrs["rows"] = 4
        widget.attrs.pop("cols", None)


def form_response(
    request: HttpRequest, form: forms.BaseForm, template: str, context: dict[str, Any] | None = None
) -> HttpResponse:
    """The page of a form: 200 when it is new, 422 when it holds errors."""
    return render(request, template, {"form": form, **(context or {})}, status=422 if form.errors else 200)


def act_or_form(
    request: HttpRequest,
    form: Any,
    act: Callable[[Mapping[str, Any]], Any],
    *,
    done: str,
    to: str | Callable[[Any], str],
    template: str,
    context: dict[str, Any],
) -> HttpResponse:
    """The page of a form that does one thing: shows it, or does it and goes on with ``done`` as the message.

    ``act`` gets the cleaned values and calls the service; what that refuses stands under the fields it names. ``to``
    is where it goes on, or makes the address of what ``act`` returned. ``form`` is bound when the request posts.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = act(form.cleaned_data)
        except InvalidInput as error:
            form.add_domain_error(error)
        else:
            return redirect_or_hx(request, to if isinstance(to, str) else to(made), text=done)
    return form_response(request, form, template, context)
