// Keeps what somebody types into notes until the record has it: in this tab (a reload and an outage leave it), and from the
// scoring form also on the server, to which it is posted every few seconds. data: see browser.py, keep_notes and keep_form.
// One state for the page, whose timer goes on when the form has gone (at the reveal, on another page), because that is when
// the last words have to be sent. A draft is known by its seat and question, and elsewhere by the key of its field.
const PAUSE = 2000, LONGEST = 5000, AGAIN = 5000

const notes = (window.homewardNotes ??= { seat: "", path: "", section: "", fields: {}, sending: {}, left: {}, focus: null })
const drafts = () => JSON.parse(sessionStorage.getItem("homeward-drafts") ?? "{}")
const save = (all) => sessionStorage.setItem("homeward-drafts", JSON.stringify(all))
const mine = () => Object.entries(drafts()).filter(([name]) => notes.seat && name.startsWith(`${notes.seat}|`))
const bases = () => JSON.parse(sessionStorage.getItem("homeward-bases") ?? "{}")
const setBase = (name, text) => sessionStorage.setItem("homeward-bases", JSON.stringify({ ...bases(), [name]: text }))
// With the note that the draft began from, so that an old device cannot replace what another one has saved since.
const body = (name, text) => {
  const base = bases()[name]
  return JSON.stringify({ [name.slice(notes.seat.length + 1)]: base === undefined ? text : [text, base] })
}
const plain = (text) => text.replace(/\s+/g, " ").trim()

const TYPED = 'textarea, input[type=text]:not([role=combobox])'
const nameOf = (field) => {
  if (!field?.matches?.(TYPED)) return undefined
  const key = [...(field.closest('[class*="st-key-note"]')?.classList ?? [])].find((one) => one.startsWith("st-key-note"))
  return key && (notes.fields[key]?.[0] ?? key)
}
const shown = () => {
  const fields = {}
  for (const field of document.querySelectorAll('[class*="st-key-note"] :is(' + TYPED + ')')) fields[nameOf(field)] = field
  return fields
}
const forget = (name, text) => {
  const all = drafts()
  if (name in all && plain(all[name]) === plain(text)) { delete all[name]; save(all); delete notes.sending[name] }
}

// Every keystroke goes into the draft, so a field that shows something else was not changed by its writer: a reload, an
// outage, a new start of the server or another device has given it another text.
const bringBack = (fields) => {
  for (const [name, text] of Object.entries(drafts())) {
    const field = fields[name], { focus } = notes
    if (!field || field.value === text) continue
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value").set.call(field, text)
    field.dispatchEvent(new Event("input", { bubbles: true }))
    if (focus?.name === name && Date.now() - focus.at < 2000 && document.activeElement === document.body) {
      field.focus({ preventScroll: true })
      field.setSelectionRange(focus.caret, focus.caret)
    }
  }
}

const sendingOf = (name) => (notes.sending[name] ??= { first: 0, last: 0, posted: null, gone: 0, leaving: false, wait: 0 })

const post = async (name, text, leaving) => {
  const sending = sendingOf(name), address = notes.path + (leaving ? "?leaving=1" : "")
  Object.assign(sending, { posted: text, first: 0, leaving: false, wait: Date.now() + AGAIN })
  let status = 0
  try {
    const headers = { "Content-Type": "application/json" }
    status = (await fetch(address, { method: "POST", keepalive: true, headers, body: body(name, text) })).status
  } catch { /* no connection: sent again below */ }
  if (status === 201) { setBase(name, text); forget(name, text) }
  // 409: refused, and so is the same text again; whatever else was not kept is sent again later.
  else if (status !== 204 && status !== 409) Object.assign(sending, { posted: null, leaving: leaving || sending.leaving })
}

const tick = () => {
  const fields = shown(), now = Date.now(), typing = nameOf(document.activeElement)
  if (typing) notes.focus = { name: typing, caret: document.activeElement.selectionStart, at: now }
  bringBack(fields)
  const drawn = document.querySelector("[data-testid=stApp]")?.dataset.testScriptState === "notRunning"
  for (const [name, text] of mine()) {
    const sending = sendingOf(name)
    if (name in fields) sending.gone = 0
    else if (drawn && ++sending.gone === 2) sending.leaving = true  // its field has been gone from the page for a second
    if (now < sending.wait && sending.posted === null) continue
    const pause = now - sending.last >= PAUSE || (sending.first && now - sending.first >= LONGEST)
    if (sending.leaving || (text !== sending.posted && pause)) post(name, text, sending.leaving)
  }
}

