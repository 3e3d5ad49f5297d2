"""What a learner's process claims to have shown is bounded before anything is made of it."""

import pytest

from autograder.grading import outputs
from autograder.grading.outputs import clean_outputs


def html(text):
    (output,) = clean_outputs(
        [{"output_type": "display_data", "data": {"text/html": text, "text/plain": "t"}}], 1
    )
    return output["data"].get("text/html")


def many(count, blocks=1500):
    return "<p>" + "".join(f"<i class={n}>" for n in range(count)) + "x" + "</p><p>x" * blocks


@pytest.mark.parametrize(
    "markup",
    [
        many(400),
        many(outputs.MAX_OPEN + 1),
        many(outputs.MAX_OPEN),
        many(400).replace("class", "title"),
        "<p>" + "".join(f"<i id={n}></b>" for n in range(300)) + "x" + "</p><p>x" * 900,
        "".join(f"<i id={n}><table><td></i></td></table>" for n in range(300)) + "x" + "</p><p>x" * 900,
    ],
)
def test_markup_that_would_multiply_is_left_out(markup):
    assert html(markup) is None


@pytest.mark.parametrize(
    "markup",
    [
        "<p><b>a</b> <i>b</i></p>" * 400,
        "<table>" + "<tr><td><code>1</code><td><b>2</b></tr>" * 900 + "</table>",
        "<b><i><u><s>x</s></u></i></b>",
    ],
)
def test_honest_markup_is_kept(markup):
    assert html(markup).count("<b>") == markup.count("<b>")


def test_every_repeated_field_of_a_message_is_bounded():
    error = {"output_type": "error", "ename": "E", "evalue": "v", "traceback": [""] * 1_000_000}
    (cleaned,) = clean_outputs([error], 1)
    assert len(cleaned["traceback"]) == outputs.MAX_LINES
    stream = {"output_type": "stream", "name": "stdout", "text": ""}
    assert len(clean_outputs([stream] * 1_000_000, 1)) == outputs.MAX_OUTPUTS
    kinds = {"output_type": "display_data", "data": {f"text/plain{n}": "x" for n in range(100_000)}}
    assert len(clean_outputs([kinds], 1)) == 1
