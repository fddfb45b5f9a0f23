import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { SCREENS } from "./screens";

/** How long after `g` the next key still counts as the second of the two. */
const SEQUENCE_MS = 1_500;
const STORAGE_KEY = "ledgerline:single-keys";
const listeners = new Set<() => void>();

type Actions = { onSearch: () => void; onHelp: () => void };

/** Keys that work on every screen. Nothing is taken from somebody who is typing or in a dialog. */
export function useShortcuts({ onSearch, onHelp }: Actions): void {
  const navigate = useNavigate();
  const goingSince = useRef(-Infinity);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isBusy()) return;
      const hasModifier = event.metaKey || event.ctrlKey || event.altKey;
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return onSearch();
      }
      if (hasModifier || event.repeat || isTyping(event.target) || !areSingleKeysOn()) return;
      const isGoing = event.timeStamp - goingSince.current < SEQUENCE_MS;
      goingSince.current = event.key === "g" ? event.timeStamp : -Infinity;
      const screen = isGoing && SCREENS.find(({ key }) => key === event.key);
      if (screen) return void navigate({ to: screen.to });
      if (event.key === "/") {
        event.preventDefault(); // else the field that opens begins with it
        onSearch();
      }
      if (event.key === "?") onHelp();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [navigate, onSearch, onHelp]);
}

/** Whether keys without a modifier do something: people who dictate switch them off. */
export function useSingleKeys(): [boolean, (isOn: boolean) => void] {
  return [useSyncExternalStore(subscribe, areSingleKeysOn), switchSingleKeys];
}

function areSingleKeysOn(): boolean {
  return localStorage.getItem(STORAGE_KEY) !== "off";
}

function switchSingleKeys(isOn: boolean): void {
  localStorage.setItem(STORAGE_KEY, isOn ? "on" : "off");
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** An open dialog or menu has keys of its own. */
function isBusy(): boolean {
  return document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
