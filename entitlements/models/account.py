"""Customers: accounts, their contacts, and products."""

from django.db import models

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


class Contact(ConfigurationModel):
    """A person at a customer."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=150)
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Product(ConfigurationModel):
    """Something that a promise may be about."""

    name = models.CharField(max_length=150, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
