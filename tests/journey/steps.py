"""What people do on the pages, told as steps."""

from __future__ import annotations

from playwright.sync_api import Page

from brukerplan.demo.accounts import PASSWORD

MOST_TABS = 60
ACTIVE = "selector => document.activeElement?.matches(selector) ?? false"
# The question that has focus, and how to answer it from the keyboard.
FOCUSED = """() => {
  const at = document.activeElement;
  return {
    question: at.closest("[data-question]")?.dataset.question ?? null,
    kind: at.type ?? at.tagName.toLowerCase(),
    value: at.value ?? "",
    last: at.matches('button[value="review"]'),
  };
}"""


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has focus, as someone without a mouse does."""
    for _ in range(MOST_TABS):
        if page.evaluate(ACTIVE, selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} was not reached by {MOST_TABS} presses of Tab")


def sign_in(page: Page, email: str) -> None:
    """Sign in by keyboard alone."""
    page.goto("/logg-inn")
    tab_to(page, "#email")
    page.keyboard.type(email)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/logg-inn" not in url)


def sign_out(page: Page) -> None:
    """Leave the shared PC to the next."""
    page.get_by_role("button", name="Logg ut").click()
    page.get_by_role("link", name="Logg inn").first.wait_for()


def answer_everything(page: Page, keys: dict[str, str], otherwise: str = "2") -> list[str]:
    """Answer every question of the form by its number key, going on with Enter.

    ``keys`` holds the key (or the digits to type) of chosen variables. Returns the
    variables in the order they came.
    """
    first = page.locator("[data-question] input:visible").first
    tab_to(page, f"#{first.get_attribute('id')}")
    met: list[str] = []
    while True:
        at = page.evaluate(FOCUSED)
        if at["last"]:
            return met
        question = at["question"]
        assert question is not None, at
        assert question not in met, f"Enter went back to {question}"
        met.append(question)
        if at["kind"] == "text":
            if not at["value"]:
                page.keyboard.type(keys.get(question, "0"))
        elif at["kind"] == "checkbox":
            page.keyboard.press("Space")
        elif not question.startswith("service_"):
            page.keyboard.press(keys.get(question, otherwise))
        page.keyboard.press("Enter")


def press_button(page: Page, name: str) -> None:
    """Reach a button by Tab and press it."""
    button = page.get_by_role("button", name=name, exact=True)
    button.wait_for()
    for _ in range(MOST_TABS):
        if button.evaluate("element => element === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the button {name!r} was not reached by keyboard")
