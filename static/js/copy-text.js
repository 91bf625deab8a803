/* <copy-text from="…" label="…" done="…">: a button that copies the text of an element. Without script there is none. */
class CopyText extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard || this.firstElementChild) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "ds-button";
    button.dataset.variant = "secondary";
    button.textContent = this.getAttribute("label");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(this.getAttribute("from")).textContent.trim());
      button.textContent = this.getAttribute("done");
    });
    this.append(button);
    this.setAttribute("role", "status");
  }
}
customElements.define("copy-text", CopyText);
