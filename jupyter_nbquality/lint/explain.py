"""The page of any rule, one of ours or of ruff's, as Markdown."""

import msgspec

from jupyter_nbquality import ruff
from jupyter_nbquality.lint import registry
from jupyter_nbquality.lint.rule_page import markdown, page


class Explanation(msgspec.Struct, frozen=True):
    """What a rule is.

    Attributes:
        code: Its code.
        slug: Its name for people.
        summary: What it finds, in one line without a full stop.
        why: The first sentence of why that matters; may be empty.
        markdown: Its page, with its name as the title.
    """

    code: str
    slug: str
    summary: str
    why: str
    markdown: str


def explain(name: str) -> Explanation | None:
    """Explains a rule.

    Args:
        name: Its code, in any case, or its slug.

    Returns:
        The explanation; ``None`` where no rule has that name.

    Raises:
        RuffError: ruff could not be asked.
    """
    ours = registry.by_code(name) or registry.by_slug(name.lower())
    if ours is not None:
        about = page(ours)
        return Explanation(ours.code, ours.slug, about.summary, about.why, markdown(ours))
    rules = ruff.rules()
    theirs = rules.get(name.upper()) or next(
        (rule for rule in rules.values() if rule.name == name.lower()), None
    )
    if theirs is None:
        return None
    title = f"# {theirs.name} ({theirs.code})"
    text = theirs.explanation.strip()
    return Explanation(
        theirs.code,
        theirs.name,
        theirs.summary.rstrip("."),
        theirs.why,
        f"{title}\n\nA rule of [ruff]({theirs.url}).\n\n{text}\n",
    )
