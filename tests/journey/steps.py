"""What people do on the pages, told as steps."""

from __future__ import annotations

from playwright.sync_api import Page

from brukerplan.demo.accounts import PASSWORD

MOST_TABS = 150
ACTIVE = "selector => document.activeElement?.matches(selector) ?? false"
# Where the keyboard is on the registration page, and what is asked there.
FOCUSED = """() => {
  const at = document.activeElement;
  const question = at.closest("[data-question]");
  return {
    id: at.id,
    question: question?.dataset.question ?? null,
    many: question?.hasAttribute("data-many") ?? false,
    number: at.type === "text",
    filled: Boolean(at.value),
    accept: at.hasAttribute("data-accept"),
    submit: at.matches('button[value="submit"]'),
  };
}"""
SERVICES = "finn-tjeneste"


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


def answer_everything(
    page: Page,
    keys: dict[str, str],
    *,
    otherwise: str = "2",
    services: tuple[str, ...] = (),
) -> tuple[list[str], int]:
    """Answer every question of the form by its keys, from where the page has put focus.

    Parameters
    ----------
    keys
        The keys (or the digits to type) of chosen questions; ``otherwise`` answers the rest.
    services
        What is typed to find and answer services: letters of a name, then a number.

    Returns
    -------
    tuple of list of str and int
        The questions in the order they came, and how many keys were pressed. Focus is then
        on the button that submits.
    """
    met: list[str] = []
    pressed = 0

    def press(text: str) -> None:
        nonlocal pressed
        for key in text:
            page.keyboard.type(key)
        pressed += len(text)

    def enter() -> None:
        nonlocal pressed
        page.keyboard.press("Enter")
        pressed += 1

    while True:
        at = page.evaluate(FOCUSED)
        if at["submit"]:
            return met, pressed
        if at["accept"]:
            enter()
        elif at["id"] == SERVICES:
            press("".join(services))
            enter()
        else:
            question = at["question"]
            assert question is not None, at
            assert question not in met, f"the keyboard went back to {question}"
            met.append(question)
            if at["number"]:
                press("" if at["filled"] else keys.get(question, "0"))
                enter()
            else:
                press(keys.get(question, otherwise))
                if at["many"]:
                    enter()


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
