"""Other systems, their keys and webhooks: looked after by the administrator (G28)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cases.forms.integration import IntegrationForm, KeyForm, WebhookForm
from cases.models import ApiKey, Delivery, Integration, Webhook
from cases.models.integration import demand_integrations
from organisation.record_step import RecordStep, tell

DELIVERIES_SHOWN = 20


def _back(integration: Integration) -> HttpResponse:
    return redirect("cases:integration", integration.pk)


@require_safe
def integrations(request: HttpRequest) -> HttpResponse:
    """`/integrasjoner/`: the systems that may come in, and those that may no longer."""
    demand_integrations(request.user)
    found = Integration.objects.select_related("user__unit").prefetch_related("keys", "webhooks")
    return render(request, "cases/integrations/list.html", {"integrations": found})


@never_cache
@require_safe
def integration(request: HttpRequest, pk: int) -> HttpResponse:
    """One system: its keys, its webhooks and how the last deliveries went."""
    demand_integrations(request.user)
    return _page(request, get_object_or_404(Integration.objects.select_related("user__unit"), pk=pk))


def _page(request: HttpRequest, found: Integration, **made: Any) -> HttpResponse:
    deliveries = Delivery.objects.filter(webhook__integration=found).select_related("webhook")[:DELIVERIES_SHOWN]
    context = {
        "integration": found,
        "keys": found.keys.all(),
        "webhooks": found.webhooks.all(),
        "deliveries": deliveries,
        **made,
    }
    return render(request, "cases/integrations/one.html", context)


class NewIntegration(RecordStep):
    form_class = IntegrationForm
    title = _("New system")
    lead = _("It gets an account of its own. It may read ordinary cases with personal data hidden, and report.")
    button = _("Save the system")
    success = _("The system is saved. Make a key for it.")

    def load(self) -> None:
        demand_integrations(self.user)

    def back(self) -> tuple[str, str]:
        return reverse("cases:integrations"), gettext("Other systems")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.made = Integration.begin(self.user, name=data["name"], contact=data["contact"], unit=data["unit"])

    def leave(self) -> HttpResponse:
        return _back(self.made)


class OfIntegration(RecordStep):
    """A step that adds something to a system."""

    def load(self) -> None:
        demand_integrations(self.user)
        self.integration = get_object_or_404(Integration, pk=self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        return reverse("cases:integration", args=[self.integration.pk]), self.integration.name


class NewKey(OfIntegration):
    form_class = KeyForm
    title = _("New key")
    lead = _("Whoever has the key gets in. It is shown once, on the next page.")
    button = _("Make the key")
    success = _("The key is made.")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.key, self.secret = ApiKey.issue(
            self.user, self.integration, label=data["label"], scopes=data["scopes"], expires_on=data["expires_on"]
        )

    def leave(self) -> HttpResponse:
        """The page of the system with the key on it, this once."""
        return _page(self.request, self.integration, made=self.key, secret=self.secret)


class NewWebhook(OfIntegration):
    form_class = WebhookForm
    title = _("New webhook")
    lead = _("The address is told the reference, kind and status of a case, never what stands in it.")
    button = _("Save the webhook")
    success = _("The webhook is saved. Send it a trial.")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        Webhook.add(self.user, self.integration, url=data["url"], events=data["events"])


@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """Shut a system out, or let it in again."""
    demand_integrations(request.user)
    found = get_object_or_404(Integration, pk=pk)
    to = not found.active
    text = gettext("The system may come in again.") if to else gettext("The system is shut out.")
    tell(request, lambda version: found.switch(request.user, active=to, version=version), text)
    return _back(found)


@require_POST
def revoke_key(request: HttpRequest, pk: int, key: int) -> HttpResponse:
    demand_integrations(request.user)
    found = get_object_or_404(ApiKey.objects.select_related("integration"), integration=pk, pk=key)
    tell(request, lambda version: found.revoke(request.user, version=version), gettext("The key is revoked."))
    return _back(found.integration)


@require_POST
def switch_webhook(request: HttpRequest, pk: int, hook: int) -> HttpResponse:
    demand_integrations(request.user)
    found = _hook(pk, hook)
    to = not found.active
    text = gettext("The webhook is on.") if to else gettext("The webhook is off.")
    tell(request, lambda version: found.switch(request.user, active=to, version=version), text)
    return _back(found.integration)


@require_POST
def try_webhook(request: HttpRequest, pk: int, hook: int) -> HttpResponse:
    """Send the webhook a trial that tells nothing."""
    demand_integrations(request.user)
    found = _hook(pk, hook)
    found.try_out(request.user)
    messages.success(request, gettext("A trial is on its way. Look at the deliveries in a moment."))
    return _back(found.integration)


def _hook(pk: int, hook: int) -> Webhook:
    return get_object_or_404(Webhook.objects.select_related("integration"), integration=pk, pk=hook)
