// What the tests ask of JupyterLab's page. A cell is named by a text that its source holds; the first counts.
window.lab = {
  get panel() {
    return window.jupyterapp?.shell.currentWidget;
  },

  /** Whether the notebook at `path` is in front, and its kernel answers. */
  ready(path) {
    const { context, sessionContext } = lab.panel ?? {};
    const kernel = sessionContext?.session?.kernel;
    if (context?.path !== path || !context.isReady || !sessionContext.isReady) return false;
    if (kernel?.connectionStatus !== "connected") return false;
    kernel.info.then(() => lab.answered.add(kernel));
    return lab.answered.has(kernel);
  },
  answered: new WeakSet(),

  find(text) {
    const cells = (lab.panel?.content?.widgets ?? []).filter(({ model }) => model.type === "code");
    return cells.find(({ model }) => model.sharedModel.getSource().includes(text));
  },

  cell(text) {
    const found = lab.find(text);
    if (!found) throw new Error(`no code cell holds: ${text}`);
    return found;
  },

  source(text) {
    return lab.find(text)?.model.sharedModel.getSource();
  },

  /** Mark the cell's element, so that the tests can look at it; gives the mark. */
  mark(text) {
    const { model, node } = lab.cell(text);
    return (node.dataset.tested = model.id);
  },

  command(name, args = {}) {
    window.jupyterapp.commands.execute(name, args).catch(() => {}); // an error of a cell is shown by the cell
  },

  /** Fire and forget: what came of it is seen in `ran`. */
  run(text) {
    const { content } = lab.panel;
    content.activeCellIndex = content.widgets.indexOf(lab.cell(text));
    content.deselectAll();
    lab.cell(text).model.clearExecution();
    lab.command("notebook:run-cell");
  },

  started(text) {
    const { model } = lab.cell(text);
    return model.executionState === "running" || model.executionCount !== null;
  },

  ran(text) {
    const { model } = lab.cell(text);
    return model.executionState === "idle" && model.executionCount !== null;
  },

  /** Whether every code cell has run. */
  allRan() {
    const cells = lab.panel.content.widgets.filter(({ model }) => model.type === "code");
    return cells.every(({ model }) => model.executionState === "idle" && model.executionCount !== null);
  },

  /**
   * Whether the file holds what the page shows. JupyterLab marks a notebook as saved when a save ends, also when an
   * edit came after it began; then nothing but a save by hand writes the edit.
   */
  async onDisk() {
    const { context } = lab.panel;
    if (context.model.dirty) return false;
    const file = await window.jupyterapp.serviceManager.contents.get(context.path);
    const text = (source) => [source].flat().join("");
    const written = file.content.cells.map(({ source }) => text(source));
    const shown = lab.panel.content.widgets.map(({ model }) => model.sharedModel.getSource());
    if (JSON.stringify(written) === JSON.stringify(shown)) return true;
    lab.command("docmanager:save");
    return false;
  },

  /** What of ours is wider than its place with no way to scroll there, as a list of texts. */
  cutOff(selector) {
    const tops = [...document.querySelectorAll(selector)].filter((top) => top.checkVisibility());
    const wide = tops
      .flatMap((top) => [top, ...top.querySelectorAll("*")])
      .filter((element) => element instanceof HTMLElement && element.checkVisibility() && !element.closest(".aisec-heard"))
      .filter((element) => element.clientWidth && element.scrollWidth > element.clientWidth + 1)
      .filter((element) => !["auto", "scroll"].includes(getComputedStyle(element).overflowX));
    const right = (element) => element.getBoundingClientRect().right;
    const beyond = tops.filter((top) => right(top) > right(top.closest(".jp-WindowedPanel-outer") ?? document.body) + 1);
    return [...wide, ...beyond].map((element) => `${element.outerHTML.slice(0, 160)} … ${element.scrollWidth} px`);
  },

  /** Take the milliseconds from each input in `box` to the frame that shows its drawing changed. */
  watch(box) {
    lab.took = [];
    let since = null;
    box.addEventListener("input", () => { since = performance.now(); }, true);
    new MutationObserver((changes) => {
      if (since === null || !changes.some(({ target }) => target.querySelector("svg"))) return;
      const from = since;
      since = null;
      requestAnimationFrame(() => lab.took.push(performance.now() - from));
    }).observe(box, { subtree: true, childList: true });
  },
};
