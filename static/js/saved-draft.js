/* <saved-draft key="report" note="…" discard="…"> around a form: keeps what is written and chosen on this device
   until it has arrived, also when the session runs out on the way. Nothing is kept while a box with data-no-draft is
   ticked. clear-drafts.js takes away what has arrived. */
const PREFIX = `draft:${document.body.dataset.user ?? ""}:`;
const FIELDS = "textarea[name], input:is([type=text], [type=radio], :not([type]))[name], select[name], "
  + "kind-questions input:is([type=date], [type=checkbox])[name]";
const isBox = (field) => ["radio", "checkbox"].includes(field.type);

class SavedDraft extends HTMLElement {
  connectedCallback() {
    this.key = PREFIX + this.getAttribute("key");
    this.restore();
    this.addEventListener("input", () => this.keep(false));
    this.addEventListener("change", () => this.keep(false));
    this.addEventListener("submit", (event) => event.defaultPrevented || this.keep(true));
  }

  get fields() {
    return [...this.querySelectorAll(FIELDS)].filter((field) => !field.closest("[data-no-draft]"));
  }

  isEmpty(field) {
    if (!isBox(field)) return !field.value;
    return !this.fields.some((other) => other.name === field.name && other.checked && other.value);
  }

  keep(sent) {
    if (this.querySelector("[data-no-draft]:checked")) return localStorage.removeItem(this.key);
    const values = {};
    this.fields.filter((field) => field.value && (field.checked || !isBox(field))).forEach((field) => {
      values[field.name] = isBox(field) ? [...(values[field.name] ?? []), field.value] : field.value;
    });
    return localStorage.setItem(this.key, JSON.stringify({ values, sent }));
  }

  restore() {
    const { values } = JSON.parse(localStorage.getItem(this.key) || '{"values": {}}');
    const missing = this.fields.filter((field) => values[field.name] && this.isEmpty(field));
    const choices = missing.filter((field) => isBox(field) && [values[field.name]].flat().includes(field.value));
    const texts = missing.filter((field) => !isBox(field));
    const waiting = [...choices, ...texts.filter((field) => field.tagName === "TEXTAREA")];
    if (!waiting.length) return;
    choices.forEach((field) => { field.checked = true; });
    texts.forEach((field) => {
      field.value = values[field.name];
      field.closest("details")?.setAttribute("open", "");
    });
    this.keep(false);
    this.tell([...choices, ...texts]);
  }

  tell(restored) {
    const note = document.createElement("div");
    note.className = "note";
    note.setAttribute("role", "status");
    const discard = Object.assign(document.createElement("button"), { type: "button", className: "linklike" });
    discard.textContent = this.getAttribute("discard") || "Forkast";
    discard.addEventListener("click", () => {
      localStorage.removeItem(this.key);
      restored.forEach((field) => { if (isBox(field)) field.checked = false; else field.value = ""; });
      note.remove();
      restored[0].focus();
    });
    note.append(this.getAttribute("note") || "Utkast hentet fram", discard);
    this.prepend(note);
  }
}
customElements.define("saved-draft", SavedDraft);
