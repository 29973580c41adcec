"""Files from one form into another, telling what would be lost instead of losing it."""

from kg.conversion.converting import Conversion, convert
from kg.conversion.forms import FORMS, Form, form_of

__all__ = ["FORMS", "Conversion", "Form", "convert", "form_of"]
