// Buttons for passkeys show where the browser has them; when the device gives none, the page says so.
const failed = document.querySelector("[data-passkey-failed]");
for (const button of document.querySelectorAll("[data-passkey]")) {
  button.hidden = !window.PublicKeyCredential;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (failed) {
    failed.hidden = false;
  }
});
