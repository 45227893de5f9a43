// Light or dark: what the system prefers until the person chooses.

const STORAGE_KEY = "canister-dashboard-theme";

export function startTheme(toggle: HTMLElement): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => localStorage.getItem(STORAGE_KEY) ?? (system.matches ? "dark" : "light");
  const apply = () => {
    document.documentElement.dataset["theme"] = current();
  };

  apply();
  system.addEventListener("change", apply);
  toggle.addEventListener("click", () => {
    localStorage.setItem(STORAGE_KEY, current() === "dark" ? "light" : "dark");
    apply();
  });
}
