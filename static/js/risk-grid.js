/* <risk-grid address="/risiko/7/" newest="12" longest="2000" short="300"> around the table of a risk assessment: makes
   it a sheet to write in (an ARIA grid). Every change is a step, kept in a queue until the server has taken it, and
   every step has an opposite, for undo. What the server knows is `base`; what stands in the cell is `text`. */
const MOST = 200; // steps in one call
const LISTEN = 15_000; // ms between looks at what others have done
const SHORT_CALL = 20_000; // characters of a call that goes on when the page is left
const MOST_PASTED = 500; // rows
const IDLE = 10 * 60_000; // ms without a key or a press before it stops looking

const uuid = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
const make = (tag, facts = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), facts);
  made.append(...children);
  return made;
};
const tidy = (text) => text.replace(/\r\n?/g, "\n").trim();
const asDay = (iso) => iso.replace(/^(\d{4})-(\d\d)-(\d\d)$/, "$3.$2.$1");
const asIso = (text) => {
  const found = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(text);
  return found ? `${found[3]}-${found[2].padStart(2, "0")}-${found[1].padStart(2, "0")}` : text;
};

/* Text as spreadsheets put it on the clipboard: cells by tabs, rows by lines, quoted where a cell has such inside. */
const toSheet = (rows) => rows.map((cells) => cells.map((text) => (
  /[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)).join("\t")).join("\n");
const fromSheet = (pasted) => {
  const text = pasted.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  let place = 0;
  while (place <= text.length) {
    let cell;
    const quoted = text[place] === '"' && /^"(?:[^"]|"")*"(?=[\t\n]|$)/.exec(text.slice(place));
    if (quoted) {
      cell = quoted[0].slice(1, -1).replaceAll('""', '"');
      place += quoted[0].length;
    } else {
      [cell] = /^[^\t\n]*/.exec(text.slice(place));
      place += cell.length;
    }
    rows.at(-1).push(cell);
    if (text[place] === "\n") rows.push([]);
    place += 1;
  }
  return rows;
};

class RiskGrid extends HTMLElement {
  connectedCallback() {
    this.words = JSON.parse(this.querySelector("#risk-words").textContent);
    this.token = this.querySelector("[data-token] input").value;
    this.newest = Number(this.getAttribute("newest"));
    this.table = this.querySelector("table");
    [this.body] = this.table.tBodies;
    this.scroller = this.querySelector(".risk__scroll");
    this.menu = this.querySelector("#risk-menu");
    this.columns = [...this.table.querySelectorAll("[data-column]")].map((head) => ({
      name: head.dataset.column,
      shape: head.dataset.shape,
      label: head.querySelector(".head__label").textContent,
      help: head.querySelector(".tip").textContent,
    }));
    Object.assign(this, { rows: new Map(), queue: [], sending: null, done: [], undone: [], wait: 1000 });
    this.upgrade();
    this.listen();
    this.active = Date.now();
    setInterval(() => this.look(), LISTEN);
  }

  upgrade() {
    this.table.setAttribute("role", "grid");
    this.table.setAttribute("aria-multiselectable", "true");
    this.scroller.removeAttribute("tabindex");
    this.scroller.removeAttribute("role");
    this.scroller.style.scrollPaddingBlockStart = `${this.table.tHead.offsetHeight + 8}px`;
    this.querySelectorAll("[data-script], [data-do=undo], [data-do=redo]").forEach((one) => { one.hidden = false; });
    this.querySelectorAll(".head__help").forEach((button) => { button.tabIndex = -1; });
    [...this.body.rows].forEach((tr) => this.take(tr));
    this.classList.add("is-ready");
    this.number();
    if (this.body.rows.length) this.stand(this.body.rows[0], 1, { focus: false });
  }

  listen() {
    const on = (name, act) => this.addEventListener(name, act);
    on("keydown", (event) => this.onKey(event));
    on("pointerdown", (event) => this.onPress(event));
    on("pointermove", (event) => event.buttons === 1 && event.pointerType === "mouse" && this.onDrag(event));
    on("dblclick", (event) => this.cellAt(event.target) && !this.editor && this.edit());
    on("click", (event) => this.onClick(event));
    on("focusin", (event) => this.onFocus(event));
    on("focusout", (event) => this.editor && !this.editor.td.contains(event.relatedTarget) && this.commit({ focus: false }));
    for (const name of ["copy", "cut", "paste"]) on(name, (event) => this.onClipboard(event));
    this.menu.addEventListener("toggle", (event) => event.newState === "closed" && this.leaveMenu());
    this.table.querySelectorAll(".head").forEach((head) => this.showsHelp(head));
    window.addEventListener("online", () => this.flush());
    window.addEventListener("beforeunload", (event) => this.unsaved && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden || this.look());
  }

  /* Rows and cells */

