"""``{% t "中文" "English" %}``: bilingual text in templates; a built-in, nothing to load."""

from __future__ import annotations

from django import template
from django.utils.html import conditional_escape, format_html

from wenzhou.kernel.base.text import is_english

register = template.Library()


@register.simple_tag
def t(zh: str, en: str, **values: object) -> str:
    """The text in the reader's language. ``{name}`` places take escaped keyword values."""
    chosen = en if is_english() else zh
    return format_html(chosen, **values) if values else conditional_escape(chosen)
