// Keeps what somebody is typing in this tab until the server has it, and brings it back after a reload or an outage.
// data.saved: widget key → the text that the server has. data.place changes when another section is shown.
const store = {
  all: () => JSON.parse(sessionStorage.getItem("homeward-drafts") ?? "{}"),
  save: (drafts) => sessionStorage.setItem("homeward-drafts", JSON.stringify(drafts)),
}
const keyOf = (field) => [...(field.closest('[class*="st-key-note"]')?.classList ?? [])].find((c) => c.startsWith("st-key-note"))

export default function ({ data, parentElement }) {
  const here = (parentElement.homewardNotes ??= { place: data.place })
  if (!window.homewardDrafts) {
    window.homewardDrafts = true
    document.addEventListener("input", (event) => {
      const key = event.target.tagName === "TEXTAREA" && keyOf(event.target)
      if (key) store.save({ ...store.all(), [key]: event.target.value })
    })
  }
  const drafts = store.all()
  for (const [key, text] of Object.entries(data.saved)) if (drafts[key]?.trim() === text.trim()) delete drafts[key]
  store.save(drafts)
  const bringBack = () => {
    for (const [key, text] of Object.entries(store.all())) {
      const field = document.querySelector(`.${CSS.escape(key)} textarea`)
      if (!field || document.activeElement === field || field.value === text) continue
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, text)
      field.dispatchEvent(new Event("input", { bubbles: true }))
    }
  }
  setTimeout(bringBack, 300)
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
