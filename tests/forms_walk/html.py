"""A page as a browser and a screen reader take it apart: forms, fields, errors, ids."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"input", "br", "hr", "img", "link", "meta", "path", "use", "wbr", "source"}


@dataclass
class Field:
    """One named input, or one radio or checkbox of several."""

    name: str
    kind: str
    value: str
    ticked: bool
    id: str
    invalid: bool
    described_by: set[str]


@dataclass
class Form:
    """A form with its address, ``""`` for the page's own."""

    method: str
    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> set[str]:
        """What the form asks for, without the token and the buttons."""
        return {one.name for one in self.fields} - {"csrfmiddlewaretoken"}

    def values(self, name: str) -> list[str]:
        """What would be sent under a name if nobody touched the form."""
        return [
            one.value
            for one in self.fields
            if one.name == name and (one.ticked or one.kind not in {"radio", "checkbox"})
        ]


class PageParser(HTMLParser):
    """Reads one page; ``feed`` it once."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.language, self.heading, self.summary, self.alerts = "", "", "", ""
        self.forms: list[Form] = []
        self.ids: set[str] = set()
        self.summary_links: list[str] = []
        self.error_texts: dict[str, str] = {}
        self._open: list[tuple[str, dict[str, str]]] = []
        self._select: Field | None = None
        self._textarea: Field | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in pairs}
        if "id" in attrs:
            self.ids.add(attrs["id"])
        if tag == "html":
            self.language = attrs.get("lang", "")
        if tag == "form":
            self.forms.append(Form(attrs.get("method", "get").lower(), attrs.get("action", "")))
        if tag not in _VOID:
            self._open.append((tag, attrs))
        if tag == "a" and self._inside("ds-error-summary"):
            self.summary_links.append(attrs.get("href", ""))
        self._form_part(tag, attrs)

    def _form_part(self, tag: str, attrs: dict[str, str]) -> None:
        if not self.forms or not any(name == "form" for name, _ in self._open):
            return
        if tag in {"input", "select", "textarea"} and attrs.get("name"):
            described = set(attrs.get("aria-describedby", "").split())
            for name, outer in self._open:
                if name == "fieldset":
                    described |= set(outer.get("aria-describedby", "").split())
            one = Field(
                name=attrs["name"],
                kind=attrs.get("type", "text") if tag == "input" else tag,
                value=attrs.get("value", "on" if attrs.get("type") == "checkbox" else ""),
                ticked="checked" in attrs,
                id=attrs.get("id", ""),
                invalid=attrs.get("aria-invalid") == "true",
                described_by=described,
            )
            self.forms[-1].fields.append(one)
            self._textarea = one if tag == "textarea" else None
            self._select = one if tag == "select" else None
        elif tag == "option" and self._select is not None and "selected" in attrs:
            self._select.value = attrs.get("value", "")
        elif tag == "button" and attrs.get("type", "submit") == "submit" and attrs.get("name"):
            self.forms[-1].buttons.append((attrs["name"], attrs.get("value", "")))

    def handle_startendtag(self, tag: str, pairs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, pairs)
        if tag not in _VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._textarea is not None:
            # A newline right after the opening tag is no part of the text.
            self._textarea.value = self._textarea.value.removeprefix("\r").removeprefix("\n")
            self._textarea = None
        while self._open and any(name == tag for name, _ in self._open):
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        if not data.strip():
            return
        if any(name == "h1" for name, _ in self._open):
            self.heading += data
        if self._inside("ds-error-summary"):
            self.summary += data.strip() + "\n"
        elif self._inside("ds-alert"):
            self.alerts += data.strip() + "\n"
        for _, attrs in self._open:
            if "field-errors" in attrs.get("class", ""):
                self.error_texts[attrs.get("id", "")] = (
                    self.error_texts.get(attrs.get("id", ""), "") + data.strip()
                )
        if self._textarea is not None:
            self._textarea.value += data

    @property
    def told(self) -> str:
        """What the page says on top of what went wrong: the summary, alerts and messages."""
        return self.summary + self.alerts

    def _inside(self, css_class: str) -> bool:
        return any(css_class in attrs.get("class", "").split() for _, attrs in self._open)
