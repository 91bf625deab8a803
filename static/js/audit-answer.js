/* <audit-answer key="…"> around the form of one answer: saves what is written when it is left, and says whether it is
   saved. What can't be saved is kept on this device until it can; clear-drafts.js takes it away with the person. What
   somebody else has written meanwhile is shown beside, and is never overwritten unless the person says so. */
const PREFIX = `draft:${document.body.dataset.user ?? ""}:`;
const PAUSE = 2_000; // ms without a key before it is saved
const AGAIN = 15_000; // ms between tries without a network

class AuditAnswer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.status = this.querySelector(".answer__status");
    this.key = PREFIX + this.getAttribute("key");
    this.base = this.written();
    this.restore();
    this.addEventListener("input", () => this.changed(PAUSE));
    this.addEventListener("change", () => this.changed(0));
    this.addEventListener("focusout", (event) => this.contains(event.relatedTarget) || this.save());
    this.form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("online", () => this.save());
    window.addEventListener("beforeunload", (event) => this.isChanged && !this.isKept && event.preventDefault());
  }

  written() {
    const { result, note } = this.form.elements;
    return JSON.stringify({ result: result.value, note: note.value });
  }

  get isChanged() {
    return this.written() !== this.base;
  }

  get isKept() {
    return localStorage.getItem(this.key) !== null;
  }

  changed(wait) {
    clearTimeout(this.timer);
    if (!this.isChanged) return localStorage.removeItem(this.key);
    localStorage.setItem(this.key, JSON.stringify({ values: JSON.parse(this.written()), sent: false }));
    this.timer = setTimeout(() => this.save(), wait);
    return undefined;
  }

  restore() {
    const { values } = JSON.parse(localStorage.getItem(this.key) || "{}");
    if (!values) return;
    this.form.elements.result.value = values.result;
    this.form.elements.note.value = values.note;
    if (!this.isChanged) localStorage.removeItem(this.key);
    else this.tell(this.getAttribute("restored"), true);
  }

  tell(text, bad = false) {
    this.status.textContent = text;
    this.status.classList.toggle("bad", bad);
  }

  async submit(event) {
    if (!this.isChanged) return;
    event.preventDefault();
    const saved = await this.save();
    if (saved) this.form.submit();
  }

  /* One call at a time; what is written while it runs is saved by the next. */
  async save() {
    clearTimeout(this.timer);
    if (this.conflict) return false;
    while (this.running) await this.running;
    if (!this.isChanged) return true;
    this.running = this.send();
    const saved = await this.running;
    this.running = null;
    return saved;
  }

  async send() {
    const sent = this.written();
    this.tell(this.getAttribute("saving"));
    const headers = { Accept: "application/json" };
    const answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form), headers }).catch(() => null);
    if (!answer || answer.status >= 500 || answer.redirected) return this.wait();
    const said = await answer.json().catch(() => ({}));
    if (answer.status === 409) return this.meet(said);
    if (!answer.ok) {
      this.tell(`${this.getAttribute("refused")} ${said.message ?? ""}`, true);
      return false;
    }
    this.form.elements.version.value = said.version;
    this.base = sent;
    if (!this.isChanged) localStorage.removeItem(this.key);
    this.tell(`${this.getAttribute("saved")} ${said.saved}`);
    return true;
  }

  wait() {
    this.tell(this.getAttribute("kept"), true);
    this.timer = setTimeout(() => this.save(), AGAIN);
    return false;
  }

  meet({ version, who, result, note }) {
    this.conflict = true;
    this.tell(this.getAttribute("refused"), true);
    const box = document.createElement("div");
    box.className = "note answer__other";
    box.setAttribute("role", "alert");
    const heading = Object.assign(document.createElement("p"), { textContent: `${this.getAttribute("other")} ${who}` });
    const theirs = Object.assign(document.createElement("p"), { className: "pre", textContent: [result, note].filter(Boolean).join("\n") });
    const mine = Object.assign(document.createElement("button"), { type: "button", className: "linklike" });
    mine.textContent = this.getAttribute("overwrite");
    mine.addEventListener("click", () => {
      this.conflict = false;
      this.form.elements.version.value = version;
      box.remove();
      this.save();
    });
    box.append(heading, theirs, mine);
    this.form.before(box);
    return false;
  }
}
customElements.define("audit-answer", AuditAnswer);
