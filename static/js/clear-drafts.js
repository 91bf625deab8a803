/* Drafts kept on this device by saved-draft.js belong to one person: they go when he logs out, and when
   another logs in on the same machine. When a session only runs out, they wait for him. */
const clear = (unwanted) =>
  Object.keys(localStorage).filter((key) => key.startsWith("draft:") && unwanted(key)).forEach((key) => localStorage.removeItem(key));

const user = document.body.dataset.user;
if (user) clear((key) => !key.startsWith(`draft:${user}:`));
document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-clears-drafts]")) clear(() => true);
});
