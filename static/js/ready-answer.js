/* <ready-answer for="id">: its button puts the chosen answer into the field without leaving the page. The server fills
   it in, as it does without script; what has been typed and chosen stays. */
class ReadyAnswer extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button[name=insert]");
    this.button.addEventListener("click", (event) => {
      event.preventDefault();
      this.fetch();
    });
  }

  async fetch() {
    const { form } = this.button;
    const field = document.getElementById(this.getAttribute("for"));
    const data = new FormData(form, this.button);
    [...data].forEach(([name, value]) => value instanceof File && data.delete(name));
    this.button.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body: data });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      field.value = page.getElementById(field.id).value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    } catch {
      form.requestSubmit(this.button);
    } finally {
      this.button.removeAttribute("aria-busy");
    }
  }
}
customElements.define("ready-answer", ReadyAnswer);
