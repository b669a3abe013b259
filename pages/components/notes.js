// Keeps what somebody is typing in this tab until the server has it, and brings it back after a reload or an outage.
// data.saved: widget key → the text that the server has. data.place changes when another section is shown.
const store = {
  all: () => JSON.parse(sessionStorage.getItem("homeward-drafts") ?? "{}"),
  save: (drafts) => sessionStorage.setItem("homeward-drafts", JSON.stringify(drafts)),
}
const keyOf = (field) => [...(field.closest('[class*="st-key-note"]')?.classList ?? [])].find((c) => c.startsWith("st-key-note"))

const plain = (text) => text.replace(/\s+/g, " ").trim()

// Every keystroke goes into the draft, so a field that shows something else was not changed by its writer: a reload, an
// outage or a new start of the server has emptied it.
const bringBack = () => {
  const drafts = store.all()
  for (const field of document.querySelectorAll('[class*="st-key-note"] textarea')) {
    const text = drafts[keyOf(field)]
    if (text === undefined || field.value === text) continue
    Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text)
    field.dispatchEvent(new Event("input", { bubbles: true }))
  }
}

export default function ({ data, parentElement }) {
  const here = (parentElement.homewardNotes ??= { place: data.place })
  if (!window.homewardDrafts) {
    window.homewardDrafts = true
    document.addEventListener("input", (event) => {
      const key = event.target.tagName === "TEXTAREA" && keyOf(event.target)
      if (key) store.save({ ...store.all(), [key]: event.target.value })
    })
    setInterval(bringBack, 500)
  }
  const drafts = store.all()
  for (const [key, text] of Object.entries(data.saved)) if (key in drafts && plain(drafts[key]) === plain(text)) delete drafts[key]
  store.save(drafts)
  bringBack()
  if (here.place !== data.place) {
    here.place = data.place
    setTimeout(() => {
      const top = document.querySelector(".st-key-place_top")
      if (!top) return
      const where = top.getBoundingClientRect().top
      if (where < 60 || where > window.innerHeight * 0.6) top.scrollIntoView({ block: "start" })
      // Whoever works by keyboard goes on in what they asked for; nobody who is typing is moved.
      if (!["TEXTAREA", "INPUT"].includes(document.activeElement?.tagName)) {
        top.querySelector("[tabindex]")?.focus({ preventScroll: true })
      }
    }, 60)
  }
}
