/* <similar-cases src="/meld/lignende/" for="description">: shows what others have reported that is
   like the text being written, 600 ms after the last key; never for a text that is to be sealed or is
   anonymous to all (data-no-draft), for the question is an address. The fragment is our own server's HTML. */
class SimilarCases extends HTMLElement {
  connectedCallback() {
    this.setAttribute("aria-live", "polite");
    const form = this.closest("form") || document;
    this.field = form.querySelector(`[name="${this.getAttribute("for")}"]`);
    this.field?.addEventListener("input", () => this.wait());
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 600);
  }

  async look() {
    const text = this.field.value.trim();
    this.request?.abort();
    const quiet = this.field.form?.querySelector("[data-no-draft]:checked");
    if (quiet || text.length < 8) return this.replaceChildren();
    this.request = new AbortController();
    try {
      const address = new URL(this.getAttribute("src"), location.href);
      address.searchParams.set("q", text.slice(0, 300));
      const answer = await fetch(address, { signal: this.request.signal });
      if (answer.ok && !answer.redirected) this.innerHTML = await answer.text();
    } catch {
      /* No network or a newer question: the form works without. */
    }
    return undefined;
  }
}
customElements.define("similar-cases", SimilarCases);
