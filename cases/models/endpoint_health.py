"""How webhook endpoints have answered of late."""

from django.db import models

from entitlements.models import WebhookEndpoint


class EndpointHealth(models.Model):
    """How an endpoint has answered of late: the circuit breaker.

    After some failures in a row it rests: nothing goes to it until `rests_until`, then one delivery tries
    whether it is back.
    """

    endpoint = models.OneToOneField(WebhookEndpoint, on_delete=models.CASCADE, related_name="health")
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.failures} failures"
