// Asks the device for a passkey before a form that needs one is sent: data-passkey is where the server says what to ask for.
(() => {
  const supported = typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

  const problems = {
    NotAllowedError: "The device gave no passkey: it was stopped, or took too long. Try again.",
    InvalidStateError: "This device has a passkey of yours already.",
    SecurityError: "Passkeys do not work under this address of the portal.",
  };

  async function ask(form) {
    const answer = await fetch(form.dataset.passkey, { method: "POST", body: new FormData(form) });
    if (!answer.ok) throw new Error(`The portal answered ${answer.status}. Load the page again.`);
    const options = await answer.json();
    const credential = options.rp
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    return JSON.stringify(credential);
  }

  function tell(form, problem) {
    const place = form.querySelector("[data-passkey-problem]");
    place.textContent = problem;
    place.hidden = !problem;
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const field = form.querySelector("[data-passkey-credential]");
    form.hidden = false;
    if (!supported) {
      tell(form, "This browser knows no passkeys.");
      form.querySelector("button[type=submit]").disabled = true;
      continue;
    }
    form.addEventListener("submit", async (submit) => {
      if (field.value) return; // the second time, with what the device gave
      submit.preventDefault();
      tell(form, "");
      try {
        field.value = await ask(form);
        form.requestSubmit();
      } catch (error) {
        tell(form, problems[error.name] ?? error.message);
      }
    });
  }
})();
