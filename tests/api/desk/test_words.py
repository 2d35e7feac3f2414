"""What Unfold says in Indonesian: the compiled catalogue that runs is the text that people edit."""

import gettext
import re
from pathlib import Path

import api

FOLDER = Path(api.__file__).parent / "locale/id/LC_MESSAGES"


def test_the_compiled_catalogue_says_what_the_text_says():
    text = (FOLDER / "django.po").read_text(encoding="utf-8")
    said = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.M))
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert len(said) >= 30
    assert {english: compiled.gettext(english) for english in said} == said
    assert compiled.ngettext("%(counter)s result", "%(counter)s results", 2) == "%(counter)s hasil"
    assert text.count("\nmsgid ") == len(compiled._catalog)  # one with a plural and the header are no pairs of the two
