/* <submit-once offline="…"> around a form: the second press does nothing. Back in the browser opens it again.
   Where there is no network nothing is sent: the words of `offline` say so, and the page stays. */
class SubmitOnce extends HTMLElement {
  connectedCallback() {
    this.addEventListener("submit", this);
    window.addEventListener("pageshow", this);
    window.addEventListener("online", this);
  }

  disconnectedCallback() {
    window.removeEventListener("pageshow", this);
    window.removeEventListener("online", this);
  }

  handleEvent(event) {
    if (event.type === "pageshow") return this.show(null);
    if (event.type === "online") return this.querySelector(".offline")?.remove();
    if (event.defaultPrevented) return undefined;
    if (this.hasAttribute("sent")) return event.preventDefault();
    if (!navigator.onLine && this.hasAttribute("offline")) return this.wait(event);
    return this.show(event.submitter);
  }

  wait(event) {
    event.preventDefault();
    this.querySelector(".offline")?.remove();
    const note = Object.assign(document.createElement("div"), { className: "note offline" });
    note.setAttribute("role", "alert");
    note.textContent = this.getAttribute("offline");
    event.submitter.parentElement.before(note);
  }

  show(button) {
    this.toggleAttribute("sent", Boolean(button));
    this.querySelectorAll("button[aria-busy]").forEach((busy) => busy.removeAttribute("aria-busy"));
    button?.setAttribute("aria-busy", "true");
  }
}
customElements.define("submit-once", SubmitOnce);
