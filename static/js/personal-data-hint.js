/* <personal-data-hint for="description" stems="angst demen …">: a quiet word under a text while it is written, when it
   holds a national identity number (with right control digits), a phone number or words about health. Nothing leaves
   the browser. Its children with data-when="number" and data-when="health" are shown when they fit. */
const CONTROLS = [[3, 7, 6, 1, 8, 9, 4, 5, 2, 1], [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]];
const ELEVEN = /(?<![\p{L}\p{N}_])\d{6}[ .]?\d{5}(?![\p{L}\p{N}_])/gu;
const PHONE = /(?<![\p{L}\p{N}_-])(?:(?:\+|00)47 ?)?(?:\d{8}|\d{2}(?: \d{2}){3}|\d{3} \d{2} \d{3})(?![\p{L}\p{N}_-])/u;

class PersonalDataHint extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.stems = this.getAttribute("stems").split(" ");
    const form = this.closest("form") || document;
    this.field = form.querySelector(`[name="${this.getAttribute("for")}"]`);
    this.field?.addEventListener("input", () => this.wait());
    this.look();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 500);
  }

  look() {
    const text = this.field?.value ?? "";
    const found = { number: this.hasNumber(text), health: this.isAboutHealth(text) };
    this.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !found[part.dataset.when]; });
    this.hidden = !(found.number || found.health);
  }

  hasNumber(text) {
    return PHONE.test(text) || (text.match(ELEVEN) ?? []).some((number) => {
      const digits = [...number.replace(/\D/g, "")].map(Number);
      return CONTROLS.every((weights) => weights.reduce((sum, weight, at) => sum + weight * digits[at], 0) % 11 === 0);
    });
  }

  isAboutHealth(text) {
    const words = text.toLowerCase().match(/[a-zæøåéü]+/g) ?? [];
    return words.some((word) => this.stems.some((stem) => `${word}$`.startsWith(stem)));
  }
}
customElements.define("personal-data-hint", PersonalDataHint);
