/* <waiting-for id="…" data-every="1500">: fetches this page again and again and shows the same element of
   the new one, until it says no more that it waits. Without script the page refreshes itself. */
class WaitingFor extends HTMLElement {
  connectedCallback() {
    this.wait();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait() {
    if (this.dataset.every) this.timer = setTimeout(() => this.look(), Number(this.dataset.every));
  }

  async look() {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(this.id);
      if (answer.ok && !answer.redirected && fresh) {
        if (fresh.dataset.every) this.dataset.every = fresh.dataset.every;
        else delete this.dataset.every;
        this.show(fresh);
      }
    } catch {
      /* No network: try again. */
    }
    this.wait();
  }

  show(fresh) {
    const before = this.querySelector("progress");
    const now = fresh.querySelector("progress");
    if (before && now) before.value = now.value;
    else {
      this.setAttribute("aria-live", "polite");
      this.replaceChildren(...fresh.children);
    }
  }
}
customElements.define("waiting-for", WaitingFor);