const listen = () => {
  document.addEventListener("input", (event) => {
    const name = nameOf(event.target), text = event.target.value, now = Date.now()
    if (!name || drafts()[name] === text) return
    if (!(name in drafts())) setBase(name, Object.values(notes.fields).find((one) => one[0] === name)?.[1] ?? "")
    save({ ...drafts(), [name]: text })
    const sending = sendingOf(name)
    notes.focus = { name, caret: event.target.selectionStart, at: now }
    Object.assign(sending, { last: now, first: sending.first || now, wait: 0 })
  })
  document.addEventListener("focusout", (event) => {
    const name = nameOf(event.target)
    if (name) notes.left[name] = event.target.value
    // Streamlit saves a field that is left; what is still a draft a second later was not saved.
    if (name) setTimeout(() => { if (name in drafts() && nameOf(document.activeElement) !== name) sendingOf(name).leaving = true }, 1000)
  })
  document.addEventListener("keydown", (event) => {
    const name = event.key === "Enter" && (event.ctrlKey || event.metaKey) && nameOf(event.target)
    if (name) notes.left[name] = event.target.value  // Streamlit saves the field at Ctrl+Enter, too
  }, true)
  window.addEventListener("pagehide", () => {
    for (const [name, text] of mine()) {
      navigator.sendBeacon(`${notes.path}?leaving=1`, new Blob([body(name, text)], { type: "application/json" }))
    }
  })
  setInterval(tick, 500)
}

// The address names the section, so that a reload and a link find it. Replaced, not pushed: "back" leaves the meeting.
const address = (section) => {
  const url = new URL(window.location.href)
  if (url.searchParams.get("section") === section) return
  url.searchParams.set("section", section)
  window.history.replaceState(window.history.state, "", url)
}

// A reload finds the place on the page again: of each section, as soon as the page is long enough. A form that comes with another
// phase begins at its top.
const main = () => document.querySelector('[data-testid="stMain"]')
const spot = () => `homeward-place|${notes.seat}|${notes.section}`
const findPlace = () => {
  const wanted = Number(sessionStorage.getItem(spot()) ?? 0), until = Date.now() + 5000
  let moved = false
  const stop = () => { moved = true }
  for (const kind of ["wheel", "touchstart", "keydown", "pointerdown"]) window.addEventListener(kind, stop, { once: true, capture: true })
  const remember = () => {
    if (document.querySelector(".st-key-rows_column")) sessionStorage.setItem(spot(), Math.round(main().scrollTop))
  }
  const follow = () => main()?.addEventListener("scroll", remember, { passive: true })
  const look = () => {
    const page = main()
    const long = page && page.scrollHeight - page.clientHeight >= wanted
    if (moved || window.homewardMoved || !wanted || Date.now() > until) return follow()
    if (!long) return setTimeout(look, 100)
    page.scrollTop = wanted
    setTimeout(follow, 100)
  }
  look()
}

const top = () => {
  // On a phone the sections are a strip, in which the chosen one has to be seen.
  const chosen = document.querySelector(`.st-key-section-${notes.section}`), strip = document.querySelector(".st-key-section-list")
  if (chosen && strip) strip.scrollTo({ left: chosen.offsetLeft - strip.offsetLeft - 40 })
  const heading = document.querySelector(".st-key-place_top")
  if (!heading) return
  const at = heading.getBoundingClientRect().top
  if (at < 60 || at > window.innerHeight * 0.6) heading.scrollIntoView({ block: "start" })
  // Whoever works by keyboard goes on in what they asked for; nobody who is typing is moved.
  if (!["TEXTAREA", "INPUT"].includes(document.activeElement?.tagName)) {
    heading.querySelector("[tabindex]")?.focus({ preventScroll: true })
  }
}

export default function ({ data, parentElement }) {
  const before = parentElement.homewardPlace
  parentElement.homewardPlace = data.place
  notes.fields = data.fields
  if (data.form) {
    Object.assign(notes, { seat: data.form.seat, path: data.form.path, section: data.place })
    window.homewardForm = data.form.own
    address(data.place)
  }
  if (!window.homewardListens) { window.homewardListens = true; listen() }
  for (const [name, text] of Object.values(data.fields)) {
    if (text === null) continue
    if (name in notes.left && plain(notes.left[name]) === plain(text)) setBase(name, text)  // saved from here
    forget(name, text)
  }
  bringBack(shown())
  if (before === undefined) { if (data.form) findPlace() } else if (before !== data.place) setTimeout(top, 60)
  return () => { window.homewardForm = 0 }
}
