// Runs before Gradio's own scripts.

// The page's language: the server has put it here. Gradio's footer follows the browser's until it is told.
const language = '[[en]]', chosen = new URLSearchParams(location.search).get('lang');
document.documentElement.lang = language;
new MutationObserver((_, observer) => {
  const api = [...document.querySelector('footer .show-api')?.childNodes || []].find(node => node.nodeType === 3);
  if (!api || !api.textContent.trim()) return;
  observer.disconnect();
  api.textContent = '[[Use via API]] ';
  document.documentElement.lang = language;
}).observe(document, {childList: true, subtree: true, characterData: true});
// A language that was chosen by hand stays in every link.
window.inLanguage = link => !chosen || /[?&]lang=/.test(link) ? link : `${link}&lang=${chosen}`;
const keep = event => {
  const link = event.target.closest?.('a[href^="?"]');
  if (link) link.setAttribute('href', inLanguage(link.getAttribute('href')));
};
document.addEventListener('pointerdown', keep, true);
document.addEventListener('keydown', keep, true);
// The switch: the same tab, and its state if the address has it, in the other language.
document.addEventListener('click', event => {
  const link = event.target.closest('a[data-lang]'), query = new URLSearchParams(location.search);
  if (!link) return;
  const tab = document.querySelector('#rooms > .tab-wrapper [role=tab][aria-selected=true]')?.id.slice(4, -7);
  const same = tab === (query.get('tab') || 'home') ? query : new URLSearchParams(tab === 'home' ? {} : {tab});
  same.set('lang', link.dataset.lang);
  link.href = '?' + same.toString().replaceAll('%2C', ',');
});

// On a phone the tabs are one line that scrolls to the chosen one, and what a tab can fold begins closed.
new MutationObserver(records => {
  if (innerWidth > 640) return;
  records.filter(r => r.type === 'attributes' && r.target.ariaSelected === 'true').forEach(r =>
    r.target.scrollIntoView({block: 'nearest', inline: 'center'}));
  document.querySelectorAll('.ga-fold:not([data-met])').forEach(fold => {
    fold.dataset.met = '';
    const close = (more = 20) => {  // until it listens
      const open = fold.querySelector('button.label-wrap.open');
      open?.click();
      if (open && more) setTimeout(close, 200, more - 1);
    };
    setTimeout(close, 50);
  });
}).observe(document, {childList: true, subtree: true, attributeFilter: ['aria-selected']});

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
