// Runs before Gradio's own scripts.

// Gradio's client hears of queued work over one stream, which the server closes after the last event. An event sent in
// that instant would be lost: the client counts on the old stream, and calls the connection broken when it closes. So
// its answer waits until the closing has arrived; and whatever does not reach the server is sent once more.
const ask = window.fetch;
const pause = ms => new Promise(done => setTimeout(done, ms));
window.fetch = async (input, options) => {
  const url = String(input.url || input), again = input.clone ? input.clone() : input;
  if (!url.includes('/gradio_api/')) return ask(input, options);
  const answer = await ask(input, options).catch(error => {
    if (error.name === 'AbortError') throw error;
    return pause(500).then(() => ask(again, options));
  });
  if (url.includes('/queue/join')) await pause(50);
  return answer;
};

// Gradio's plots name an older Vega-Lite than Gradio ships, which then warns once a plot.
const warn = console.warn;
console.warn = (...words) => words.join(' ').includes('The input spec uses Vega-Lite') || warn(...words);