  take(tr) {
    const cells = {};
    this.columns.forEach((column, index) => {
      const td = tr.cells[index + 1];
      const text = column.shape === "product" ? "" : td.dataset.day ?? tidy(td.querySelector(".cell__text").textContent);
      cells[column.name] = { td, column, base: text, text, state: "" };
    });
    [...tr.cells].slice(1).forEach((td, place) => {
      td.setAttribute("role", "gridcell");
      td.tabIndex = -1;
      if (!this.writable(place + 1)) td.setAttribute("aria-readonly", "true");
    });
    const link = tr.cells[0].querySelector("a");
    link.setAttribute("role", "button");
    link.setAttribute("aria-haspopup", "menu");
    link.tabIndex = -1;
    this.rows.set(tr.dataset.key, { key: tr.dataset.key, tr, cells });
  }

  writable(index) {
    const column = this.columns[index - 1];
    return Boolean(column) && column.shape !== "product";
  }

  number() {
    [...this.body.rows].forEach((tr, index) => {
      tr.querySelector(".risk__number").textContent = index + 1;
      tr.cells[0].querySelector("a").setAttribute("aria-label", this.say("rowMenu", { number: index + 1 }));
    });
    this.querySelector(".risk__none")?.toggleAttribute("hidden", this.body.rows.length > 0);
  }

  cellOf(td) {
    const row = this.rows.get(td.parentElement.dataset.key);
    return row?.cells[this.columns[td.cellIndex - 1]?.name];
  }

  draw(cell) {
    const { td, text, column, state } = cell;
    td.querySelector(".cell__text").textContent = column.shape === "day" ? asDay(text) : text;
    td.classList.toggle("cell--wrong", state === "wrong");
    td.classList.toggle("cell--conflict", state === "conflict");
    td.toggleAttribute("aria-invalid", false);
    td.querySelector(".cell__error, .cell__conflict")?.remove();
    if (state === "wrong") {
      td.setAttribute("aria-invalid", "true");
      td.append(make("p", { className: "cell__error", textContent: cell.message }));
    }
    if (state === "conflict") td.append(this.choice(cell));
  }

  choice(cell) {
    const theirs = column => (column.shape === "day" ? asDay(cell.theirs) : cell.theirs);
    const text = cell.theirs ? this.say("theirs", { text: theirs(cell.column) }) : this.words.theirsEmpty;
    const button = (words, act) => {
      const made = make("button", { type: "button", className: "ds-button", textContent: words });
      Object.assign(made.dataset, { size: "sm", variant: "secondary" });
      made.addEventListener("click", act);
      return made;
    };
    return make("div", { className: "cell__conflict" }, make("p", { textContent: text }),
      button(this.words.keepMine, () => { cell.base = cell.theirs; this.settleBy(cell, cell.text); }),
      button(this.words.useTheirs, () => { cell.base = cell.theirs; this.settleBy(cell, cell.theirs); }));
  }

  settleBy(cell, text) {
    cell.text = text;
    cell.state = text === cell.base ? "" : "waiting";
    this.draw(cell);
    if (cell.state) this.send({ do: "write", key: cell.td.parentElement.dataset.key, cell: cell.column.name });
    this.tell();
    this.flush();
    cell.td.focus();
  }

  hint(cell, text) {
    cell.td.querySelector(".cell__says")?.remove();
    if (text) cell.td.querySelector(".cell__text").after(make("p", { className: "cell__says", textContent: text }));
  }

  /* Steps: what is done, and its opposite */

  perform(steps, words) {
    if (!steps.length) return;
    steps.forEach((step) => this.apply(step));
    this.done.push(steps);
    this.undone = [];
    this.after(words, steps);
  }

  after(words, steps) {
    if (steps.some((step) => step.do !== "write")) this.number();
    if (words) this.speak(words);
    this.flush();
  }

  apply(step) {
    const row = this.rows.get(step.key);
    if (step.do === "write") return this.write(row.cells[step.cell], step);
    if (step.do === "add") this.insert(step.key, step.after);
    if (step.do === "move") this.place(row.tr, step.after);
    if (step.do === "restore") this.place(row.tr, step.after);
    if (step.do === "remove") row.tr.remove();
    return this.send({ do: step.do, key: step.key, after: step.after });
  }

  write(cell, step) {
    const othersSince = !cell.state && cell.text !== step.from;
    cell.text = step.to;
    cell.state = "waiting";
    if (othersSince && cell.base !== step.to) Object.assign(cell, { state: "conflict", theirs: cell.base });
    this.draw(cell);
    if (cell.state === "waiting") this.send(step);
  }

  opposite(step) {
    const opposites = { add: "remove", remove: "restore", restore: "remove" };
    if (step.do === "write") return { ...step, from: step.to, to: step.from };
    if (step.do === "move") return { ...step, after: step.before, before: step.after };
    return { ...step, do: opposites[step.do] };
  }

  turn(from, to, words) {
    const steps = from.pop();
    if (!steps) return this.speak(this.words.nothingToUndo);
    const back = steps.toReversed().map((step) => this.opposite(step));
    back.forEach((step) => this.apply(step));
    to.push(back);
    const last = back.at(-1);
    const index = this.columns.findIndex((column) => column.name === last.cell) + 1;
    const near = [this.rows.get(last.key).tr, this.rows.get(last.after)?.tr, this.body.rows[0]];
    const tr = near.find((one) => one?.isConnected);
    this.after(words, back);
    if (tr) this.stand(tr, index || 1);
    else this.querySelector(".risk__bar [data-do=add]").focus();
    return undefined;
  }

