// Keeps in this tab what somebody has chosen for all pages, so that a reload and a new start of the server find it again.
// data: see browser.py, keep_choice.
export default function ({ data, setTriggerValue }) {
  const kept = sessionStorage.getItem("homeward-choice")
  if (data.known) sessionStorage.setItem("homeward-choice", data.chosen)
  else if (kept) setTriggerValue("kept", kept)
}
