"""A record as a Word file: by Homeward's template or by one that an authority brings, in a sandbox.

A template may use what :func:`framework.decision.record.model.filled` gives, and `title`, `subtitle`, `footer` and `blocks` of the paper.
What people wrote is text: nothing of it is read as a tag.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from framework import apart, documents, edition
from framework.decision.record.model import Record, filled
from framework.decision.record.paper import Block, Paper, block, paragraph
from framework.tables import Table

TEMPLATE = "record.docx"
SIZE_LIMIT, UNPACKED_LIMIT, ENTRIES_LIMIT = 5_000_000, 60_000_000, 500
"""Of a template that somebody brings: bytes packed and unpacked, and parts. A letter-head with pictures has some 200 kB."""
BOUNDS = apart.Bounds(seconds=20, megabytes=1_500)


class TemplateRefused(documents.DocumentFailed):
    """A template that cannot be used: a sentence for whoever brought it."""


def template() -> Path:
    """The template of the edition, which an authority restyles; the built-in one where its folder has none."""
    own = edition.folder_of() / TEMPLATE
    return own if own.is_file() else edition.CONTENT / edition.DEFAULT / TEMPLATE


def as_word(record: Record, paper: Paper) -> bytes:
    """By the authority's template of the edition. Raises TemplateRefused."""
    return render(template().read_bytes(), data_of(record, paper))


def by_own_template(content: bytes, record: Record, paper: Paper) -> bytes:
    """By a template that somebody brings, in a process apart. Raises TemplateRefused."""
    _check(content)
    try:
        return apart.run(render, content, data_of(record, paper), bounds=BOUNDS)
    except apart.UsedUp as error:
        raise TemplateRefused(f"The template could not be used. {error}") from None


def data_of(record: Record, paper: Paper) -> dict[str, Any]:
    """What a template may ask for: plain data, of which no part is absent."""
    said = {**paper._asdict(), "blocks": tuple(_for_word(paper))}
    made: dict[str, Any] = documents.each_text({**filled(record), **said}, _text)
    return made


def _text(text: str) -> str:
    """What XML can hold. docxtpl turns “{_{” and the like into braces after all is filled in: a word joiner keeps them apart."""
    return re.sub(r"(?<=[{}%])_(?=[{}%])", "\u2060_", documents.xml_text(text))


def _for_word(paper: Paper) -> Iterator[Block]:
    """A text that is written from right to left stands in a paragraph of its own: Word gives each paragraph one direction."""
    for one in paper.blocks:
        if one["kind"] == "pair" and documents.from_right(one["text"]):
            yield block("pair", label=one["label"])
            yield paragraph(one["text"])
        else:
            yield one


def fields() -> Table:
    """What a template can ask for, part by part."""
    rows = [(name, "text") for name, one in Record.model_fields.items() if one.annotation is str]
    for name, one in Record.model_fields.items():
        model = next(iter(get_args(one.annotation)), one.annotation)
        if isinstance(model, type) and issubclass(model, BaseModel):
            said = "a list of" if get_args(one.annotation) else "with"
            rows.append((name, f"{said} {', '.join(model.model_fields)}"))
    rows += [
        ("gaps", "a list of what is missing, in words"),
        ("subtitle, footer, blocks", "the paper as Homeward sets it"),
    ]
    return Table(("Field", "What it holds"), tuple(rows))


# ── Rendering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _check(content: bytes) -> None:
    """Raises TemplateRefused for what is no Word file, is too large, or carries macros."""
    if len(content) > SIZE_LIMIT:
        raise TemplateRefused(f"The template is too large: no more than {SIZE_LIMIT // 1_000_000} MB can be used.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise TemplateRefused(
            "This is not a Word file (.docx). Save your template in Word as .docx and bring that."
        ) from None
    if len(parts) > ENTRIES_LIMIT or sum(one.file_size for one in parts) > UNPACKED_LIMIT:
        raise TemplateRefused("The template unpacks to more than a Word file of this kind has. It was not opened.")
    names = {one.filename for one in parts}
    if "word/document.xml" not in names:
        raise TemplateRefused("This is not a Word file (.docx). Save your template in Word as .docx and bring that.")
    if any(name.endswith("vbaProject.bin") for name in names):
        raise TemplateRefused("The template carries macros. Save it in Word as .docx, which has none.")


def render(content: bytes, data: Mapping[str, Any]) -> bytes:
    """The template filled in. Raises TemplateRefused, with the name of a field that does not exist."""
    import docxtpl  # heavy
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

    class Unknown(jinja2.StrictUndefined):
        """Its message is its name."""

        @property
        def _undefined_message(self) -> str:
            return str(self._undefined_name)

    environment = ImmutableSandboxedEnvironment(undefined=Unknown, autoescape=True)
    try:
        document = docxtpl.DocxTemplate(io.BytesIO(content))
        if unknown := sorted(document.get_undeclared_template_variables(environment, data)):
            raise TemplateRefused(_asks_for(unknown[0]))
        document.render(dict(data), environment, autoescape=True)
        documents.set_directions(document.docx)
        document.core_properties.title = str(data["title"])[:255]  # python-docx takes no more
        document.core_properties.author = "Homeward"
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()
    except TemplateRefused:
        raise
    except jinja2.UndefinedError as error:
        raise TemplateRefused(_asks_for(str(error))) from None
    except SecurityError:
        raise TemplateRefused(
            "The template uses something that a template may not. Use fields, “if” and “for” only."
        ) from None
    except jinja2.TemplateSyntaxError as error:
        raise TemplateRefused(f"A mark in braces in the template cannot be read: {error.message}.") from None
    except MemoryError:
        raise
    except Exception as error:  # lxml, zipfile and python-docx raise whatever their parsers raise on a damaged file
        raise TemplateRefused(f"The template could not be used ({type(error).__name__}: {error}).") from None


def _asks_for(name: str) -> str:
    return f"The template asks for “{name}”, which a record does not have. Mend the mark in braces, or take it out. Nothing was made."
