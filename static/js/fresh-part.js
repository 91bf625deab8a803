/* <fresh-part id="…"> around a part of the page that depends on what is saved elsewhere in it. After the event "saved"
   on the document it is fetched anew, when nothing more is saved for a moment, and unless somebody stands in it. */
const PATIENCE = 1500; // ms
const parts = new Set();
let timer;

const refresh = async () => {
  const answer = await fetch(location.pathname).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of parts) {
    const fresh = page.getElementById(part.id);
    if (fresh && !part.contains(document.activeElement)) part.replaceChildren(...fresh.childNodes);
  }
};

document.addEventListener("saved", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, PATIENCE);
});

class FreshPart extends HTMLElement {
  connectedCallback() {
    parts.add(this);
  }

  disconnectedCallback() {
    parts.delete(this);
  }
}
customElements.define("fresh-part", FreshPart);
