import { useConvexConnectionState } from "convex/react";

/** Whether what is on the screen follows the backend. */
export function useConnection(): "live" | "offline" | "connecting" {
  const { isWebSocketConnected, hasEverConnected } = useConvexConnectionState();
  return isWebSocketConnected ? "live" : hasEverConnected ? "offline" : "connecting";
}
