"""All rules of our own, collected from the modules of `lint.rules`: a new rule is a new file."""

import importlib
import pkgutil

from jupyter_nbquality.lint import rules
from jupyter_nbquality.lint.rule import Rule


def _collect() -> tuple[type[Rule], ...]:
    found = []
    for module in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        members = vars(importlib.import_module(module.name)).values()
        found += [
            member
            for member in members
            if isinstance(member, type)
            and issubclass(member, Rule)
            and member.__module__ == module.name
            and not getattr(member, "__abstractmethods__", None)
        ]
    return tuple(sorted(found, key=lambda rule: rule.code))


ALL_RULES = _collect()
"""Every rule class, in the order of codes."""

_BY_CODE = {rule.code: rule for rule in ALL_RULES}
_BY_SLUG = {rule.slug: rule for rule in ALL_RULES}


def by_code(code: str) -> type[Rule] | None:
    """Gives the rule of a code such as ``NB301``, in any case; ``None`` where there is none."""
    return _BY_CODE.get(code.upper())


def by_slug(slug: str) -> type[Rule] | None:
    """Gives the rule of a slug such as ``absolute-path``; ``None`` where there is none."""
    return _BY_SLUG.get(slug)
