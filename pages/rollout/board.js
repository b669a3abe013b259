// The board of a roll-out: what is stuck and due, and the phases as columns of tasks. Draws from data; every text is set
// as text. A click on a task tells Python which; what is open or in focus stays so when new data comes.
const SIGNS = { not_started: "○", under_way: "◐", blocked: "■", done: "✓", not_applicable: "–" }

export default function ({ data, setStateValue, parentElement }) {
  const root = parentElement.querySelector(".board")
  const text = JSON.stringify(data)
  if (root.homewardText === text) return
  root.homewardText = text
  const focused = (parentElement.activeElement ?? document.activeElement)?.dataset?.key
  const open = new Set([...root.querySelectorAll("details[open]")].map((one) => one.dataset.key))
  const closed = new Set([...root.querySelectorAll("details:not([open])")].map((one) => one.dataset.key))

  const make = (tag, { text, cls, ...more } = {}, ...children) => {
    const node = document.createElement(tag)
    if (text !== undefined) node.textContent = text
    if (cls) node.className = cls
    for (const [name, value] of Object.entries(more)) node.setAttribute(name, value)
    node.append(...children.filter(Boolean))
    return node
  }
  const button = (key, ...children) => {
    const node = make("button", { type: "button", "data-key": key }, ...children)
    if (key === data.chosen) node.setAttribute("aria-current", "true")
    node.addEventListener("click", () => setStateValue("open", `${key} ${Date.now()}`))
    return node
  }
  const fold = (key, summary, body, start) => {
    const node = make("details", { "data-key": key }, make("summary", { text: summary }), body)
    node.open = open.has(key) || (start && !closed.has(key))
    return node
  }
  const note = (one) =>
    make("li", {}, button(`${one.kind}:${one.id}`,
      make("span", { cls: "title", text: one.title }),
      make("span", { cls: "small", text: one.owner ? `${one.text} · ${one.owner}` : one.text })))
  const notes = (key, title, list, nothing, first, words) => {
    const box = make("section", { cls: "notes", "aria-label": title }, make("h2", { text: `${title} (${list.length})` }),
      words && list.length > first && make("p", { cls: "small", text: words }))
    if (!list.length) box.append(make("p", { cls: "small", text: nothing }))
    else box.append(make("ul", {}, ...list.slice(0, first).map(note)))
    if (list.length > first)
      box.append(fold(key, `${list.length - first} more`, make("ul", {}, ...list.slice(first).map(note)), false))
    return box
  }
  const card = (task) => {
    const bottom = [task.owner || "nobody yet", task.due && `due ${task.due}`].filter(Boolean).join(" · ")
    const node = button(`task:${task.id}`,
      make("span", { cls: "title" },
        make("span", { cls: `sign ${task.status}`, "aria-hidden": "true", text: SIGNS[task.status] }),
        make("span", { text: `${task.id} ${task.title}` })),
      make("span", { cls: "small", text: `${task.word} · ${bottom}` }),
      task.flag && make("span", { cls: `flag ${task.status}`, text: task.flag }),
      task.tag && make("span", { cls: "tag", text: task.tag }))
    return make("li", {}, node)
  }
  const column = (phase) => {
    const live = phase.cards.filter((task) => task.status !== "done" && task.status !== "not_applicable")
    const rest = phase.cards.filter((task) => task.status === "done" || task.status === "not_applicable")
    const outcomes = make("ul", { cls: "outcomes" }, ...phase.outcomes.map((one) =>
      make("li", {}, button(`outcome:${one.id}`,
        make("span", { cls: "title" },
          make("span", { cls: `sign ${one.met ? "done" : "not_started"}`, "aria-hidden": "true", text: one.met ? "✓" : "○" }),
          make("span", { text: one.text })),
        make("span", { cls: "small", text: `${one.met ? "Met" : "Not met yet"}. ${one.how}` })))))
    return make("section", { cls: "phase", "aria-label": `Phase ${phase.number}: ${phase.title}` },
      make("h2", { text: `${phase.number}. ${phase.title}` }),
      make("p", { cls: "small", text: phase.progress }),
      live.length ? make("ul", {}, ...live.map(card))
        : make("p", { cls: "small", text: phase.cards.length ? "No open task here." : "No task here for this choice." }),
      rest.length && fold(`rest-${phase.number}`, `${rest.length} done or set aside`, make("ul", {}, ...rest.map(card)), false),
      phase.outcomes.length && fold(`outcomes-${phase.number}`, `Closing outcomes: ${phase.met} of ${phase.outcomes.length} met`, outcomes, false))
  }

  root.replaceChildren(
    make("div", { cls: "top" },
      notes("more-overdue", "Overdue", data.overdue, "Nothing is overdue.", 5, data.overdueWords),
      make("div", { cls: "rest" },
        notes("more-stuck", "Stuck", data.stuck, "Nothing is stuck.", 4),
        data.drift.length && notes("more-drift", "Signs of drift", data.drift, "", 4),
        notes("more-due", "Due in the next two weeks", data.due, "Nothing is due in the next two weeks.", 4))),
    data.idle && make("p", { cls: "small", text: data.idle }),
    make("div", { cls: "phases" }, ...data.columns.map(column)))
  if (focused) root.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus()
}
