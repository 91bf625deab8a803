/* <kind-questions kinds="deviation positive"> around questions: shown only while one of these kinds is chosen in the
   form. What is typed in hidden ones stays, and the server asks only for those of the chosen kind. Comes after
   saved-draft.js, which may choose the kind. */
class KindQuestions extends HTMLElement {
  connectedCallback() {
    this.kinds = (this.getAttribute("kinds") || "").split(" ");
    this.form = this.closest("form");
    this.form?.addEventListener("change", (event) => event.target.name === "kind" && this.show());
    this.show();
  }

  show() {
    const chosen = this.form?.querySelector("[name=kind]:checked");
    this.hidden = Boolean(chosen) && !this.kinds.includes(chosen.value);
  }
}
customElements.define("kind-questions", KindQuestions);
