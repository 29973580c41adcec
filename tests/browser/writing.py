"""What people do on the query page."""

from __future__ import annotations

from playwright.sync_api import Page


def write(page: Page, text: str) -> None:
    """Put a text in the place of what stands in the editor."""
    page.click(".cm-content")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)


def run(page: Page, text: str) -> None:
    """Run a text and wait for its answer."""
    page.evaluate("document.getElementById('answer')?.removeAttribute('id')")
    write(page, text)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#answer")
    page.wait_for_selector("#result[aria-busy=false] .view > *")
