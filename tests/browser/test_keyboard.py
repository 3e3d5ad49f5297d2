"""The pre-test, taken by the keyboard alone, with an interruption in the middle."""

from __future__ import annotations

from playwright.sync_api import expect

ITEMS = 24
TABS = 40  # more than there are controls on the way
FOCUSED = """() => {
  const at = document.activeElement;
  const group = [...(at.form?.elements[at.name] ?? [])];
  return {
    inside: at.closest(".aisec-question") !== null,
    open: at.type === "radio" && !group.some((radio) => radio.checked),
    code: at.tagName === "TEXTAREA",
    commit: at.type === "submit" && at.getAttribute("aria-disabled") === "false",
  };
}"""


def test_the_pretest_is_taken_by_keyboard_alone_and_survives_a_reload(lab, visit):
    page = visit()
    page.open(lab.address_of(lab.desk("pretest") / "start" / "welcome" / "welcome.ipynb"))
    panel = page.run("pretest()").locator(".aisec-question")
    expect(panel).to_contain_text("24 items")
    _into(page.page)
    _tab_to(page.page, "commit")
    page.page.keyboard.press("Enter")
    for number in range(1, 4):
        _answer(page, panel, number)

    page.save()
    page.page.reload()
    page.in_front("pretest/start/welcome/welcome.ipynb")
    panel = page.run("pretest()").locator(".aisec-question")
    expect(panel).to_contain_text(f"3 of {ITEMS} items answered")
    _into(page.page)
    _tab_to(page.page, "commit")
    page.page.keyboard.press("Enter")
    for number in range(4, ITEMS + 1):
        _answer(page, panel, number)
    expect(panel).to_contain_text("Pre-test: done")
    page.shot("done", panel)
    page.run("import numpy")
    expect(page.run("progress()").locator(".aisec-panel")).to_contain_text(f"{ITEMS} of {ITEMS} answered")


def _answer(page, panel, number):
    """Choose the first option and “sure”, or write a line of code, and commit: by Tab, Space and Enter."""
    expect(panel).to_contain_text(f"Item {number} of {ITEMS}")
    if number in (1, ITEMS):
        page.shot(f"item-{number}", panel)
    text = panel.inner_text()
    assert not any(mark in text for mark in "✓✗"), "an item says what is right"
    keyboard = page.page.keyboard
    for _ in range(TABS):
        at = page.page.evaluate(FOCUSED)
        if at["open"]:
            keyboard.press("Space")
        elif at["code"]:
            keyboard.press("Control+End")
            keyboard.type("    pass")
        elif at["commit"]:
            keyboard.press("Enter")
            return
        keyboard.press("Tab")
    raise AssertionError(f"item {number}: no way to commit by keyboard")


def _into(page):
    """From the cell that was run into its panel."""
    for _ in range(TABS):
        if page.evaluate(FOCUSED)["inside"]:
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead into the panel")


def _tab_to(page, what):
    for _ in range(TABS):
        if page.evaluate(FOCUSED)[what]:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to: {what}")
