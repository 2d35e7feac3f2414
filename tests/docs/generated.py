"""Parts of the reference that the code knows better than a person; `python -m tests.docs.generated` writes them anew.

A page marks such a part with `<!-- generated: NAME -->` and `<!-- end of NAME -->`.
"""

import argparse
import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.docs import pages

OURS = ("directory", "api", "partners")
_PART = re.compile(r"(<!-- generated: (\w+) -->\n)(.*?)(<!-- end of \2 -->)", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def codes(values: Iterable[object]) -> str:
    """The values as code, with commas."""
    return ", ".join(f"`{value}`" for value in values)


def own_commands() -> list[str]:
    """The names of the commands of our own packages."""
    from django.core.management import get_commands

    return sorted(name for name, app in get_commands().items() if app in OURS)


def own_arguments(name: str) -> list[argparse.Action]:
    """The arguments that a command adds to those of every Django command, in their order."""
    from django.core.management import BaseCommand, load_command_class

    command = load_command_class(next(app for app in OURS if _has(app, name)), name)
    common = {action.dest for action in BaseCommand().create_parser("manage.py", "x")._actions}
    return [one for one in command.create_parser("manage.py", name)._actions if one.dest not in common]


def _has(app: str, name: str) -> bool:
    return (pages.ROOT / app / "management" / "commands" / f"{name}.py").exists()


def _shown(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or _choices(action) or action.dest.upper())
    option = max(action.option_strings, key=len) if action.option_strings else ""
    return f"{option} {value}".strip()


def _choices(action: argparse.Action) -> str:
    return f"{{{','.join(map(str, action.choices))}}}" if action.choices else ""


def usage(name: str) -> str:
    """The usage line of a command: what must be given first."""
    given = sorted(own_arguments(name), key=lambda one: (bool(one.option_strings), not one.required))
    shown = [_shown(one) if one.required else f"[{_shown(one)}]" for one in given]
    return " ".join(["manage.py", name, *shown])


def _command(name: str) -> str:
    from django.core.management import load_command_class

    app = next(app for app in OURS if _has(app, name))
    text = f"{load_command_class(app, name).help}\n\n```text\n{usage(name)}\n```\n"
    arguments = own_arguments(name)
    if arguments:
        rows = ((f"`{_shown(one)}`".replace("|", r"\|"), one.help or "") for one in arguments)
        text += "\n" + table(("argument", "what it does"), rows)
    return text


def import_problems() -> str:
    """Every problem that an import can report."""
    from directory.imports import report

    return table(("code", "what it means and what was done"), ((f"`{c}`", m) for c, m in report.MESSAGES.items()))


def error_codes() -> str:
    """Every code of a problem document."""
    from api import errors

    rows = ((f"`{code}`", one.status, one.en, one.id) for code, one in errors.CATALOGUE.items())
    return table(("code", "status", "English", "Bahasa Indonesia"), rows)


def import_columns() -> str:
    """The headers by which an import knows a column."""
    from directory.imports import columns

    return table(("field", "headers"), ((f"`{f}`", codes((f, *known))) for f, known in columns.ALIASES.items()))


def _views() -> dict[str, Any]:
    from api.v1 import history, installations, suggestions, urls

    return {
        **urls.RESOURCES,
        **{f"{kind}s/{{id}}/installations": view for kind, view in installations.OF_LIBRARIES.items()},
        "products/{id}/libraries": installations.ProductLibraryViewSet,
        "entries/{id}/suggestions": suggestions.EntrySuggestionViewSet,
        "entries/{id}/history": history.HistoryViewSet,
    }


def _asked(view: Any) -> dict[str, list[str]]:
    """What a list takes: filters, orders, facets, expansions."""
    filters = list(view.filterset_class.base_filters) if view.filterset_class else []
    is_sorted = not view.parameters or "sort" in view.parameters
    return {
        "filters": [*(["q"] if view.searches else []), *filters, *view.extra_parameters],
        "`sort=`": [*view.sorts, *view.special_sorts] if is_sorted else [],
        "`facets=`": list(view.facets),
        "`expand=`": list(view.expandable),
        "`format=`": [one.format for one in view.renderer_classes],
    }


def of_entries() -> str:
    """What every list of entries takes."""
    from api.v1 import entries

    return "".join(f"- {what}: {codes(names)}\n" for what, names in _asked(entries.EntryListViewSet).items())


def resources() -> str:
    """What can be asked of each resource, for lists of entries beyond what all of them take."""
    from api.v1 import entries

    common = _asked(entries.EntryListViewSet)
    rows = []
    for address, view in _views().items():
        asked = _asked(view)
        is_of_entries = issubclass(view, entries.EntryListViewSet)
        cells = [
            " ".join(
                (["*entries*"] if is_of_entries and common[what] else [])
                + [f"`{name}`" for name in names if not (is_of_entries and name in common[what])]
            )
            for what, names in asked.items()
        ]
        rows.append((f"`/v1/{address}`", *cells))
    return table(("address", *common), rows)


def formats() -> str:
    """The formats."""
    from api import renderers

    rows = (
        (f"`{one.format}`", f"`{one.media_type}`", "whole lists" if issubclass(one, renderers.Download) else "pages")
        for one in dict.fromkeys(one for view in _views().values() for one in view.renderer_classes)
    )
    return table(("`format=`", "`Accept:`", "of a list comes"), rows)


def id_prefixes() -> str:
    """The prefix of each kind of id that the API gives out."""
    from directory import ids

    served = {view.object_name for view in _views().values()}
    return table(
        ("object", "ids begin with"), ((name, f"`{one}_`") for name, one in ids.PREFIXES.items() if name in served)
    )


def identifier_schemes() -> str:
    """The schemes by which an entry can be addressed."""
    from directory.entries import identifiers

    rows = ((f"`{one.name}`", one.label, one.resolver or "") for one in identifiers.SCHEMES.values())
    return table(("scheme", "label", "shown by its registry at"), rows)


def code_lists() -> str:
    """The names of the code lists."""
    from api.v1 import vocabularies

    return codes(sorted(vocabularies._all())) + "\n"


def claim_moves() -> str:
    """The table of claims: every move, from where to where, and whose it is."""
    from partners.trust.claim_table import MOVES

    rows = (
        (f"`{name}`", codes(move.sources), f"`{move.target}`" if move.target else "as it was", ", ".join(move.who))
        for name, move in MOVES.items()
    )
    return table(("action", "from", "to", "who"), rows)


def collaboration_moves() -> str:
    """The table of collaboration requests."""
    from partners.collaborations.transitions import RULES

    return _of_rules(RULES)


def dispute_moves() -> str:
    """The table of disputes."""
    from partners.fulfilment.dispute_table import RULES

    return _of_rules(RULES)


def _of_rules(rules: Any) -> str:
    rows = (
        (
            f"`{name}`",
            codes(rule.sources),
            codes([rule.target, rule.otherwise] if rule.otherwise else [rule.target]) if rule.target else "as it was",
            codes(rule.who),
            " ".join(str(guard.__doc__).partition("\n")[0] for guard in rule.guards),
            rule.effect,
        )
        for name, rule in rules.items()
    )
    return table(("action", "from", "to", "who", "only if", "what it does"), rows)


def collaboration_diagram() -> str:
    """The states of collaboration requests as a Mermaid diagram."""
    from partners.collaborations.transitions import RULES

    edges: dict[tuple[str, str], list[str]] = {("[*]", "draft"): ["create"]}
    for name, rule in RULES.items():
        for source in rule.sources:
            # Only of what is active can anything have been sent.
            for target in (rule.target or source, *([rule.otherwise] if rule.otherwise and source == "active" else [])):
                edges.setdefault((source, target), []).append(name)
    lines = [f"    {source} --> {target}: {', '.join(names)}" for (source, target), names in edges.items()]
    return "```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def event_types() -> str:
    """Every type of event, in words, and who is told of it."""
    from partners.deliveries.catalogue import EVENTS
    from partners.deliveries.routing import TOLD

    def told(name: str) -> tuple[str, str]:
        rule = TOLD.get(name)
        if rule is None:
            return "", ""
        return ", ".join(sorted(rule.roles)), "at once" if rule.is_urgent else "daily"

    rows = ((f"`{name}`", said.en, said.id, *told(name)) for name, said in EVENTS.items())
    return table(("type", "English", "Bahasa Indonesia", "roles that are told", "by mail"), rows)


def parts() -> dict[str, Callable[[], str]]:
    """The generated parts by name."""
    fixed = (
        error_codes,
        import_problems,
        import_columns,
        of_entries,
        resources,
        formats,
        id_prefixes,
        identifier_schemes,
        code_lists,
        claim_moves,
        collaboration_moves,
        collaboration_diagram,
        dispute_moves,
        event_types,
    )
    named: dict[str, Callable[[], str]] = {part.__name__: part for part in fixed}
    for name in own_commands():
        named[name] = lambda name=name: _command(name)
    return named


def marked(page: Path) -> Iterator[tuple[str, str]]:
    """The generated parts of a page, as they stand there: (name, text)."""
    for _, name, text, _ in _PART.findall(page.read_text()):
        yield name, text


def renewed(page: Path) -> str:
    """The page with its generated parts as the code has them now."""
    made = parts()
    return _PART.sub(lambda part: f"{part[1]}{made[part[2]]()}{part[4]}", page.read_text())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "api.settings")
    import django

    django.setup()
    for page in pages.all_pages():
        if (new := renewed(page)) != page.read_text():
            page.write_text(new)
            print(f"renewed {pages.name(page)}")


if __name__ == "__main__":
    main()
