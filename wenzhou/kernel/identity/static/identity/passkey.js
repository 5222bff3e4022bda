// What the reader is told when a passkey cannot be used; the ceremony itself is allauth's webauthn.js.
(function () {
  function reveal (name) {
    document.querySelectorAll(`[data-passkey-${name}]`).forEach(element => { element.hidden = false })
  }

  document.addEventListener('allauth.error', function (event) {
    event.preventDefault() // expected, and told on the page: no noise in the console
    reveal('error')
  })

  document.addEventListener('click', function (event) {
    if (!event.target.closest('[data-passkey]')) return
    document.querySelectorAll('[data-passkey-error]').forEach(element => { element.hidden = true })
  }, true)

  document.addEventListener('DOMContentLoaded', function () {
    const numbered = /^[\d.]+$|^\[/.test(window.location.hostname) // WebAuthn refuses addresses in numbers
    if (window.isSecureContext && window.PublicKeyCredential && !numbered) return
    reveal('host')
    document.querySelectorAll('[data-passkey]').forEach(button => { button.disabled = true })
  })
})()
