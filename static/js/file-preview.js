/* <file-preview> around a file field: lists the chosen files with size; each can be taken out again. */
class FilePreview extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    if (!this.input) return;
    this.list = document.createElement("ul");
    this.list.className = "files";
    this.list.setAttribute("aria-live", "polite");
    this.input.after(this.list);
    this.input.addEventListener("change", () => this.show());
  }

  show() {
    this.list.replaceChildren(...[...this.input.files].map((file) => this.row(file)));
  }

  row(file) {
    const item = document.createElement("li");
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "linklike";
    remove.textContent = this.getAttribute("remove-label") || "Fjern";
    remove.setAttribute("aria-label", `${remove.textContent} ${file.name}`);
    remove.addEventListener("click", () => this.remove(file));
    const name = document.createElement("span");
    name.textContent = `${file.name} (${FilePreview.size(file.size)})`;
    item.append(name, remove);
    return item;
  }

  remove(unwanted) {
    const kept = new DataTransfer();
    [...this.input.files].filter((file) => file !== unwanted).forEach((file) => kept.items.add(file));
    this.input.files = kept.files;
    this.show();
    this.input.focus();
  }

  static size(bytes) {
    const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
    return `${value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: value < 10 ? 1 : 0 })} ${unit}`;
  }
}
customElements.define("file-preview", FilePreview);
