// One question in native controls, with one button and one live region. It holds no answer of its own:
// a commit goes to Python, which says what is shown next by setting the traits and counting `turn` up.

const PATIENCE = 10000; // milliseconds until a commit without an answer is taken for a kernel that is gone
const GONE = "The kernel has not answered. Run this cell again, then answer.";

const make = (tag, traits = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), traits);
  element.append(...inside);
  return element;
};

/** What stands between backticks becomes code; an odd backtick is just a backtick. */
const prose = (text) => {
  const pieces = text.split("`");
  if (pieces.length % 2 === 0) return [text];
  return pieces.map((piece, i) => (i % 2 ? make("code", {}, piece) : piece));
};

const radios = (name, texts) =>
  texts.map((text, i) =>
    make("label", {}, make("input", { type: "radio", name, value: i }), make("span", {}, ...prose(text))));

function render({ model, el }) {
  const id = `aisec-${Math.random().toString(36).slice(2)}`; // several views may be on a page
  const body = make("div");
  const status = make("p", { className: "aisec-status", id: `${id}-status` });
  status.setAttribute("role", "status");
  const form = make("form", { className: "aisec-panel aisec-note aisec-question" }, body, status);
  let waiting = null; // the timer of a commit that Python has not answered yet

  const say = (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
  const picked = (name) => {
    const box = form.querySelector(`input[name="${id}-${name}"]:checked`);
    return box ? Number(box.value) : null;
  };
  const answer = () => ({
    choice: picked("choice"),
    sure: model.get("confidence") ? picked("sure") === 0 : null,
    text: form.querySelector("textarea")?.value ?? "",
  });

  const missing = () => {
    const wanted = [];
    if (model.get("options").length && picked("choice") === null) wanted.push("choose an answer");
    if (model.get("code") && !answer().text.trim()) wanted.push("write your code");
    if (model.get("confidence") && picked("sure") === null) wanted.push("say how sure you are");
    const text = wanted.join(" and ");
    return text && `To go on, ${text}.`;
  };

  const send = (content) => {
    if (waiting) return;
    waiting = setTimeout(() => { waiting = null; say(GONE); }, PATIENCE);
    say("One moment …");
    model.send({ turn: model.get("turn"), ...content });
  };

  const controls = () => {
    const legend = make("legend", { tabIndex: -1 }, ...prose(model.get("question")));
    const ask = make("fieldset", {}, legend);
    if (model.get("shown")) ask.append(make("pre", {}, make("code", {}, model.get("shown"))));
    ask.append(...radios(`${id}-choice`, model.get("options")));
    if (model.get("code")) {
      const value = model.get("draft");
      const rows = Math.max(6, value.split("\n").length + 2);
      const area = make("textarea", { rows, spellcheck: false, autocapitalize: "off", value });
      ask.append(make("label", { className: "aisec-code" }, make("span", {}, ...prose(model.get("code"))), area));
    }
    const commit = make("button", { type: "submit" }, model.get("button"));
    commit.setAttribute("aria-describedby", status.id);
    const parts = [ask, make("div", { className: "aisec-actions" }, commit)];
    if (model.get("progress")) parts.unshift(make("p", { className: "aisec-dim" }, model.get("progress")));
    if (model.get("confidence")) {
      const sure = radios(`${id}-sure`, ["I am sure", "I am not sure"]);
      parts.splice(-1, 0, make("fieldset", {}, make("legend", {}, "How sure are you?"), ...sure));
    }
    if (model.get("note")) parts.splice(-1, 0, make("p", {}, ...prose(model.get("note"))));
    for (const label of model.get("others")) {
      const other = make("button", { type: "button", className: "aisec-quiet" }, label);
      other.onclick = () => send({ other: label });
      parts.at(-1).append(other);
    }
    return parts;
  };

  // aria-disabled, not disabled: the button stays in reach of the Tab key, and says why it waits
  const look = () => {
    form.querySelector("[type=submit]").setAttribute("aria-disabled", String(Boolean(missing())));
    status.classList.remove("aisec-heard");
    say(missing());
  };
  const draw = () => {
    clearTimeout(waiting);
    const mine = waiting !== null; // this view committed: the reader is here
    waiting = null;
    if (model.get("answered")) {
      body.innerHTML = model.get("answered");
      body.tabIndex = -1;
      say(model.get("status"));
    } else {
      body.removeAttribute("tabindex");
      body.replaceChildren(...controls());
      look();
      if (mine) say(`${model.get("status")} ${missing()}`.trim());
    }
    status.classList.toggle("aisec-heard", Boolean(model.get("answered") || model.get("note"))); // is on the page
    if (mine) (body.querySelector("legend") ?? body).focus();
  };

  form.oninput = look;
  form.onsubmit = (event) => {
    event.preventDefault();
    if (!missing()) send({ commit: answer() });
  };
  // The notebook has commands on plain keys, and runs the cell on Enter with any other key.
  form.onkeydown = (event) => {
    if (event.key === "Enter" || !(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
  };
  model.on("change:turn", draw);
  draw();
  el.append(form);
  return () => { clearTimeout(waiting); model.off("change:turn", draw); };
}

export default { render };
