/* <saved-draft key="report" note="…" discard="…"> around a form: keeps the text on this device until it has
   arrived, also when the session runs out on the way. Nothing is kept while a box with data-no-draft is
   ticked. clear-drafts.js takes away what has arrived. */
const PREFIX = `draft:${document.body.dataset.user ?? ""}:`;
const TEXT = "textarea[name], input[type=text][name], input:not([type])[name], select[name]";

class SavedDraft extends HTMLElement {
  connectedCallback() {
    this.key = PREFIX + this.getAttribute("key");
    this.restore();
    this.addEventListener("input", () => this.keep(false));
    this.addEventListener("change", () => this.keep(false));
    this.addEventListener("submit", (event) => event.defaultPrevented || this.keep(true));
  }

  get fields() {
    return [...this.querySelectorAll(TEXT)].filter((field) => !field.closest("[data-no-draft]"));
  }

  keep(sent) {
    if (this.querySelector("[data-no-draft]:checked")) return localStorage.removeItem(this.key);
    const values = Object.fromEntries(this.fields.map((field) => [field.name, field.value]));
    return localStorage.setItem(this.key, JSON.stringify({ values, sent }));
  }

  restore() {
    const { values } = JSON.parse(localStorage.getItem(this.key) || '{"values": {}}');
    const waiting = this.fields.filter((field) => field.tagName === "TEXTAREA" && !field.value && values[field.name]);
    if (!waiting.length) return;
    this.fields.forEach((field) => { if (!field.value && values[field.name]) field.value = values[field.name]; });
    this.keep(false);
    this.tell(waiting);
  }

  tell(restored) {
    const note = document.createElement("div");
    note.className = "note";
    note.setAttribute("role", "status");
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "linklike" });
    discard.textContent = this.getAttribute("discard") || "Forkast";
    discard.addEventListener("click", () => {
      localStorage.removeItem(this.key);
      restored.forEach((field) => { field.value = ""; });
      note.remove();
      restored[0].focus();
    });
    note.append(this.getAttribute("note") || "Utkast hentet fram", discard);
    this.prepend(note);
  }
}
customElements.define("saved-draft", SavedDraft);
