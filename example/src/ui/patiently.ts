/**
 * Loads a part of the app, as soon as there is a connection. Without that, whoever asks for a part
 * while offline would break the screen: `lazy` keeps a failure, and the router reloads the page.
 */
export async function patiently<Part>(load: () => Promise<Part>): Promise<Part> {
  try {
    return await load();
  } catch (error) {
    if (navigator.onLine) throw error;
    await new Promise((resolve) => window.addEventListener("online", resolve, { once: true }));
    return await patiently(load);
  }
}
