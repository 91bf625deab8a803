/* <open-note> around a point of a checklist: an answer of no opens its note, where the reason must be written. */
class OpenNote extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => {
      if (target.type === "radio" && target.value === "no") this.querySelector("details").open = true;
    });
  }
}
customElements.define("open-note", OpenNote);
