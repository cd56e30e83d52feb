"""Customers: accounts, their contacts, and products."""

from django.db import models
from django.db.models.functions import Upper

from entitlements.models.base import ConfigurationModel
from entitlements.models.hours import BusinessHours


class Account(ConfigurationModel):
    """A customer. `tier` and `region` are what criteria may ask about."""

    name = models.CharField(max_length=150, unique=True)
    tier = models.CharField(max_length=50, blank=True)
    region = models.CharField(max_length=50, blank=True)
    business_hours = models.ForeignKey(BusinessHours, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AccountDomain(ConfigurationModel):
    """A mail domain of an account's people: who writes from there belongs to it. In the spelling of DNS."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=253, unique=True)

    class Meta:
        ordering = ["domain"]

    def __str__(self) -> str:
        return self.domain


class Contact(ConfigurationModel):
    """A person at a customer."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]
        indexes = [models.Index(Upper("email"), name="contact_by_email")]

    def __str__(self) -> str:
        return self.name


class Product(ConfigurationModel):
    """Something that a promise may be about."""

    name = models.CharField(max_length=150, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
