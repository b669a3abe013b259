// The wall shows all of itself at every size of screen: the largest letters at which nothing is cut off or scrolls.
// Sets --wall-fit, which style.css takes as the size of the letters.
const LEAST = 8
const STEPS = 9

// An inline element has no size of its own: clientWidth and clientHeight are 0.
const overflows = (part) =>
  (part.clientHeight && part.scrollHeight > part.clientHeight + 1) || (part.clientWidth && part.scrollWidth > part.clientWidth + 1)

const fits = (wall) => !overflows(wall) && ![...wall.querySelectorAll("*")].some(overflows)

const fit = () => {
  const wall = document.querySelector(".st-key-wall-page .hw-wall")
  if (!wall) return
  const set = (size) => document.documentElement.style.setProperty("--wall-fit", `${size}px`)
  let [low, high] = [LEAST, Math.min(window.innerHeight / 19, window.innerWidth / 34)]
  set(high)
  if (fits(wall)) return
  for (let step = 0; step < STEPS; step += 1) {
    const size = (low + high) / 2
    set(size)
    if (fits(wall)) low = size
    else high = size
  }
  set(low)
}

export default function () {
  if (window.homewardWall) return
  window.homewardWall = true
  let asked = 0
  const soon = () => {
    cancelAnimationFrame(asked)
    asked = requestAnimationFrame(fit)
  }
  window.addEventListener("resize", soon)
  document.fonts?.ready.then(soon)
  document.fonts?.addEventListener?.("loadingdone", soon)
  // Fragments draw the wall anew; what this script sets is no child of the body and starts nothing here.
  new MutationObserver(soon).observe(document.body, { childList: true, subtree: true, characterData: true })
  soon()
}