  insert(key, after) {
    const line = this.querySelector("template[data-line]").content.firstElementChild.cloneNode(true);
    line.dataset.key = key;
    line.id = `rad-${key}`;
    const link = line.cells[0].querySelector("a");
    link.setAttribute("href", link.getAttribute("href").replace("KEY", key));
    this.place(line, after);
    this.take(line);
  }

  place(tr, after) {
    const above = after && this.rows.get(after)?.tr;
    if (above?.isConnected) above.after(tr);
    else if (after) this.body.append(tr);
    else this.body.prepend(tr);
  }

  above(tr) {
    return tr.previousElementSibling?.dataset.key ?? null;
  }

  addRow(tr = this.body.rows[this.body.rows.length - 1]) {
    const key = uuid();
    this.perform([{ do: "add", key, after: tr?.dataset.key ?? null }]);
    const made = this.rows.get(key).tr;
    this.stand(made, 1);
    this.speak(this.say("added", { number: made.rowIndex - 1 }));
  }

  duplicate(tr) {
    const key = uuid();
    const { cells } = this.rows.get(tr.dataset.key);
    const filled = Object.values(cells).filter((cell) => cell.text && cell.column.shape !== "product");
    const writes = filled.map((cell) => ({ do: "write", key, cell: cell.column.name, from: "", to: cell.text }));
    this.perform([{ do: "add", key, after: tr.dataset.key }, ...writes]);
    this.stand(this.rows.get(key).tr, 1);
    this.speak(this.say("added", { number: this.rows.get(key).tr.rowIndex - 1 }));
  }

  shift(tr, way) {
    const target = way < 0 ? tr.previousElementSibling : tr.nextElementSibling;
    if (!target) return;
    const before = this.above(tr);
    const after = way < 0 ? this.above(target) : target.dataset.key;
    this.perform([{ do: "move", key: tr.dataset.key, after, before }]);
    this.stand(tr, this.at.index);
    this.speak(this.say("moved", { number: tr.rowIndex - 1 }));
  }

  remove(tr) {
    const next = tr.nextElementSibling ?? tr.previousElementSibling;
    const { index } = this.at;
    const words = this.say("removed", { number: tr.rowIndex - 1 });
    this.perform([{ do: "remove", key: tr.dataset.key, after: this.above(tr) }], words);
    if (next) this.stand(next, index);
    else this.querySelector(".risk__bar [data-do=add]").focus();
  }

  /* Where one stands */

  get current() {
    return this.at?.tr.isConnected ? this.at.tr.cells[this.at.index] : null;
  }

  stand(tr, index, { focus = true, extend = false } = {}) {
    this.current?.setAttribute("tabindex", "-1");
    this.at?.tr.cells[0].querySelector("a").setAttribute("tabindex", "-1");
    this.at = { tr, index };
    if (!extend || !this.anchor?.tr.isConnected) this.anchor = { tr, index };
    const target = index ? tr.cells[index] : tr.cells[0].querySelector("a");
    target.tabIndex = 0;
    if (focus) target.focus();
    this.paint();
  }

  /* Rows and columns of the selection, [first, last]. */
  get chosen() {
    const rows = [this.anchor.tr.sectionRowIndex, this.at.tr.sectionRowIndex].sort((a, b) => a - b);
    const columns = [Math.max(1, this.anchor.index), Math.max(1, this.at.index)].sort((a, b) => a - b);
    return { rows, columns };
  }

  chosenCells() {
    const { rows, columns } = this.chosen;
    const lines = [...this.body.rows].slice(rows[0], rows[1] + 1);
    return lines.map((tr) => [...tr.cells].slice(columns[0], columns[1] + 1));
  }

  paint() {
    this.painted?.forEach((td) => td.removeAttribute("aria-selected"));
    const cells = this.chosenCells().flat();
    this.painted = cells.length > 1 ? cells : [];
    this.painted.forEach((td) => td.setAttribute("aria-selected", "true"));
  }

  go(down, along, options) {
    const rows = this.body.rows;
    const row = Math.min(rows.length - 1, Math.max(0, this.at.tr.sectionRowIndex + down));
    const index = Math.min(this.at.tr.cells.length - 1, Math.max(0, this.at.index + along));
    this.stand(rows[row], index, options);
  }

  /* To the next cell as in a sheet; false when there is none. */
  step(way) {
    const last = this.at.tr.cells.length - 1;
    const index = this.at.index + way;
    if (index >= 1 && index <= last) this.stand(this.at.tr, index);
    else {
      const tr = way > 0 ? this.at.tr.nextElementSibling : this.at.tr.previousElementSibling;
      if (!tr) return false;
      this.stand(tr, way > 0 ? 1 : last);
    }
    return true;
  }

