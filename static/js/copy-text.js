/* <copy-text for="id" done="Copied">: buttons that copy the field with that id (data-do="copy") and print the page
   (data-do="print"). Hidden until there is script. */
class CopyText extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("[data-do=copy]")?.addEventListener("click", (event) => this.copy(event.currentTarget));
    this.querySelector("[data-do=print]")?.addEventListener("click", () => window.print());
  }

  async copy(button) {
    const field = document.getElementById(this.getAttribute("for"));
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = this.getAttribute("done");
    } catch {
      /* The text is selected: the person copies it by keyboard. */
    }
  }
}
customElements.define("copy-text", CopyText);
