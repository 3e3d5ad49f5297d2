"""The watch over every visit sees what it is for."""

from __future__ import annotations

from lab import Watch


def test_a_request_that_leaves_the_machine_is_seen_and_stopped(browser, lab):
    context = browser.new_context()
    watch, page = Watch(context), context.new_page()
    page.goto(lab.address)
    reached = page.evaluate(
        """async () => {
          new WebSocket("wss://example.org/");
          document.body.append(Object.assign(new Image(), { src: "https://example.org/image.png" }));
          return fetch("http://203.0.113.1:8/data").then(() => true, () => false);
        }"""
    )
    context.close()
    assert not reached
    assert sorted(watch.outside) == [
        "http://203.0.113.1:8/data", "https://example.org/image.png", "wss://example.org/",
    ]  # fmt: skip


def test_an_error_of_a_page_is_seen(browser):
    context = browser.new_context()
    watch, page = Watch(context), context.new_page()
    page.evaluate("() => { console.error('said'); setTimeout(() => { throw new Error('thrown') }) }")
    page.wait_for_function("() => new Promise((done) => setTimeout(() => done(true)))")
    context.close()
    assert len(watch.errors) == 2
    assert "said" in watch.errors[0] and "thrown" in watch.errors[1]


def test_a_rejected_promise_is_seen(browser):
    context = browser.new_context()
    watch, page = Watch(context), context.new_page()
    with page.expect_event("pageerror"):
        page.evaluate("() => { Promise.reject(new Error('rejected')) }")
    context.close()
    assert "rejected" in watch.errors[0]
