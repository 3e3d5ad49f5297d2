// A learner's work, taken away and brought back as one file, and a reminder where the server does not last.
// Python packs and unpacks; here are the button, the file field and the banner.

const PATIENCE = 20000; // milliseconds until a question without an answer is taken for a kernel that is gone
const GONE = "The kernel has not answered. Wait until no cell runs, run this cell again, and try once more.";
const PART = 4_000_000; // bytes; the server refuses messages above 10 MB

const make = (tag, traits = {}, ...inside) => {
  const element = Object.assign(document.createElement(tag), traits);
  element.append(...inside);
  return element;
};

let asked = 0;
/** Ask Python; gives the content and the buffers of its answer. */
const ask = (model, content, buffers) => new Promise((resolve, reject) => {
  const number = ++asked;
  const end = () => { clearTimeout(timer); model.off("msg:custom", hear); };
  const timer = setTimeout(() => { end(); reject(new Error(GONE)); }, PATIENCE);
  const hear = (answer, data) => {
    if (answer.ask !== number) return;
    end();
    resolve([answer, data]);
  };
  model.on("msg:custom", hear);
  model.send({ ask: number, ...content }, undefined, buffers);
});

/** Have JupyterLab save what is open, so that the files are what the reader sees. */
const saveOpen = () => window.jupyterapp?.commands.execute("docmanager:save-all").catch(() => {});

/** Hand the work to the browser as a download. */
const save = async (model) => {
  await saveOpen();
  const [answer, [zip]] = await ask(model, { task: "save" });
  if (zip) {
    const href = URL.createObjectURL(new Blob([zip], { type: "application/zip" }));
    make("a", { href, download: answer.name }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  }
  return answer;
};

/** Give a zip to Python, part by part. */
const restore = async (model, file) => {
  await saveOpen();
  const data = await file.arrayBuffer();
  let answer;
  for (let at = 0, part = 0; at === 0 || at < data.byteLength; at += PART, part += 1) {
    const last = at + PART >= data.byteLength;
    [answer] = await ask(model, { task: "restore", part, last }, [data.slice(at, at + PART)]);
  }
  return answer;
};

/** The open notebooks among `files`, which JupyterLab still shows as they were. */
const stale = (files) =>
  [...(window.jupyterapp?.shell.widgets("main") ?? [])]
    .filter(({ context }) => files.some((file) => context?.path === file || context?.path.endsWith(`/${file}`)));

/** Opened anew, not reverted in place: only then does JupyterLab bring their live panels back too. */
const reopen = (notebook) => {
  const { path } = notebook.context;
  notebook.disposed.connect(() => window.jupyterapp.commands.execute("docmanager:open", { path }));
  notebook.close(); // asks, should there be edits that are not saved
};

/** A panel with a control, one status line that persists, and a place for the whole account. */
const panel = (el) => {
  const status = make("p", { className: "aisec-status" });
  status.setAttribute("role", "status");
  const account = make("div");
  const actions = make("div", { className: "aisec-actions" });
  el.append(make("div", { className: "aisec-panel aisec-note" }, actions, status, account));
  const show = ({ status: said = "", html = "" }) => {
    status.textContent = said;
    status.classList.toggle("aisec-heard", Boolean(html)); // the account begins with the same sentence
    account.innerHTML = html;
  };
  /** Do one thing at a time, and show what came of it. */
  let busy = false;
  const run = async (act) => {
    if (busy) return undefined;
    busy = true;
    show({ status: "One moment …" });
    const answer = await act().catch((error) => ({ status: error.message }));
    show(answer);
    busy = false;
    return answer;
  };
  return { actions, run };
};

function renderSave({ model, el }) {
  const { actions, run } = panel(el);
  actions.append(make("button", { type: "button", onclick: () => run(() => save(model)) }, "Save my work"));
}

function renderRestore({ model, el }) {
  const { actions, run } = panel(el);
  const reload = make("button", { type: "button", className: "aisec-quiet", hidden: true }, "Show them in the open notebooks");
  const field = make("input", { type: "file", accept: ".zip,application/zip" });
  field.onchange = async () => {
    const [file] = field.files;
    if (!file) return;
    const answer = await run(() => restore(model, file));
    const open = stale(answer?.files ?? []);
    reload.hidden = !open.length;
    reload.onclick = () => open.forEach(reopen);
    field.value = ""; // the same file may be chosen again
  };
  actions.append(make("label", {}, "Restore from a saved zip:", field), reload);
}

/** A banner ahead of the idle limit. What the reader does anywhere in the page, or a busy kernel, hides it. */
function renderRemind({ model, el }) {
  const minutes = Math.round(model.get("idle") / 60);
  const text = `This Binder server stops after ${minutes} idle minutes. Save your work.`;
  const id = `aisec-${Math.random().toString(36).slice(2)}`;
  const words = make("p", { id }, text);
  const button = make("button", { type: "button" }, "Save my work");
  const close = make("button", { type: "button", className: "aisec-quiet" }, "Close");
  const banner = make("div", { className: "aisec-panel aisec-banner" },
    words, make("div", { className: "aisec-actions" }, button, close));
  banner.setAttribute("role", "alertdialog");
  banner.setAttribute("aria-labelledby", id);
  let last = Date.now();
  const hide = () => { last = Date.now(); banner.remove(); };
  const look = () => {
    if (document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="busy"]')) hide();
    const due = Date.now() - last > 1000 * (model.get("idle") - model.get("before"));
    if (due && !banner.isConnected) { words.textContent = text; document.body.append(banner); }
  };
  // On the way to the banner's buttons the mouse moves and Tab is pressed: that must not take it away.
  const act = (event) => {
    const onTheWay = event.type === "pointermove" || event.key === "Tab" || event.key === "Shift";
    if (!banner.isConnected || !(onTheWay || banner.contains(event.target))) hide();
  };
  button.onclick = async () => {
    words.textContent = "One moment …";
    words.textContent = (await save(model).then(({ name }) => `Saved as ${name}.`, ({ message }) => message));
  };
  close.onclick = hide;
  const signs = ["keydown", "pointerdown", "pointermove", "wheel"];
  signs.forEach((sign) => document.addEventListener(sign, act, { capture: true, passive: true }));
  const timer = setInterval(look, Math.min(5000, 250 * model.get("before")));
  el.append(make("p", { className: "aisec-dim" },
    `Binder: before this server stops for want of activity, a reminder appears here in the page.`));
  return () => {
    clearInterval(timer);
    signs.forEach((sign) => document.removeEventListener(sign, act, { capture: true }));
    banner.remove();
  };
}

function render(context) {
  const tasks = { save: renderSave, restore: renderRestore, remind: renderRemind };
  return tasks[context.model.get("task")](context);
}

export default { render };
