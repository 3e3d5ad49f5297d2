// Native controls, the drawing they move, and a sentence that says the drawing in words. The sentence's
// element is made once and only its text changes: a screen reader would not hear one that was made anew.

const make = (tag, traits = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), traits);
  element.append(...inside);
  return element;
};

// A slider whose value is said as `say(value)`, on the page and to a screen reader.
const range = (label, limits, say, set) => {
  const input = make("input", { type: "range", ...limits, oninput: () => set(input.valueAsNumber) });
  const output = make("output");
  output.setAttribute("aria-hidden", "true"); // the range says it, as its text
  const show = (value) => {
    input.value = value;
    output.textContent = say(value);
    input.setAttribute("aria-valuetext", output.textContent);
  };
  return [make("div", {}, make("label", {}, label, input), output), show];
};

// Each gives an element for the page, and a function that shows a value; `set` takes what the reader chose.
const CONTROLS = {
  slider({ label, min, max, step, unit }, set) {
    const places = (String(step).split(".")[1] ?? "").length;
    return range(label, { min, max, step }, (value) => value.toFixed(places) + unit, set);
  },
  steps({ label, options }, set) {
    return range(label, { min: 0, max: options.length - 1, step: 1 }, (value) => options[value], set);
  },
  choice({ label, options }, set) {
    const texts = options.map((text) => make("option", {}, text));
    const select = make("select", { oninput: () => set(select.selectedIndex) }, ...texts);
    return [make("label", {}, label, select), (value) => { select.selectedIndex = value; }];
  },
  switch({ label }, set) {
    const box = make("input", { type: "checkbox", oninput: () => set(box.checked) });
    return [make("label", {}, box, label), (value) => { box.checked = value; }];
  },
  text({ label }, set) {
    const input = make("input", { type: "text", spellcheck: false, oninput: () => set(input.value) });
    return [make("label", {}, label, input), (value) => { if (input.value !== value) input.value = value; }];
  },
};

function render({ model, el }) {
  const row = make("div", { className: "aisec-controls" });
  const drawing = make("div");
  const sentence = make("p");
  sentence.setAttribute("role", "status");
  const shows = Object.entries(model.get("controls")).map(([name, { kind, ...control }]) => {
    const [element, show] = CONTROLS[kind](control, (value) => {
      model.set("values", { ...model.get("values"), [name]: value });
      model.save_changes();
    });
    row.append(element);
    return () => show(model.get("values")[name]);
  });
  // The notebook has commands on plain keys, arrows among them; in a control they are the control's.
  row.onkeydown = (event) => {
    if (!(event.ctrlKey || event.metaKey || event.altKey)) event.stopPropagation();
  };
  const watched = {
    values: () => shows.forEach((show) => show()),
    drawing: () => { drawing.innerHTML = model.get("drawing"); },
    sentence: () => { sentence.textContent = model.get("sentence"); },
  };
  for (const [name, draw] of Object.entries(watched)) {
    draw();
    model.on(`change:${name}`, draw);
  }
  el.classList.add("aisec-explore");
  el.append(row, drawing, sentence);
  return () => Object.entries(watched).forEach(([name, draw]) => model.off(`change:${name}`, draw));
}

export default { render };
