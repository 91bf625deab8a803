/* Drafts kept on this device by saved-draft.js belong to one person: they go when he logs out, and when
   another logs in on the same machine. What was sent goes when a page other than its form or an error
   follows: then it has arrived. When a session only runs out, drafts wait for him. */
const clear = (unwanted) =>
  Object.keys(localStorage).filter((key) => key.startsWith("draft:") && unwanted(key)).forEach((key) => localStorage.removeItem(key));
const user = document.body.dataset.user;
const mine = `draft:${user}:`;
const here = [...document.querySelectorAll("saved-draft")].map((draft) => mine + draft.getAttribute("key"));

if (user) clear((key) => !key.startsWith(mine));
if (user && !document.querySelector(".error-code")) {
  clear((key) => JSON.parse(localStorage.getItem(key)).sent && !here.includes(key));
}
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-clears-drafts]")) clear(() => true);
});
