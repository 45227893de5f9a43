// Runs before the first paint, so that a dark page never flashes white. ui/platform/theme.svelte.ts takes over later.
(() => {
  const choice = localStorage.getItem("parley-theme");
  const isDark = choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
})();