  cellAt(target) {
    const td = target.closest?.("td, th");
    return td && this.body.contains(td) ? td : null;
  }

  onFocus(event) {
    const td = this.cellAt(event.target);
    if (!td) return;
    const column = this.columns[td.cellIndex - 1];
    this.querySelector(".risk__column").textContent = column ? `${column.label}:` : "";
    this.querySelector(".risk__help").textContent = column?.help ?? "";
    if (column && event.target === td) {
      const shown = td.querySelector(".cell__error, .cell__conflict p, .cell__says");
      if (shown) shown.id ||= `beskjed-${td.parentElement.dataset.key}-${column.name}`;
      td.setAttribute("aria-describedby", [shown?.id, `help-${column.name}`].filter(Boolean).join(" "));
    }
    if (!this.editor) this.count("", column);
  }

  onPress(event) {
    this.active = Date.now();
    const td = this.cellAt(event.target);
    if (!td || event.button || event.target.closest("a, button, input, textarea")) return;
    this.touched = event.pointerType === "touch";
    if (this.touched) return; // it may be the beginning of a scroll: see onClick
    event.preventDefault();
    if (this.editor) this.commit({ focus: false });
    this.stand(td.parentElement, td.cellIndex, { extend: event.shiftKey });
  }

  onDrag(event) {
    const td = this.cellAt(document.elementFromPoint(event.clientX, event.clientY) ?? this);
    if (td && td !== this.current && !this.editor && this.at && td.cellIndex) {
      this.stand(td.parentElement, td.cellIndex, { extend: true });
    }
  }

  onClick(event) {
    const number = event.target.closest(".risk__no a");
    if (number && this.body.contains(number)) {
      event.preventDefault();
      this.stand(number.closest("tr"), 0);
      return this.openMenu(number);
    }
    const asked = event.target.closest("[data-do]");
    if (!asked) return this.onTap(event);
    event.preventDefault();
    const inMenu = this.menu.contains(asked);
    if (inMenu) this.menu.hidePopover();
    return this.command(asked.dataset.do, inMenu ? this.at.tr : undefined);
  }

  onTap(event) {
    const td = this.cellAt(event.target);
    if (!this.touched || !td || this.editor?.td === td || event.target.closest("a, button")) return;
    if (this.editor) this.commit({ focus: false });
    this.stand(td.parentElement, td.cellIndex);
    this.edit();
  }

  command(name, tr) {
    const acts = {
      add: () => this.addRow(tr),
      duplicate: () => this.duplicate(tr),
      up: () => this.shift(tr, -1),
      down: () => this.shift(tr, 1),
      remove: () => this.remove(tr),
      undo: () => this.turn(this.done, this.undone, this.words.undone),
      redo: () => this.turn(this.undone, this.done, this.words.redone),
    };
    return acts[name]();
  }

  /* Keys */

  onKey(event) {
    this.active = Date.now();
    if (this.menu.contains(event.target)) return this.menuKey(event);
    const name = [
      event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", event.shiftKey ? "Shift" : "",
      event.key.length === 1 ? event.key.toLowerCase() : event.key,
    ].filter(Boolean).join("+");
    if (this.editor) return this.editKey(event, name);
    if (name === "Ctrl+z" || name === "Ctrl+y" || name === "Ctrl+Shift+z") {
      event.preventDefault();
      return this.command(name === "Ctrl+z" ? "undo" : "redo");
    }
    const td = this.cellAt(event.target);
    const own = td && (event.target === td || event.target.closest(".risk__no a"));
    if (!own) return event.key === "Escape" && td ? td.focus() : undefined;
    const act = this.keys(name, td);
    if (act) {
      if (act() !== false) event.preventDefault();
    } else if (td.cellIndex && this.writes(event)) this.type(event, td);
    return undefined;
  }

  /* Whether the key writes something: AltGr counts as Ctrl and Alt on some machines, and accents come in two keys. */
  writes(event) {
    const plain = !(event.ctrlKey || event.metaKey || event.altKey) || event.getModifierState("AltGraph");
    return plain && (event.key.length === 1 || event.key === "Dead");
  }

