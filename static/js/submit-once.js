/* <submit-once> around a form: the second press does nothing. Back in the browser opens it again. */
class SubmitOnce extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
    window.addEventListener("pageshow", this);
  }

  disconnectedCallback() {
    window.removeEventListener("pageshow", this);
  }

  handleEvent(event) {
    if (event.type === "pageshow") return this.show(null);
    if (event.defaultPrevented) return undefined;
    if (this.hasAttribute("sent")) return event.preventDefault();
    return this.show(event.submitter);
  }

  show(button) {
    this.toggleAttribute("sent", Boolean(button));
    this.querySelectorAll("button[aria-busy]").forEach((busy) => busy.removeAttribute("aria-busy"));
    button?.setAttribute("aria-busy", "true");
  }
}
customElements.define("submit-once", SubmitOnce);
