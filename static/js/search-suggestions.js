/* <search-suggestions data-address="/sok/forslag/">: while one types in the search field inside it, the titles that fit
   best are listed below. Arrows choose, Enter goes there, Escape closes. Without script the field is a plain form. */
class SearchSuggestions extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("input[type=search]");
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${[...document.querySelectorAll("search-suggestions")].indexOf(this)}`;
    this.list.role = "listbox";
    this.list.className = "suggestions";
    this.list.ariaLabel = this.field.ariaLabel;
    this.list.hidden = true;
    this.append(this.list);
    const about = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    Object.entries(about).forEach(([name, value]) => this.field.setAttribute(name, value));
    this.field.addEventListener("input", () => this.wait());
    this.field.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("focusout", (event) => { if (!this.contains(event.relatedTarget)) this.close(); });
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), 150);
  }

  async look() {
    const text = this.field.value.trim();
    this.request?.abort();
    if (text.length < 3) return this.close();
    this.request = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.address}?q=${encodeURIComponent(text)}`, { signal: this.request.signal });
      if (answer.ok && !answer.redirected) this.show((await answer.json()).suggestions);
    } catch {
      /* No network or a newer question: the form works without. */
    }
    return undefined;
  }

  show(suggestions) {
    this.list.replaceChildren(...suggestions.map((one, at) => this.option(one, at)));
    this.at = -1;
    this.list.hidden = suggestions.length === 0;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.field.removeAttribute("aria-activedescendant");
  }

  option({ title, reference, type, url }, at) {
    const option = document.createElement("li");
    option.role = "option";
    option.id = `${this.list.id}-${at}`;
    option.dataset.url = url;
    option.ariaSelected = "false";
    option.append(...[["num", reference], ["", title], ["muted", type]].filter(([, text]) => text).map(([name, text]) => {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      return part;
    }));
    option.addEventListener("pointerdown", (event) => { event.preventDefault(); this.go(option); });
    return option;
  }

  press(event) {
    const options = [...this.list.children];
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && options.length && !this.list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choose(options, this.at === -1 && step === -1 ? options.length - 1 : this.at + step);
    } else if (event.key === "Enter" && options[this.at]) {
      event.preventDefault();
      this.go(options[this.at]);
    }
  }

  choose(options, at) {
    this.at = at >= options.length || at < -1 ? -1 : at;
    options.forEach((option, place) => { option.ariaSelected = String(place === this.at); });
    if (options[this.at]) this.field.setAttribute("aria-activedescendant", options[this.at].id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  go(option) {
    location.assign(option.dataset.url);
  }

  close() {
    this.request?.abort();
    this.list.hidden = true;
    this.at = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}
customElements.define("search-suggestions", SearchSuggestions);
