"""Which rules of ruff speak: ours, the project's own choice, or what a person asked for."""

from collections.abc import Iterable

from jupyter_nbquality import ruff
from jupyter_nbquality.lint.ruff_rules import EXTERNAL, SELECT
from jupyter_nbquality.ruff import CheckSettings
from jupyter_nbquality.ruff_settings import RuffSettings

NEEDED = "F821"
"""Always looked for: undefined names in magics are told by NB103, whoever selected what."""


def choose(
    settings: RuffSettings,
    requested: tuple[str, ...] | None = None,
    version: tuple[int, int] | None = None,
    *,
    isolated: bool = False,
) -> CheckSettings:
    """Makes the settings of one run of ruff.

    Args:
        settings: What the project's ruff settings select.
        requested: What our own settings or the command line select, codes of all families; ``None``
            where they leave it to ruff's settings.
        version: The kernel's Python, which counts where the project names none.
        isolated: Whether the project's ruff settings are left out of account.
    """
    target = None if settings.has_target and not isolated else ruff.target_version(version)
    if isolated:
        settings = RuffSettings()
    external = tuple(dict.fromkeys((*settings.external, *EXTERNAL)))
    if requested is not None:
        return CheckSettings(
            select=(*expand(requested), NEEDED),
            ignore=settings.ignore,
            external=external,
            target=target,
            isolated=isolated,
        )
    if settings.select is None:
        return CheckSettings(
            select=SELECT,
            extend_select=(*settings.extend_select, NEEDED),
            ignore=tuple(code for code in settings.ignore if not NEEDED.startswith(code)),
            external=external,
            target=target,
            isolated=isolated,
        )
    return CheckSettings(extend_select=(NEEDED,), external=external, target=target)


def expand(entries: Iterable[str]) -> tuple[str, ...]:
    """Gives the codes of ruff that codes, beginnings of codes and names mean.

    Those of others mean none.

    ruff refuses beginnings that are none of its own, such as ``F4012`` or ``RU``.
    """
    codes: dict[str, None] = {}
    known = {code: rule for code, rule in ruff.rules().items() if rule.status != "removed"}
    for entry in entries:
        if entry in {"ALL", "*"}:
            return ("ALL",)
        upper = entry.upper()
        if upper in known:
            codes[upper] = None
            continue
        for code, rule in known.items():
            if (code.startswith(upper) and rule.status != "preview") or rule.name == entry:
                codes[code] = None
    return tuple(codes)
