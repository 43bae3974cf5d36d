"""Pieces of pages about equipment."""

from django import template

from quartermaster.inventory.identifiers import pretty_number

register = template.Library()
register.filter("phone", pretty_number)
