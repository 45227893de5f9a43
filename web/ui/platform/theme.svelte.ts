// Light, dark, or what the system prefers. `public/theme.js` applies the choice before the first paint; this follows it.

export type ThemeChoice = "system" | "light" | "dark";

const STORAGE_KEY = "parley-theme";
const CHROME_COLORS = { light: "#f6f4ef", dark: "#111514" };

export const theme = $state<{ choice: ThemeChoice }>({ choice: storedChoice() });

export function startTheme(): () => void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  apply();
  system.addEventListener("change", apply);
  return () => system.removeEventListener("change", apply);
}

export function chooseTheme(choice: ThemeChoice): void {
  theme.choice = choice;
  localStorage.setItem(STORAGE_KEY, choice);
  apply();
}

function apply(): void {
  const isDark =
    theme.choice === "dark" || (theme.choice === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  const shown = isDark ? "dark" : "light";
  document.documentElement.dataset["theme"] = shown;
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", CHROME_COLORS[shown]);
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(STORAGE_KEY);
  return stored === "light" || stored === "dark" ? stored : "system";
}