  keys(name, td) {
    const { tr } = this.at;
    const { rows } = this.body;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / (tr.offsetHeight || 40)) - 1);
    const last = tr.cells.length - 1;
    const extend = { extend: true };
    return {
      ArrowUp: () => this.go(-1, 0), ArrowDown: () => this.go(1, 0),
      ArrowLeft: () => this.go(0, -1), ArrowRight: () => this.go(0, 1),
      "Shift+ArrowUp": () => this.go(-1, 0, extend), "Shift+ArrowDown": () => this.go(1, 0, extend),
      "Shift+ArrowLeft": () => this.go(0, -1, extend), "Shift+ArrowRight": () => this.go(0, 1, extend),
      Tab: () => this.step(1), "Shift+Tab": () => this.step(-1),
      Home: () => this.stand(tr, 1), End: () => this.stand(tr, last),
      "Ctrl+Home": () => this.stand(rows[0], 1), "Ctrl+End": () => this.stand(rows[rows.length - 1], last),
      PageUp: () => this.go(-page, 0), PageDown: () => this.go(page, 0),
      Enter: () => this.enter(td), F2: () => this.enter(td),
      Delete: () => this.clear(), Backspace: () => this.clear(),
      Escape: () => this.querySelector(".risk__bar [data-do=add]").focus(),
      "Ctrl+Enter": () => this.addRow(tr), "Ctrl+d": () => this.duplicate(tr),
      "Alt+ArrowUp": () => this.shift(tr, -1), "Alt+ArrowDown": () => this.shift(tr, 1),
      "Ctrl+Shift+Delete": () => this.remove(tr),
    }[name];
  }

  enter(td) {
    const link = td.querySelector(td.cellIndex ? ".cell__conflict button, .cell--follow-up a, a" : "a");
    if (td.cellIndex === 0) return this.openMenu(link);
    if (link) return link.focus();
    return this.edit();
  }

  type(event, td) {
    const cell = this.cellOf(td);
    if (!cell || !this.writable(td.cellIndex)) return;
    if (cell.column.shape !== "yes") {
      this.edit("");
      return;
    }
    event.preventDefault();
    const key = event.key.toLowerCase();
    const yes = this.words.yes[0].toLowerCase();
    if (key === " ") this.toggle(cell);
    else if (key === yes || key === "x" || key === "1") this.change(cell, this.words.yes);
    else if (key === "n" || key === "0") this.change(cell, "");
  }

  toggle(cell) {
    this.change(cell, cell.text ? "" : this.words.yes);
  }

  change(cell, text) {
    const key = cell.td.parentElement.dataset.key;
    if (text !== cell.text) this.perform([{ do: "write", key, cell: cell.column.name, from: cell.text, to: text }]);
  }

  clear() {
    const cells = this.chosenCells().flat().map((td) => this.cellOf(td));
    this.perform(cells.filter((cell) => cell?.text).map((cell) => ({
      do: "write", key: cell.td.parentElement.dataset.key, cell: cell.column.name, from: cell.text, to: "",
    })));
  }

  /* Writing in a cell */

  edit(replacement) {
    const td = this.current;
    const cell = td && this.cellOf(td);
    if (!cell || !this.writable(td.cellIndex)) return;
    if (cell.column.shape === "yes") {
      this.toggle(cell);
      return;
    }
    const { shape } = cell.column;
    const field = make(shape === "text" ? "textarea" : "input", { className: "cell__field" });
    field.value = replacement ?? (shape === "day" ? asDay(cell.text) : cell.text);
    if (shape === "text") field.rows = 1;
    else field.autocomplete = "off";
    if (shape === "score") Object.assign(field, { inputMode: "numeric", placeholder: "1–5" });
    if (shape === "person") field.setAttribute("list", "risk-people");
    if (shape === "day") field.placeholder = "31.12.2026";
    field.setAttribute("aria-label", this.say("editing", { column: cell.column.label, number: td.parentElement.rowIndex - 1 }));
    field.setAttribute("aria-describedby", `help-${cell.column.name}`);
    this.editor = { td, cell, field };
    td.classList.add("is-edited");
    td.append(field);
    if (shape === "day") td.append(...this.picker(field));
    field.addEventListener("input", () => this.count(field.value, cell.column));
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    this.count(field.value, cell.column);
  }

  picker(field) {
    const calendar = make("input", { type: "date", className: "cell__calendar", tabIndex: -1, value: asIso(field.value) });
    calendar.setAttribute("aria-hidden", "true");
    const button = make("button", { type: "button", className: "cell__pick", textContent: "▾" });
    button.setAttribute("aria-label", this.words.chooseDate);
    button.addEventListener("click", () => calendar.showPicker());
    calendar.addEventListener("change", () => { field.value = asDay(calendar.value); field.focus(); });
    return [button, calendar];
  }

  count(text, column) {
    const shown = this.querySelector(".risk__count");
    const { length } = text;
    const [short, longest] = [Number(this.getAttribute("short")), Number(this.getAttribute("longest"))];
    shown.classList.toggle("bad", length > longest);
    shown.textContent = "";
    if (column?.shape !== "text" || length <= short) return;
    shown.textContent = this.say(length > longest ? "tooLong" : "left", { count: length, limit: longest });
  }

  editKey(event, name) {
    if (event.isComposing) return;
    const inField = event.target === this.editor.field;
    const { shape } = this.editor.cell.column;
    if (name === "Escape") {
      event.preventDefault();
      this.cancel();
    } else if ((name === "Alt+Enter" || name === "Shift+Enter") && shape === "text") {
      event.preventDefault();
      this.editor.field.setRangeText("\n", this.editor.field.selectionStart, this.editor.field.selectionEnd, "end");
      this.editor.field.dispatchEvent(new Event("input"));
    } else if (name === "Enter" && inField) {
      event.preventDefault();
      this.commit();
      this.go(1, 0);
    } else if (name === "Ctrl+Enter") {
      event.preventDefault();
      this.commit();
      this.addRow(this.at.tr);
    } else if (name === "Tab" || name === "Shift+Tab") {
      this.commit();
      if (this.step(name === "Tab" ? 1 : -1)) event.preventDefault();
    }
  }

  close(focus) {
    const { td } = this.editor;
    this.editor = null;
    td.classList.remove("is-edited");
    td.querySelectorAll(".cell__field, .cell__pick, .cell__calendar").forEach((one) => one.remove());
    if (focus) td.focus();
  }

  commit({ focus = true } = {}) {
    const { cell, field } = this.editor;
    const typed = tidy(field.value);
    const text = cell.column.shape === "day" ? asIso(typed) : typed;
    this.close(focus);
    if (text === cell.text) return this.catchUp(cell);
    delete cell.later;
    return this.change(cell, text);
  }

  cancel() {
    const { cell } = this.editor;
    this.close(true);
    this.catchUp(cell);
  }

  /* What somebody else wrote while the cell was open, and nothing was written in it here. */
  catchUp(cell) {
    if (cell.later === undefined) return;
    cell.base = cell.later;
    cell.text = cell.later;
    delete cell.later;
    this.draw(cell);
  }

  /* The clipboard */

  onClipboard(event) {
    if (this.editor || event.target.closest("input, textarea")) return;
    if (event.type === "paste") {
      event.preventDefault();
      this.paste(fromSheet(event.clipboardData.getData("text/plain")));
    } else if (this.current && getSelection().isCollapsed) {
      event.preventDefault();
      const cells = this.chosenCells();
      event.clipboardData.setData("text/plain", toSheet(cells.map((line) => line.map((td) => this.written(td)))));
      this.speak(this.say("copied", { count: cells.flat().length }));
      if (event.type === "cut") this.clear();
    }
  }

  written(td) {
    const cell = this.cellOf(td);
    if (!cell) return "";
    if (cell.column.shape === "product") return td.querySelector(".score .num")?.textContent ?? "";
    return cell.column.shape === "day" ? asDay(cell.text) : cell.text;
  }

  paste(whole) {
    const block = whole.slice(0, MOST_PASTED);
    if (block.length < whole.length) this.note(this.say("partly", { count: MOST_PASTED }));
    const lone = block.length === 1 && block[0].length === 1;
    const { rows, columns } = this.current ? this.chosen : { rows: [0, 0], columns: [1, 1] };
    const height = lone ? rows[1] - rows[0] + 1 : block.length;
    const width = lone ? columns[1] - columns[0] + 1 : null;
    const steps = [];
    let above = this.body.rows[this.body.rows.length - 1]?.dataset.key ?? null;
    for (let down = 0; down < height; down += 1) {
      const tr = this.body.rows[rows[0] + down];
      const key = tr?.dataset.key ?? uuid();
      if (!tr) {
        steps.push({ do: "add", key, after: above });
        above = key;
      }
      const texts = lone ? Array(width).fill(block[0][0]) : block[down];
      texts.forEach((text, along) => this.pasted(steps, key, columns[0] + along, tidy(text)));
    }
    const written = steps.filter((step) => step.do === "write").length;
    this.perform(steps, this.say("pasted", { count: written }));
    const first = this.body.rows[rows[0]];
    if (first) this.stand(first, columns[0]);
  }

  pasted(steps, key, index, text) {
    if (!this.writable(index)) return;
    const column = this.columns[index - 1];
    const to = column.shape === "day" ? asIso(text) : text;
    const from = this.rows.get(key)?.cells[column.name].text ?? "";
    if (to !== from) steps.push({ do: "write", key, cell: column.name, from, to });
  }

  /* To the server */

  send(step) {
    const same = (one) => one.do === "write" && step.do === "write" && one.key === step.key && one.cell === step.cell;
    if (!this.queue.some(same)) this.queue.push({ do: step.do, key: step.key, cell: step.cell, after: step.after });
  }

  get unsaved() {
    const { field, cell } = this.editor ?? {};
    const open = field && tidy(field.value) !== (cell.column.shape === "day" ? asDay(cell.text) : cell.text);
    return this.queue.length > 0 || this.sending || open || this.toMend > 0;
  }

  get toMend() {
    return this.body.querySelectorAll(".cell--wrong, .cell--conflict").length;
  }

  asSent(step) {
    if (step.do !== "write") return step;
    const cell = this.rows.get(step.key).cells[step.cell];
    cell.sent = cell.text;
    return { ...step, was: cell.base, value: cell.text };
  }

  async flush() {
    clearTimeout(this.again);
    if (this.sending || !this.queue.length || this.locked) return;
    this.sending = this.queue.splice(0, MOST);
    this.status(this.words.saving);
    const body = JSON.stringify({ steps: this.sending.map((step) => this.asSent(step)) });
    let answer;
    try {
      answer = await this.ask("celler/", { method: "POST", body });
    } catch {
      answer = null;
    }
    const sent = this.sending;
    this.sending = null;
    await this.heard(answer, sent);
  }

  async ask(address, { method = "GET", body } = {}) {
    const headers = body ? { "Content-Type": "application/json", "X-CSRFToken": this.token } : {};
    return fetch(this.getAttribute("address") + address, { method, body, headers, keepalive: body?.length < SHORT_CALL });
  }

  async heard(answer, sent) {
    const json = answer?.headers.get("Content-Type")?.startsWith("application/json");
    if (answer?.ok && json) {
      this.wait = 1000;
      this.settle(sent, await answer.json());
      document.dispatchEvent(new Event("saved"));
      this.tell();
      this.flush();
    } else if (!answer || answer.status >= 500 || answer.status === 429) this.retry(sent, this.words.waiting);
    else if (answer.ok) this.retry(sent, this.words.loggedOut, LISTEN);
    else if (answer.status === 403 && !json) await this.newToken(sent);
    else this.refused(answer.status, json ? (await answer.json()).message : this.words.noAccess, sent);
  }

  retry(sent, words, wait = this.wait) {
    const later = this.queue;
    this.queue = sent;
    later.forEach((step) => this.send(step));
    this.status(words, true);
    this.wait = Math.min(this.wait * 2, LISTEN);
    this.again = setTimeout(() => this.flush(), wait);
  }

  /* After a new login in another tab the token of this page is old. */
  async newToken(sent) {
    const answer = await this.ask(`celler/?siden=${this.newest}`).catch(() => null);
    const json = answer?.ok && answer.headers.get("Content-Type")?.startsWith("application/json");
    const token = json ? (await answer.json()).token : null;
    if (json && this.renewed) this.refused(403, this.words.noAccess, sent);
    else this.retry(sent, this.words.loggedOut, json ? 0 : LISTEN);
    this.renewed = Boolean(json);
    if (token) this.token = token;
  }

  refused(status, message, sent) {
    this.locked = status === 409;
    const words = this.locked ? this.words.locked : this.say("refused", { text: message });
    sent.filter((step) => step.do === "write").forEach((step) => this.mark(step, "wrong", words));
    this.note(words);
    this.status(words, true);
  }

  mark(step, state, message) {
    const cell = this.rows.get(step.key)?.cells[step.cell];
    if (!cell || this.isQueued(step)) return;
    Object.assign(cell, { state, message, theirs: message });
    this.draw(cell);
  }

  isQueued(step) {
    return this.queue.some((one) => one.do === "write" && one.key === step.key && one.cell === step.cell);
  }

  settle(sent, { rows, errors, conflicts, gone }) {
    this.renewed = false;
    const now = new Map(rows.map((row) => [row.key, row]));
    sent.filter((step) => step.do === "write" && !gone.includes(step.key)).forEach((step) => {
      const cell = this.rows.get(step.key).cells[step.cell];
      const wrong = errors[step.key]?.[step.cell];
      const theirs = conflicts[step.key]?.[step.cell];
      if (wrong !== undefined) return this.mark(step, "wrong", wrong);
      if (theirs !== undefined) return this.disagree(step, theirs);
      cell.base = now.get(step.key).texts[step.cell];
      if (cell.text === cell.sent && !this.isQueued(step)) Object.assign(cell, { text: cell.base, state: "" });
      return this.draw(cell);
    });
    rows.forEach((row) => this.receive(row));
    gone.forEach((key) => this.lost(key));
  }

  disagree(step, theirs) {
    this.mark(step, "conflict", theirs);
    const { td, column } = this.rows.get(step.key).cells[step.cell];
    const text = theirs ? this.say("theirs", { text: theirs }) : this.words.theirsEmpty;
    this.speak(`${td.parentElement.rowIndex - 1}, ${column.label}: ${text}`);
  }

  /* A row as the server knows it: what is being written here is left alone. Says whether something changed. */
  receive({ key, texts, products, says, removed }) {
    const row = this.rows.get(key);
    if (!row || removed) return false;
    let changed = false;
    Object.values(row.cells).forEach((cell) => {
      const { name, shape } = cell.column;
      if (shape === "product") this.drawProduct(cell, products[name]);
      else if (this.editor?.cell === cell && !cell.state) { if (texts[name] !== cell.base) cell.later = texts[name]; }
      else if (!cell.state && cell.text !== texts[name]) {
        Object.assign(cell, { base: texts[name], text: texts[name] });
        this.draw(cell);
        changed = true;
      }
      this.hint(cell, cell.state ? "" : says[name]);
    });
    return changed;
  }

  drawProduct(cell, html) {
    const shown = cell.td.querySelector(".cell__text");
    if (cell.base !== html) shown.innerHTML = html;
    cell.base = html;
  }

  /* Somebody else removed a row that something was written in here: nothing written is thrown away. */
  lost(key) {
    const row = this.rows.get(key);
    if (!row?.tr.isConnected || row.tr.classList.contains("is-gone")) return;
    row.tr.classList.add("is-gone");
    const button = make("button", { type: "button", className: "linklike", textContent: this.words.putBack });
    const note = make("div", { className: "note" }, `${row.tr.rowIndex - 1}: ${this.words.goneRow} `, button);
    button.addEventListener("click", () => {
      note.remove();
      row.tr.classList.remove("is-gone");
      this.send({ do: "restore", key });
      Object.values(row.cells).filter((cell) => cell.state).forEach((cell) => {
        this.send({ do: "write", key, cell: cell.column.name });
      });
      this.flush();
      this.stand(row.tr, 1);
    });
    this.querySelector(".risk__notes").append(note);
  }

  /* What others do */

  async look() {
    const quiet = document.hidden || Date.now() - this.active > IDLE || this.locked;
    if (quiet || this.sending || this.queue.length) return;
    const answer = await this.ask(`celler/?siden=${this.newest}`).catch(() => null);
    if (!answer?.ok || answer.redirected || this.sending || this.queue.length) return;
    const { newest, rows, order, draft, token } = await answer.json();
    if (this.sending || this.queue.length) return;
    this.token = token;
    this.newest = newest;
    if (!draft) {
      this.locked = true;
      this.note(this.words.locked);
    }
    if (order) this.join(rows, order);
  }

  join(rows, order) {
    const focused = document.activeElement;
    let changed = false;
    rows.forEach((row) => {
      const there = this.rows.get(row.key);
      if (row.removed && there?.tr.isConnected) changed = this.drop(there) || changed;
      if (!row.removed && !there) this.insert(row.key, order.at(-1));
      if (!row.removed && !this.rows.get(row.key).tr.isConnected) this.body.append(this.rows.get(row.key).tr);
      changed = this.receive(row) || !there || changed;
    });
    order.map((key) => this.rows.get(key)?.tr).filter(Boolean).forEach((tr, index) => {
      const there = this.body.rows[index];
      if (there !== tr) this.body.insertBefore(tr, there ?? null);
    });
    this.number();
    if (this.contains(focused) && document.activeElement !== focused) focused.focus();
    if (changed) this.speak(this.words.changedByOther);
  }

  drop(row) {
    const busy = this.editor?.td.parentElement === row.tr || Object.values(row.cells).some((cell) => cell.state);
    if (busy) this.lost(row.key);
    else {
      this.speak(this.say("removedByOther", { number: row.tr.rowIndex - 1 }));
      if (this.at?.tr === row.tr) {
        const next = row.tr.nextElementSibling ?? row.tr.previousElementSibling;
        if (next) this.stand(next, this.at.index, { focus: row.tr.contains(document.activeElement) });
      }
      row.tr.remove();
    }
    return true;
  }

  /* The menu of a row, and help at the headings */

  openMenu(link) {
    const box = link.getBoundingClientRect();
    this.menu.querySelectorAll("[data-to]").forEach((item) => {
      item.href = `${this.getAttribute("address")}rad/${this.at.tr.dataset.key}/${item.dataset.to}`;
    });
    this.menu.showPopover();
    const top = Math.max(8, Math.min(box.bottom, innerHeight - this.menu.offsetHeight - 8));
    this.menu.style.inset = `${top}px auto auto ${box.left}px`;
    this.menu.querySelector("[role=menuitem]").focus();
  }

  leaveMenu() {
    if (this.menu.contains(document.activeElement) || document.activeElement === document.body) this.stand(this.at.tr, this.at.index);
  }

  menuKey(event) {
    const items = [...this.menu.querySelectorAll("[role=menuitem]")];
    const place = items.indexOf(document.activeElement);
    const to = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      items.at(to % items.length).focus();
    } else if (event.key === "Tab") this.menu.hidePopover();
  }

  showsHelp(head) {
    const tip = head.querySelector(".tip");
    const button = head.querySelector(".head__help");
    const show = () => {
      if (this.editor) return;
      const box = head.getBoundingClientRect();
      tip.style.inset = `${box.bottom + 2}px auto auto ${Math.min(box.left, innerWidth - 320)}px`;
      tip.showPopover();
    };
    const label = head.querySelector(".head__label");
    [label, button].forEach((one) => one.addEventListener("pointerenter", show));
    head.addEventListener("pointerleave", () => tip.matches(":popover-open") && tip.hidePopover());
    button.addEventListener("click", (event) => { event.preventDefault(); show(); });
  }

  /* Words */

  say(name, facts) {
    return this.words[name].replace(/%\((\w+)\)s/g, (_all, fact) => facts[fact]);
  }

  speak(words) {
    this.querySelector("[data-voice]").textContent = words;
  }

  status(words, bad = false) {
    const shown = this.querySelector(".risk__status");
    shown.textContent = words;
    shown.classList.toggle("bad", bad);
  }

  tell() {
    const count = this.toMend;
    const time = new Date().toLocaleTimeString("nb-NO", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
    if (this.queue.length || this.sending) return this.status(this.words.saving);
    if (count) return this.status(count === 1 ? this.words.toMendOne : this.say("toMend", { count }), true);
    return this.status(this.say("saved", { time }));
  }

  note(words) {
    this.querySelector(".risk__notes").replaceChildren(make("div", { className: "note", textContent: words }));
  }
}
customElements.define("risk-grid", RiskGrid);
