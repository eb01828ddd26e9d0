// Passkeys. The page works without: the section stays hidden where the browser has none.
//
//   <section data-passkey-in data-options="/in/passkey/options" data-send="/in/passkey" data-next="/" hidden>
//     <button data-passkey-go>...</button> <p data-passkey-problem hidden></p>
//   data-passkey-add: the same to make one.

const token = () => document.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? "";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function post(url, body) {
  const response = await fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body ?? {}),
  });
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(data.message);
  return data;
}

class Refused extends Error {}

/** What PublicKeyCredential.parse...OptionsFromJSON does, for browsers without it. */
function parsed(options) {
  const ids = (list) => (list ?? []).map((key) => ({ ...key, id: bytes(key.id) }));
  const result = { ...options, challenge: bytes(options.challenge) };
  if (options.user) result.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) result.excludeCredentials = ids(options.excludeCredentials);
  if (options.allowCredentials) result.allowCredentials = ids(options.allowCredentials);
  return result;
}

function plain(credential) {
  const { response } = credential;
  const result = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (response[name]) result[name] = text(response[name]);
  if (response.getTransports) result.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: result,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function begin(section) {
  const problem = section.querySelector("[data-passkey-problem]");
  problem.hidden = true;
  try {
    const publicKey = parsed(await post(section.dataset.options));
    const adding = "passkeyAdd" in section.dataset;
    const credential = adding
      ? await navigator.credentials.create({ publicKey })
      : await navigator.credentials.get({ publicKey });
    const { next } = await post(section.dataset.send, { credential: plain(credential), next: section.dataset.next });
    location.assign(next);
  } catch (error) {
    if (error.name === "NotAllowedError" || error.name === "AbortError") return; // the person changed their mind
    problem.textContent = (error instanceof Refused && error.message) || section.dataset.sayFailed;
    problem.hidden = false;
  }
}

if (window.PublicKeyCredential && window.isSecureContext)
  for (const section of document.querySelectorAll("[data-passkey-in], [data-passkey-add]")) {
    section.hidden = false;
    section.querySelector("[data-passkey-go]").addEventListener("click", () => begin(section));
  }
